import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { findPasswordFault, type PasswordFault } from '../../keyring/password-rules.ts';
import { Failure } from '../../lib/failure.tsx';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet, useWalletState } from '../../lib/wallet/session-context.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordInput } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { useToast } from '../../ui/toast.tsx';
import { settingsMessages } from './messages.ts';

/** Changes the password that logs in and unlocks. */
export function PasswordScreen() {
  const words = useMessages(settingsMessages);
  const { account } = useWalletState();
  const startWallet = useStartWallet();
  const showToast = useToast();
  const [, navigate] = useLocation();
  const [fault, setFault] = useState<PasswordFault>();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [password, newPassword] = ['password', 'new-password'].map((name) => String(form.get(name) ?? ''));
    if (password === undefined || newPassword === undefined) return;
    const found = findPasswordFault(newPassword, account ? [account.email, account.handle] : []);
    setFault(found);
    if (found) return;
    run(async () => {
      await (await startWallet()).service.changePassword({ password, newPassword });
      showToast(words.passwordChanged);
      navigate('/settings');
    });
  };
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.passwordTitle} back="/settings" detail={settings}>
      <form className="stack" onSubmit={submit} noValidate>
        <p>{words.passwordLead}</p>
        <input type="hidden" name="username" autoComplete="username" value={account?.email ?? ''} readOnly />
        <PasswordInput label={words.passwordNow} name="password" autoComplete="current-password" autoFocus required />
        <PasswordInput
          label={words.passwordNew}
          name="new-password"
          autoComplete="new-password"
          hint={words.passwordHint}
          error={fault ? words.passwordFaults[fault] : undefined}
          required
        />
        {error ? <Failure error={error} /> : null}
        <Button type="submit" variant="primary" wide large busy={isPending ? words.passwordChanging : undefined}>
          {words.passwordAction}
        </Button>
      </form>
    </Page>
  );
}
