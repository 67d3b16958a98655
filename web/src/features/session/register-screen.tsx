import { isAppError } from '@feiqian/domain/errors';
import { parseEmail } from '@feiqian/domain/identity';
import { type FormEvent, useState } from 'react';
import { Link, useSearch } from 'wouter';
import { SentenceSpace, useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { findPasswordFault } from '../../keyring/password-rules.ts';
import { codeOf } from '../../lib/error-code.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput, TextInput } from '../../ui/field.tsx';
import { AccessPage } from './access-page.tsx';
import { sessionMessages } from './messages.ts';
import { newcomerMessages } from './newcomer-messages.ts';
import { useAccess } from './use-access.ts';

/** What is wrong with each field; empty when the form may be sent. */
export type RegisterProblems = {
  readonly email?: 'EMAIL_MALFORMED';
  readonly password?: ReturnType<typeof findPasswordFault>;
};

/** Reads the form before anything is sent. */
export function findRegisterProblems(email: string, password: string): RegisterProblems {
  const fault = findPasswordFault(password, [email]);
  try {
    parseEmail(email);
    return fault ? { password: fault } : {};
  } catch {
    return { email: 'EMAIL_MALFORMED', ...(fault ? { password: fault } : {}) };
  }
}

/** One e-mail, one password, one press: an account and a wallet whose keys only this browser has. */
export function RegisterScreen() {
  const words = useMessages(newcomerMessages);
  const session = useMessages(sessionMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const search = useSearch();
  const access = useAccess();
  const [problems, setProblems] = useState<RegisterProblems>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [email, password] = [String(form.get('email') ?? ''), String(form.get('password') ?? '')];
    const found = findRegisterProblems(email, password);
    setProblems(found);
    if (found.email || found.password) return;
    access.start((service, onStep) => service.register({ email: parseEmail(email), password, language }, onStep));
  };
  const { state } = access;
  const refused = state.step === 'failed' ? codeOf(state.error) : undefined;
  const isEmailTaken = refused === 'EMAIL_TAKEN' || refused === 'EMAIL_MALFORMED';
  const fault =
    state.step === 'failed' && isAppError(state.error) && refused === 'PASSWORD_WEAK'
      ? state.error.details.fault
      : problems.password;
  return (
    <AccessPage title={words.registerTitle} lead={words.registerLead}>
      <form className="stack" onSubmit={submit} onInput={access.edited} noValidate>
        <TextInput
          label={session.email}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          error={
            problems.email
              ? toErrorLine(errors[problems.email], language)
              : isEmailTaken && refused
                ? toErrorLine(errors[refused], language)
                : undefined
          }
        />
        <PasswordInput
          label={session.password}
          name="password"
          autoComplete="new-password"
          hint={words.passwordHint}
          required
          error={
            fault
              ? (words.passwordFaults[fault as keyof typeof words.passwordFaults] ?? errors.PASSWORD_WEAK.advice)
              : undefined
          }
        />
        <Banner tone="plain" title={words.passwordWarning} />
        {state.step === 'failed' && !isEmailTaken && refused !== 'PASSWORD_WEAK' ? (
          <Failure error={state.error} />
        ) : null}
        <Button
          type="submit"
          variant="primary"
          wide
          large
          busy={state.step === 'working' ? session.steps[state.at] : undefined}
        >
          {words.create}
        </Button>
      </form>
      <p className="text-soft">
        {words.haveAccount}
        <SentenceSpace />
        <Link className="text-link" href={search ? `/login?${search}` : '/login'}>
          {session.logIn}
        </Link>
      </p>
    </AccessPage>
  );
}
