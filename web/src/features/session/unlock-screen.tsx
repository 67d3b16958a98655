import { lazy, Suspense } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { forgetAccount, type RememberedAccount } from '../../lib/wallet/remembered-account.ts';
import { Button } from '../../ui/button.tsx';
import { AccessPage } from './access-page.tsx';
import { sessionMessages } from './messages.ts';
import { PasswordForm } from './password-form.tsx';

// Most people have none; the password is not kept waiting for it.
const PasskeyUnlock = lazy(async () => ({ default: (await import('./passkey-unlock.tsx')).PasskeyUnlock }));

type UnlockScreenProps = { readonly account: RememberedAccount };
type UnlockProps = UnlockScreenProps & {
  /** A passkey has logged in and holds no key of this wallet. */
  readonly isLoggedIn?: boolean | undefined;
};

/** Opens the wallet of this device. Works without the service too. */
export function UnlockScreen({ account, isLoggedIn = false }: UnlockProps) {
  const words = useMessages(sessionMessages);
  const useAnother = () => {
    forgetAccount();
    location.assign('/login');
  };
  return (
    <AccessPage
      title={isLoggedIn ? words.passkeyInTitle : words.unlockTitle}
      lead={isLoggedIn ? words.passkeyInLead : words.unlockLead}
    >
      <p>
        <strong>@{account.handle}</strong> <span className="text-soft">{account.email}</span>
      </p>
      <PasswordForm
        email={account.email}
        action={words.unlock}
        work={(service, password, onStep) => service.unlock(password, onStep)}
      />
      <Suspense>
        <PasskeyUnlock />
      </Suspense>
      <Button variant="quiet" onClick={useAnother}>
        {words.otherAccount}
      </Button>
    </AccessPage>
  );
}

/** Makes the wallet of an account whose registration was cut off half-way. */
export function CompleteScreen({ account, reason }: UnlockScreenProps & { readonly reason?: unknown }) {
  const words = useMessages(sessionMessages);
  return (
    <AccessPage title={words.completeTitle} lead={words.completeLead}>
      <p className="text-soft">{account.email}</p>
      {reason === undefined ? null : <Failure error={reason} />}
      <PasswordForm
        email={account.email}
        action={words.complete}
        work={(service, password, onStep) => service.completeRegistration(password, onStep)}
      />
    </AccessPage>
  );
}
