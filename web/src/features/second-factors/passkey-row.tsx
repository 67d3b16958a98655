import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { Button } from '../../ui/button.tsx';
import { ListRow } from '../../ui/list.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useToast } from '../../ui/toast.tsx';
import { passkeyMessages } from './messages.ts';
import type { SomePasskey } from './passkey-list.ts';

type PasskeyRowProps = {
  readonly passkey: SomePasskey;
  readonly name: string;
  /** Whether nothing would be left beside the password. */
  readonly isLast: boolean;
  readonly onRemoved: () => Promise<void>;
};

/** One passkey: what it does, where it is, and an end to it. */
export function PasskeyRow(props: PasskeyRowProps) {
  const words = useMessages(passkeyMessages);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ListRow
        icon="unlock"
        title={props.name}
        detail={<PasskeyFacts passkey={props.passkey} />}
        end={
          <Button variant="quiet" onClick={() => setOpen(true)}>
            {words.remove}
          </Button>
        }
      />
      {isOpen ? <RemoveSheet {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function PasskeyFacts({ passkey: { login, unlocks } }: Pick<PasskeyRowProps, 'passkey'>) {
  const words = useMessages(passkeyMessages);
  const language = useLanguage();
  if (!login) return words.unlockOnly;
  const moment = (instant: string) => formatMoment(instant, new Date(), language);
  const facts = [
    login.lastUsedAt ? words.lastUsed(moment(login.lastUsedAt)) : words.added(moment(login.addedAt)),
    login.isBackedUp ? words.synced : words.onlyHere,
    ...(unlocks ? [] : [words.loginOnly]),
  ];
  return facts.join(' · ');
}

function RemoveSheet({
  passkey,
  name,
  isLast,
  onRemoved,
  onClose,
}: PasskeyRowProps & { readonly onClose: () => void }) {
  const words = useMessages(passkeyMessages);
  const common = useMessages(commonMessages);
  const startWallet = useStartWallet();
  const showToast = useToast();
  const { credentialId, login } = passkey;
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => (await startWallet()).passkeys.remove({ id: login?.id, credentialId }),
    onSuccess: async () => {
      showToast(words.removed);
      onClose();
      await onRemoved();
    },
  });
  return (
    <Sheet title={words.removeTitle(name)} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p>{login ? words.removeBody : words.removeUnlock}</p>
        {isLast ? <p>{words.removeLast}</p> : null}
        {error ? <Failure error={error} effect={words.unchanged} /> : null}
        <div className="row">
          <Button variant="danger" busy={isPending ? words.removing : undefined} onClick={() => mutate()}>
            {words.remove}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
