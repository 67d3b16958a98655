import { parseEmail } from '@feiqian/domain/identity';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { SentenceSpace, useLanguage, useMessages } from '../../i18n/language-context.tsx';
import type { Recognized } from '../../keyring/protocol.ts';
import { Failure } from '../../lib/failure.tsx';
import { isComplete, readSecretBox, SecretBox } from '../../lib/secret-box/secret-box.tsx';
import { secretBoxMessages } from '../../lib/secret-box/words.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { AccessPage } from './access-page.tsx';
import { sessionMessages } from './messages.ts';
import { findRegisterProblems, type RegisterProblems } from './register-problems.ts';
import { isAboutField, NewLoginFields } from './register-screen.tsx';
import { restoreMessages } from './restore-messages.ts';
import { useAccess } from './use-access.ts';

/** Registers with a wallet that exists: one box for it, an e-mail and a password. */
export function RestoreScreen() {
  const words = useMessages(restoreMessages);
  const box = useMessages(secretBoxMessages);
  const session = useMessages(sessionMessages);
  const language = useLanguage();
  const access = useAccess();
  const [recognized, setRecognized] = useState<Recognized>({ kind: 'empty' });
  const [problems, setProblems] = useState<RegisterProblems>({});
  const canRestore = isComplete(recognized);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const secret = readSecretBox(event.currentTarget);
    const [email, password] = [String(form.get('email') ?? ''), String(form.get('password') ?? '')];
    const found = findRegisterProblems(email, password);
    setProblems(found);
    if (!canRestore || found.email || found.password) return;
    access.start((service, onStep) =>
      service.restore({ email: parseEmail(email), password, language, ...secret }, onStep),
    );
  };
  const { state } = access;
  return (
    <AccessPage title={words.title} lead={words.lead}>
      <form className="stack" onSubmit={submit} onInput={access.edited} noValidate>
        <SecretBox onRecognized={setRecognized} autoFocus />
        {canRestore ? (
          <>
            {recognized.kind === 'phrase' ? null : (
              <Banner tone="plain" title={recognized.kind === 'address' ? words.besideWatched : words.besideKey} />
            )}
            <p className="text-soft">{words.newLogin}</p>
            <NewLoginFields problems={problems} state={state} />
          </>
        ) : null}
        {state.step === 'failed' && !isAboutField(state.error) ? <Failure error={state.error} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          blocked={canRestore ? undefined : recognized.kind === 'empty' ? box.empty : box.notYet}
          busy={state.step === 'working' ? session.steps[state.at] : undefined}
        >
          {words.restore}
        </Button>
        <p className="text-soft text-small">{words.nobodyAsks}</p>
      </form>
      <p className="text-soft">
        {words.registered}
        <SentenceSpace />
        <Link className="text-link" href="/login">
          {session.logIn}
        </Link>
      </p>
    </AccessPage>
  );
}
