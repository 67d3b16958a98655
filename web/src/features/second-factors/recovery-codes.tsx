import { useMessages } from '../../i18n/language-context.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Section } from '../../ui/page.tsx';
import { twoStepMessages } from './messages.ts';
import './two-step.css';

type RecoveryCodesProps = { readonly codes: readonly string[]; readonly onKept: () => void };

/** The recovery codes, this once. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const words = useMessages(twoStepMessages);
  const text = `${codes.join('\n')}\n`;
  const save = () =>
    saveFile('feiqian-recovery-codes.txt', `${words.fileHead(location.host)}\n${text}`, 'text/plain;charset=utf-8');
  return (
    <Section title={words.codesTitle}>
      <div className="stack">
        <Banner tone="amber" title={words.codesLead}>
          <p>{words.codesKeep}</p>
        </Banner>
        <ol className="recovery-codes" aria-label={words.codesList} translate="no">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <div className="row">
          <Button icon="download" onClick={save}>
            {words.download}
          </Button>
          <CopyButton text={text} label={words.copyCodes} />
        </div>
        <Button variant="primary" wide large onClick={onKept}>
          {words.kept}
        </Button>
      </div>
    </Section>
  );
}
