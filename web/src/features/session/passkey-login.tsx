import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { canUsePasskeys } from '../../lib/passkey-prompt.ts';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { Button } from '../../ui/button.tsx';
import { sessionMessages } from './messages.ts';

/** Logs in with neither e-mail nor password, where the browser can; else nothing is shown. */
export function PasskeyLogin() {
  const words = useMessages(sessionMessages);
  const startWallet = useStartWallet();
  const { run, isPending, error } = useTask();
  if (!canUsePasskeys()) return null;
  const logIn = () => run(async () => (await startWallet()).passkeys.logIn());
  return (
    <>
      <Button icon="unlock" wide large busy={isPending ? words.followBrowser : undefined} onClick={logIn}>
        {words.loginByPasskey}
      </Button>
      {error ? <Failure error={error} /> : null}
    </>
  );
}
