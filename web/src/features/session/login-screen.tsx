import { findEmail } from '@feiqian/domain/email';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { Link, useSearch } from 'wouter';
import { SentenceSpace, useMessages } from '../../i18n/language-context.tsx';
import { ErrorLine, Failure } from '../../lib/failure.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput, TextInput } from '../../ui/field.tsx';
import { AccessPage } from './access-page.tsx';
import { sessionMessages } from './messages.ts';
import { useAccess } from './use-access.ts';

// The form can be typed into before it is there.
const PasskeyLogin = lazy(async () => ({ default: (await import('./passkey-login.tsx')).PasskeyLogin }));

/** E-mail and password, on any device; the wallet comes along. Never the phrase. */
export function LoginScreen() {
  const words = useMessages(sessionMessages);
  const search = useSearch();
  const access = useAccess();
  const [isEmailWrong, setEmailWrong] = useState(false);
  const { state } = access;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = findEmail(String(form.get('email') ?? ''));
    const password = String(form.get('password') ?? '');
    setEmailWrong(email === undefined);
    if (email === undefined) return;
    access.start((service, onStep) => service.logIn({ email, password }, onStep));
  };
  return (
    <AccessPage title={words.loginTitle} lead={words.loginLead}>
      <form className="stack" onSubmit={submit} onInput={access.edited} noValidate>
        <TextInput
          label={words.email}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          error={isEmailWrong ? <ErrorLine code="EMAIL_MALFORMED" /> : undefined}
        />
        <PasswordInput label={words.password} name="password" autoComplete="current-password" required />
        {state.step === 'failed' ? <Failure error={state.error} /> : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          busy={state.step === 'working' ? words.steps[state.at] : undefined}
        >
          {words.logIn}
        </Button>
        <p className="text-soft text-small">{words.loginNote}</p>
      </form>
      <Suspense>
        <PasskeyLogin />
      </Suspense>
      <p className="text-soft">
        {words.noAccount}
        <SentenceSpace />
        <Link className="text-link" href={search ? `/register?${search}` : '/register'}>
          {words.register}
        </Link>
      </p>
    </AccessPage>
  );
}
