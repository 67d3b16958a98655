import type { MovementWire } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { decodeAmount } from '@feiqian/domain/money';
import { type Address, isAddressEqual } from 'viem';
import { useMessages } from '../../i18n/language-context.tsx';
import { decodeReview, isBlocked } from '../../keyring/review.ts';
import type { Review } from '../../keyring/review-model.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import type { ReplacementDraft } from '../../lib/replacement.ts';
import { toReviewContext } from '../../lib/review/context.ts';
import { PaymentReceipt, rawOf } from '../../lib/review/payment-receipt.tsx';
import { ReviewWarnings } from '../../lib/review/warnings.tsx';
import { reviewMessages } from '../../lib/review/words.ts';
import type { Flow } from '../../lib/use-flow.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Facts, RawData, Receipt } from '../../ui/receipt.tsx';
import { historyScreenMessages } from './messages.ts';

type ReplacementReviewProps = {
  readonly flow: Flow<ReplacementDraft, MovementWire>;
  readonly entry: HistoryEntry;
};

/** The review of what takes the place of a transaction, read back from the bytes that will be signed. */
export function ReplacementReview({ flow, entry }: ReplacementReviewProps) {
  const words = useMessages(historyScreenMessages);
  const form = useMessages(formMessages);
  const book = useAssetBook();
  const { state } = flow;
  if (state.step === 'editing') return null;
  const { draft } = state;
  const review = decodeReview(draft.signing, toReviewContext(book, new Date(), location.host));
  const isCancel = draft.kind === 'cancel';
  const isRight = isCancel ? movesNothing(review, draft.from) : paysAs(review, entry);
  return (
    <FlowSheet
      flow={flow}
      title={isCancel ? words.cancel : words.hurry}
      receipt={(_, isSealed) =>
        isCancel ? (
          <CancelReceipt review={review} draft={draft} entry={entry} isSealed={isSealed} />
        ) : (
          <PaymentReceipt review={review} draft={draft.signing} isSealed={isSealed} />
        )
      }
      warnings={() => (isCancel ? null : <ReviewWarnings warnings={review.warnings} />)}
      blocked={() => (isRight && !isBlocked(review) ? undefined : words.cannotReplace)}
      action={() => (isCancel ? words.cancelAction : words.hurryAction)}
      doneTitle={() => (isCancel ? words.cancelSent : words.hurrySent)}
      busy={form.signing}
      onClose={() => undefined}
    />
  );
}

/** Whether a review is of nothing to oneself, which only uses up the nonce. */
function movesNothing(review: Review, from: Address): boolean {
  return review.kind === 'native_transfer' && review.money.amount === 0n && isAddressEqual(review.to, from);
}

/** Whether a review is of the payment that the entry tells of. */
function paysAs(review: Review, { money, counterparty }: HistoryEntry): boolean {
  if (review.kind !== 'native_transfer' && review.kind !== 'token_transfer') return false;
  const isSameMoney = review.money.asset === money.asset && review.money.amount === decodeAmount(money.amount);
  return isSameMoney && (counterparty?.kind !== 'address' || counterparty.value === review.to);
}

type CancelReceiptProps = {
  readonly review: Review;
  readonly draft: ReplacementDraft;
  readonly entry: HistoryEntry;
  readonly isSealed: boolean;
};

/** The slip of a cancellation: what is not sent any more, and what that costs. */
function CancelReceipt({ review, draft, entry, isSealed }: CancelReceiptProps) {
  const words = useMessages(historyScreenMessages);
  const names = useMessages(reviewMessages);
  const book = useAssetBook();
  if (!('feeMax' in review)) return null;
  const { feeMax, chainId, nonce } = review;
  return (
    <div className="stack stack--tight">
      <Receipt
        sealed={isSealed}
        counterpart={
          <Facts
            facts={[
              { label: names.feeAtMost, value: <AmountText amount={feeMax.amount} unit={book.get(feeMax.asset)} /> },
              { label: names.chain, value: book.getChain(chainId).name },
              { label: names.nonce, value: `${nonce}` },
            ]}
          />
        }
      >
        <div>
          <p className="text-soft text-small">{words.notSent}</p>
          <AmountText amount={decodeAmount(entry.money.amount)} unit={book.get(entry.money.asset)} size="hero" />
        </div>
      </Receipt>
      <p className="text-soft text-small">{words.cancelHint}</p>
      <RawData label={names.raw}>{rawOf(review, draft.signing)}</RawData>
    </div>
  );
}
