import { useEffect, useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { Button } from '../../ui/button.tsx';
import { sessionMessages } from './messages.ts';

/** Unlocks by passkey, where the vault of this device has one and the browser can; else nothing is shown. */
export function PasskeyUnlock() {
  const words = useMessages(sessionMessages);
  const startWallet = useStartWallet();
  const [canUnlock, setCanUnlock] = useState(false);
  const { run, isPending, error } = useTask();
  useEffect(() => {
    const look = async () => {
      const { passkeys } = await startWallet();
      setCanUnlock((await passkeys.list()).length > 0 && (await passkeys.canUnlock()));
    };
    // Whatever keeps it from being known: the password is there.
    look().catch(() => setCanUnlock(false));
  }, [startWallet]);
  if (!canUnlock) return null;
  return (
    <>
      <Button
        icon="unlock"
        wide
        large
        busy={isPending ? words.steps.opening : undefined}
        onClick={() => run(async () => (await startWallet()).passkeys.unlock())}
      >
        {words.unlockByPasskey}
      </Button>
      {error ? <Failure error={error} /> : null}
    </>
  );
}
