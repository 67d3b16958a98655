import type { FormEvent } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import type { OnStep } from '../../lib/wallet/dependencies.ts';
import type { WalletService } from '../../lib/wallet/service.ts';
import { Button } from '../../ui/button.tsx';
import { PasswordInput } from '../../ui/field.tsx';
import { sessionMessages } from './messages.ts';
import { useAccess } from './use-access.ts';

type PasswordFormProps = {
  /** Whose password: for password managers. */
  readonly email: string;
  readonly action: string;
  readonly work: (service: WalletService, password: string, onStep: OnStep) => Promise<void>;
  readonly onDone?: (() => void) | undefined;
};

/** The password of the person who is known already. */
export function PasswordForm({ email, action, work, onDone }: PasswordFormProps) {
  const words = useMessages(sessionMessages);
  const access = useAccess(onDone);
  const { state } = access;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    access.start((service, onStep) => work(service, password, onStep));
  };
  return (
    <form className="stack" onSubmit={submit} onInput={access.edited} noValidate>
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <PasswordInput label={words.password} name="password" autoComplete="current-password" autoFocus required />
      {state.step === 'failed' ? <Failure error={state.error} /> : null}
      <Button
        type="submit"
        variant="primary"
        wide
        large
        busy={state.step === 'working' ? words.steps[state.at] : undefined}
      >
        {action}
      </Button>
    </form>
  );
}
