import type { FormEvent } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet, useWalletState } from '../../lib/wallet/session-context.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput, TextInput } from '../../ui/field.tsx';
import { useToast } from '../../ui/toast.tsx';
import { passkeyMessages } from './messages.ts';

type AddPasskeyProps = { readonly onAdded: (recoveryCodes: readonly string[]) => Promise<void> };

/** A name and the password, then what the browser asks. */
export function AddPasskey({ onAdded }: AddPasskeyProps) {
  const words = useMessages(passkeyMessages);
  const { account } = useWalletState();
  const startWallet = useStartWallet();
  const showToast = useToast();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const [password, name] = [String(data.get('password') ?? ''), String(data.get('name') ?? '')];
    run(async () => {
      const { recoveryCodes, unlocks } = await (await startWallet()).passkeys.add({ password, name });
      form.reset();
      showToast(unlocks ? words.doneBoth : words.doneLogin);
      await onAdded(recoveryCodes);
    });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="text-soft">{words.effect}</p>
      <input type="hidden" name="username" autoComplete="username" value={account?.email ?? ''} readOnly />
      <TextInput label={words.name} hint={words.nameHint} name="name" maxLength={60} autoComplete="off" optional />
      <PasswordInput label={words.password} name="password" autoComplete="current-password" required />
      {error ? <Failure error={error} effect={words.unchanged} /> : null}
      <Button type="submit" variant="primary" wide large busy={isPending ? words.adding : undefined}>
        {words.add}
      </Button>
    </form>
  );
}
