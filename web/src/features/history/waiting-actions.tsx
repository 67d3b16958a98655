import type { MovementWire, OpenTransactionWire } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getFeeQuote } from '../../chain/rpc.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { isCancelling } from '../../lib/history/describe-entry.ts';
import {
  draftReplacement,
  openTransactionQuery,
  type ReplacementDraft,
  sendReplacement,
} from '../../lib/replacement.ts';
import { useFlow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Button } from '../../ui/button.tsx';
import { historyScreenMessages } from './messages.ts';
import { ReplacementReview } from './replacement-review.tsx';

/** What can be done about a transaction of one's own that no block has taken yet. */
export function WaitingActions({ entry }: { readonly entry: HistoryEntry }) {
  const { kind, stage, direction, movementId, updatedAt } = entry;
  const wallet = useWallet();
  const flow = useFlow<ReplacementDraft, MovementWire>((draft) => sendReplacement(wallet, draft));
  const mayWait = kind === 'token_transfer' && stage === 'submitted' && direction !== 'in' && movementId !== null;
  const { data: open } = useQuery({ ...openTransactionQuery(movementId ?? '', updatedAt), enabled: mayWait });
  return (
    <>
      {mayWait && open ? <Choices entry={entry} open={open} onDraft={flow.review} /> : null}
      {/* What became of it is said to the end, also when a block takes it meanwhile. */}
      <ReplacementReview flow={flow} entry={entry} />
    </>
  );
}

type ChoicesProps = {
  readonly entry: HistoryEntry;
  readonly open: OpenTransactionWire;
  readonly onDraft: (draft: ReplacementDraft) => void;
};

function Choices({ entry, open, onDraft }: ChoicesProps) {
  const words = useMessages(historyScreenMessages);
  const prepare = useMutation({
    mutationFn: async (kind: ReplacementDraft['kind']) =>
      draftReplacement(kind, open, (await getFeeQuote(open.chainId)).fast),
    onSuccess: onDraft,
  });
  const begin = (kind: ReplacementDraft['kind']) => prepare.isPending || prepare.mutate(kind);
  const busyOf = (kind: ReplacementDraft['kind']) =>
    prepare.isPending && prepare.variables === kind ? words.preparing : undefined;
  const isEnding = isCancelling(entry);
  return (
    <div className="stack stack--tight">
      <p className="text-soft text-small">{isEnding ? words.cancellingHint : words.waitingHint}</p>
      {prepare.error ? <Failure error={prepare.error} /> : null}
      <div className="row">
        {isEnding ? null : (
          <Button busy={busyOf('hurry')} onClick={() => begin('hurry')}>
            {words.hurry}
          </Button>
        )}
        <Button busy={busyOf('cancel')} onClick={() => begin('cancel')}>
          {isEnding ? words.hurryCancel : words.cancel}
        </Button>
      </div>
    </div>
  );
}
