import type { MovementWire } from '@feiqian/domain/api/chain';
import { useQuery } from '@tanstack/react-query';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { decodeReview, isBlocked } from '../../keyring/review.ts';
import type { Review } from '../../keyring/review-model.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { paidBeforeQuery } from '../../lib/history/queries.ts';
import { toReviewContext } from '../../lib/review/context.ts';
import { PaymentReceipt } from '../../lib/review/payment-receipt.tsx';
import { ReviewWarnings } from '../../lib/review/warnings.tsx';
import { reviewMessages } from '../../lib/review/words.ts';
import type { Flow } from '../../lib/use-flow.ts';
import { Banner } from '../../ui/banner.tsx';
import { sendMessages } from './messages.ts';
import type { SendDraft } from './use-send.ts';

type SendReviewProps = { readonly flow: Flow<SendDraft, MovementWire>; readonly onClose: () => void };

/** The review of a payment: what is shown is read back from the bytes that will be signed. */
export function SendReview({ flow, onClose }: SendReviewProps) {
  const words = useMessages(sendMessages);
  const form = useMessages(formMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const reviewOf = (draft: SendDraft): Review =>
    decodeReview(draft.signing, toReviewContext(book, new Date(), location.host));
  const arriving = (review: Review) =>
    review.kind === 'relay_payment'
      ? review.amount
      : review.kind === 'native_transfer' || review.kind === 'token_transfer'
        ? review.money
        : undefined;
  return (
    <FlowSheet
      flow={flow}
      title={words.review}
      receipt={(draft, isSealed) => (
        <PaymentReceipt review={reviewOf(draft)} draft={draft.signing} isSealed={isSealed} />
      )}
      warnings={(draft) => {
        const review = reviewOf(draft);
        return (
          <>
            <ReviewWarnings warnings={review.warnings} />
            {'to' in review ? <FirstTime to={review.to} /> : null}
          </>
        );
      }}
      blocked={(draft) => (isBlocked(reviewOf(draft)) ? words.cannotSign : undefined)}
      action={(draft) => {
        const money = arriving(reviewOf(draft));
        return money ? words.send(formatMoney(money.amount, book.get(money.asset), language)) : words.title;
      }}
      doneTitle={() => form.sentTitle}
      busy={form.signing}
      followHref={({ historyId }) => `/history/${historyId}`}
      onClose={onClose}
    />
  );
}

/** Somebody who was never paid before deserves a second look. */
function FirstTime({ to }: { readonly to: string }) {
  const words = useMessages(reviewMessages);
  const { data: isKnown } = useQuery(paidBeforeQuery(to));
  if (isKnown !== false) return null;
  return (
    <Banner tone="amber" title={words.firstTitle}>
      {words.firstBody}
    </Banner>
  );
}
