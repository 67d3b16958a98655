import type { MovementWire } from '@feiqian/domain/api/chain';
import type { Money } from '@feiqian/domain/money';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { isBlocked } from '../../keyring/review.ts';
import type { Review } from '../../keyring/review-model.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { PaymentReceipt } from '../../lib/review/payment-receipt.tsx';
import { RecipientNotes } from '../../lib/review/recipient-notes.tsx';
import { useSafety } from '../../lib/review/use-safety.ts';
import { ReviewWarnings } from '../../lib/review/warnings.tsx';
import { WhatWillHappen } from '../../lib/review/what-will-happen.tsx';
import type { Flow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { sendMessages } from './messages.ts';
import type { SendDraft } from './use-send.ts';

type SendReviewProps = { readonly flow: Flow<SendDraft, MovementWire>; readonly onClose: () => void };

/** The review of a payment: what is shown is read back from the bytes that will be signed. */
export function SendReview({ flow, onClose }: SendReviewProps) {
  const words = useMessages(sendMessages);
  const form = useMessages(formMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address: from } = useWallet();
  const { state } = flow;
  const safety = useSafety(state.step === 'editing' ? undefined : state.draft.signing, from);
  if (!safety) return null;
  const { review, trusted, simulation, verdict, isHeld } = safety;
  const money = arrivingOf(review);
  return (
    <FlowSheet
      flow={flow}
      title={words.review}
      receipt={(draft, isSealed) => <PaymentReceipt review={review} draft={draft.signing} isSealed={isSealed} />}
      warnings={() => (
        <>
          <WhatWillHappen simulation={simulation} verdict={verdict} from={from} />
          {/* The slip has the time itself. */}
          <ReviewWarnings
            warnings={review.warnings.filter(({ code }) => code !== 'delayed')}
            taken={review.kind === 'token_transfer' ? review.token.takes : undefined}
          />
          {'to' in review && 'chainId' in review ? (
            <RecipientNotes to={review.to} chainId={review.chainId} trusted={trusted} />
          ) : null}
        </>
      )}
      blocked={() => (isBlocked(review) ? words.cannotSign : undefined)}
      isHeld={() => isHeld}
      action={() => (money ? words.send(formatMoney(money.amount, book.get(money.asset), language)) : words.title)}
      doneTitle={() => (isHeldBack(review) ? words.heldTitle : form.sentTitle)}
      busy={form.signing}
      followHref={({ historyId }) => `/history/${historyId}`}
      onClose={onClose}
    />
  );
}

const isHeldBack = (review: Review): boolean => review.kind === 'relay_payment' && review.validAfter.getTime() > 0;

function arrivingOf(review: Review): Money | undefined {
  if (review.kind === 'relay_payment') return review.amount;
  return review.kind === 'native_transfer' || review.kind === 'token_transfer' ? review.money : undefined;
}
