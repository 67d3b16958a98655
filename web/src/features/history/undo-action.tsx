import type { HeldRelay } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { commonMessages } from '../../i18n/common.ts';
import { formatTimeLeft } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { heldUntilOf } from '../../lib/history/describe-entry.ts';
import { historyMessages } from '../../lib/history/words.ts';
import { draftUndo, heldRelayQuery, sendUndo } from '../../lib/undo.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';

const secondMs = 1_000;

/** The way back for a payment that is held: how long there is one, and the press that signs its end. */
export function UndoAction({ entry }: { readonly entry: HistoryEntry }) {
  const words = useMessages(historyMessages);
  const common = useMessages(commonMessages);
  const isHeld = heldUntilOf(entry) !== undefined && entry.movementId !== null;
  const { data, error, refetch } = useQuery({ ...heldRelayQuery(entry.movementId ?? ''), enabled: isHeld });
  if (!isHeld) return null;
  if (data) return <Undo entry={entry} held={data} />;
  if (!error) return <Skeleton lines={2} />;
  return (
    <Failure
      error={error}
      effect={words.undoFailed}
      action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
    />
  );
}

function Undo({ entry, held }: { readonly entry: HistoryEntry; readonly held: HeldRelay }) {
  const words = useMessages(historyMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const wallet = useWallet();
  const client = useQueryClient();
  const left = Date.parse(held.heldUntil) - useNow(secondMs);
  const undo = useMutation({
    mutationFn: async () => sendUndo(wallet, await draftUndo(book, entry, held), held.from),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['history'] });
      await client.invalidateQueries({ queryKey: ['balances'] });
    },
  });
  return (
    <div className="stack stack--tight">
      {/* Read out on request, not each second. */}
      <p className="tabular" role="timer">
        {left > 0 ? words.undoLeft(formatTimeLeft(left, language)) : words.undoDue}
      </p>
      {undo.error ? <Failure error={undo.error} effect={words.undoFailed} /> : null}
      <Button
        variant="primary"
        wide
        large
        busy={undo.isPending ? words.undoing : undefined}
        onClick={() => undo.isPending || undo.mutate()}
      >
        {words.undo}
      </Button>
      <p className="text-soft text-small">{words.undoHint}</p>
    </div>
  );
}
