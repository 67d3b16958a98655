import { useMutation } from '@tanstack/react-query';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useStartWallet, useWalletState } from '../../lib/wallet/session-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { settingsMessages } from './messages.ts';

/** Asks before logging out, because what is not written down may be lost. */
export function LogOutSheet({ onClose }: { readonly onClose: () => void }) {
  const words = useMessages(settingsMessages);
  const common = useMessages(commonMessages);
  const startWallet = useStartWallet();
  const state = useWalletState();
  const isBackedUp = state.status === 'open' && state.isPhraseChecked;
  const { mutate, isPending, error } = useMutation({ mutationFn: async () => (await startWallet()).service.logOut() });
  return (
    <Sheet title={words.logOutTitle} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p>{words.logOutBody}</p>
        {isBackedUp ? null : (
          <Banner
            tone="amber"
            title={words.logOutNoBackup}
            action={<ButtonLink href="/settings/phrase">{words.phraseFirst}</ButtonLink>}
          />
        )}
        {error ? <Failure error={error} /> : null}
        <div className="row">
          <Button variant="primary" busy={isPending ? words.loggingOut : undefined} onClick={() => mutate()}>
            {words.logOut}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
