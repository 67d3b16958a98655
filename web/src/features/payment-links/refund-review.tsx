import type { RefundWire } from '@feiqian/domain/api/payments';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { isBlocked } from '../../keyring/review.ts';
import type { Review } from '../../keyring/review-model.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { useGatewayTitle } from '../../lib/gateways.ts';
import { PaymentReceipt } from '../../lib/review/payment-receipt.tsx';
import { SafetyNotes } from '../../lib/review/safety-notes.tsx';
import { useSafety } from '../../lib/review/use-safety.ts';
import type { Flow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { linksMessages } from './messages.ts';
import { usePayerName } from './payment-list.tsx';
import type { RefundDraft } from './refund-draft.ts';

type RefundReviewProps = { readonly flow: Flow<RefundDraft, RefundWire>; readonly onClose: () => void };

/** The review of a refund: where something is signed, what is shown is read back from it. */
export function RefundReview({ flow, onClose }: RefundReviewProps) {
  const words = useMessages(linksMessages);
  const form = useMessages(formMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const { state } = flow;
  const safety = useSafety(state.step === 'editing' ? undefined : state.draft.signing, address);
  const review = safety?.review;
  const moneyOf = (draft: RefundDraft) =>
    review?.kind === 'checkout_refund' ? review.amount : { asset: draft.payment.money.asset, amount: draft.amount };
  return (
    <FlowSheet
      flow={flow}
      title={words.refund}
      receipt={(draft, isSealed) => <RefundReceipt draft={draft} review={review} isSealed={isSealed} />}
      warnings={() => <SafetyNotes safety={safety} from={address} />}
      blocked={() => (review && isBlocked(review) ? words.cannotSign : undefined)}
      isHeld={() => safety?.isHeld ?? false}
      action={(draft) => {
        const { asset, amount } = moneyOf(draft);
        return words.refundAmount(formatMoney(amount, book.get(asset), language));
      }}
      doneTitle={({ payment }) => (payment.rail === 'cash' ? words.refundPosted : words.refundSent)}
      busy={form.sending}
      followHref={({ historyId }) => `/history/${historyId}`}
      onClose={onClose}
    />
  );
}

type RefundReceiptProps = {
  readonly draft: RefundDraft;
  readonly review: Review | undefined;
  readonly isSealed: boolean;
};

function RefundReceipt({ draft, review, isSealed }: RefundReceiptProps) {
  const words = useMessages(linksMessages);
  const form = useMessages(formMessages);
  const book = useAssetBook();
  const gatewayTitle = useGatewayTitle();
  const name = usePayerName(draft.payment);
  const { payment, amount, signing } = draft;
  if (signing && review) {
    const recipientName = payment.payer.handle === null ? undefined : name;
    return <PaymentReceipt review={review} draft={signing} isSealed={isSealed} recipientName={recipientName} />;
  }
  const byGateway = payment.gateway !== null;
  const facts = [
    ...(byGateway && payment.payer.handle === null ? [] : [{ label: words.goesTo, value: <strong>{name}</strong> }]),
    ...(payment.gateway === null ? [] : [{ label: words.goesBack, value: gatewayTitle(payment.gateway) }]),
    { label: form.fee, value: form.noFee },
    { label: form.when, value: byGateway ? words.whenGateway : form.atOnce, tall: byGateway },
  ];
  return (
    <Receipt sealed={isSealed} counterpart={<Facts facts={facts} />}>
      <div>
        <p className="text-soft text-small">{words.youRefund}</p>
        <AmountText amount={amount} unit={book.get(payment.money.asset)} size="hero" />
      </div>
    </Receipt>
  );
}
