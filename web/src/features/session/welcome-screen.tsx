import { Link } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Receipt } from '../../ui/receipt.tsx';
import { Seal } from '../../ui/seal.tsx';
import { LanguageButton } from './language-button.tsx';
import { sessionMessages } from './messages.ts';
import { newcomerMessages } from './newcomer-messages.ts';
import './session.css';

/** What this is, in one look: two halves of one slip, and the seal across them. */
export function WelcomeScreen() {
  const words = useMessages(newcomerMessages);
  const { register, logIn } = useMessages(sessionMessages);
  const { appName } = useMessages(commonMessages);
  return (
    <div className="welcome">
      <title>{appName}</title>
      <LanguageButton />
      <div className="welcome__lead">
        <Seal size={72} />
        <h1 className="welcome__title">{words.welcomeTitle}</h1>
        <p className="welcome__tagline">{words.tagline}</p>
        <div className="welcome__actions">
          <ButtonLink href="/register" variant="primary" large>
            {register}
          </ButtonLink>
          <ButtonLink href="/login" large>
            {logIn}
          </ButtonLink>
        </div>
        <div className="row welcome__others">
          <Link className="text-link" href="/restore">
            {words.restore}
          </Link>
          <Link className="text-link" href="/open-file">
            {words.openFile}
          </Link>
        </div>
      </div>
      <div className="welcome__slip">
        <Receipt
          sealed
          counterpart={
            <>
              <div className="welcome__half">
                <h2>{words.operators}</h2>
                <p className="text-soft">{words.operatorsBody}</p>
              </div>
              <div className="welcome__half">
                <h2>{words.one}</h2>
                <p className="text-soft">{words.oneBody}</p>
              </div>
            </>
          }
        >
          <div className="welcome__half">
            <h2>{words.yours}</h2>
            <p className="text-soft">{words.yoursBody}</p>
          </div>
        </Receipt>
      </div>
    </div>
  );
}
