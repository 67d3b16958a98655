import { isAppError } from '@feiqian/domain/errors';
import { parseEmail } from '@feiqian/domain/identity';
import { type FormEvent, useState } from 'react';
import { Link, useSearch } from 'wouter';
import { SentenceSpace, useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { codeOf } from '../../lib/error-code.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput, TextInput } from '../../ui/field.tsx';
import { AccessPage } from './access-page.tsx';
import type { AccessState } from './access-state.ts';
import { sessionMessages } from './messages.ts';
import { newcomerMessages } from './newcomer-messages.ts';
import { findRegisterProblems, type RegisterProblems } from './register-problems.ts';
import { useAccess } from './use-access.ts';

/** One e-mail, one password, one press: an account and a wallet whose keys only this browser has. */
export function RegisterScreen() {
  const words = useMessages(newcomerMessages);
  const session = useMessages(sessionMessages);
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
  return (
    <AccessPage title={words.registerTitle} lead={words.registerLead}>
      <form className="stack" onSubmit={submit} onInput={access.edited} noValidate>
        <NewLoginFields problems={problems} state={access.state} autoFocus />
        <Banner tone="plain" title={words.passwordWarning} />
        {state.step === 'failed' && !isAboutField(state.error) ? <Failure error={state.error} /> : null}
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
        {words.haveWallet}
        <SentenceSpace />
        <Link className="text-link" href="/restore">
          {words.restore}
        </Link>
      </p>
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

const fieldCodes: readonly unknown[] = ['EMAIL_TAKEN', 'EMAIL_MALFORMED', 'PASSWORD_WEAK'];

/** Whether a refusal is shown at one of the fields of {@link NewLoginFields}. */
export function isAboutField(error: unknown): boolean {
  return fieldCodes.includes(codeOf(error));
}

type NewLoginFieldsProps = {
  readonly problems: RegisterProblems;
  readonly state: AccessState;
  readonly autoFocus?: boolean | undefined;
};

/** E-mail and password of a new account, with what is wrong with them. */
export function NewLoginFields({ problems, state, autoFocus = false }: NewLoginFieldsProps) {
  const words = useMessages(newcomerMessages);
  const session = useMessages(sessionMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const refused = state.step === 'failed' ? codeOf(state.error) : undefined;
  const isEmailTaken = refused === 'EMAIL_TAKEN' || refused === 'EMAIL_MALFORMED';
  const fault =
    state.step === 'failed' && isAppError(state.error) && refused === 'PASSWORD_WEAK'
      ? state.error.details.fault
      : problems.password;
  return (
    <>
      <TextInput
        label={session.email}
        type="email"
        name="email"
        autoComplete="username"
        autoFocus={autoFocus}
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
    </>
  );
}
