import { useMessages } from '../../i18n/language-context.tsx';
import type { RememberedAccount } from '../../lib/wallet/remembered-account.ts';
import { Sheet } from '../../ui/sheet.tsx';
import { sessionMessages } from './messages.ts';
import { PasswordForm } from './password-form.tsx';

type ReauthSheetProps = {
  readonly account: RememberedAccount;
  /** The session is there again: what failed may be tried again. */
  readonly onDone: () => void;
  readonly onClose: () => void;
};

/** Asks for the password over whatever is open, so that nothing filled in is lost. */
export function ReauthSheet({ account, onDone, onClose }: ReauthSheetProps) {
  const words = useMessages(sessionMessages);
  return (
    <Sheet title={words.reauthTitle} onClose={onClose}>
      <div className="stack">
        <p className="text-soft">{words.reauthLead}</p>
        <PasswordForm
          email={account.email}
          action={words.continue}
          work={(service, password) => service.renewSession(password)}
          onDone={onDone}
        />
      </div>
    </Sheet>
  );
}
