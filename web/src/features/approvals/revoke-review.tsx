import type { Revocation } from '@feiqian/domain/api/safety';
import { useMessages } from '../../i18n/language-context.tsx';
import { isBlocked } from '../../keyring/review.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { AllowanceReceipt } from '../../lib/review/allowance-receipt.tsx';
import { SafetyNotes } from '../../lib/review/safety-notes.tsx';
import { useSafety } from '../../lib/review/use-safety.ts';
import type { Flow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { LowerInstead } from './lower-instead.tsx';
import { approvalMessages } from './messages.ts';
import type { RevokeDraft } from './revoke.ts';
import { RevokeSpeed } from './revoke-speed.tsx';
import { useSpenderName } from './spender-name.ts';

type RevokeReviewProps = { readonly flow: Flow<RevokeDraft, Revocation> };

/** The review of the end of an allowance, or of a smaller one: what is shown is read back from the bytes that will be signed. */
export function RevokeReview({ flow }: RevokeReviewProps) {
  const { state } = flow;
  return state.step === 'editing' ? null : <Review flow={flow} draft={state.draft} />;
}

function Review({ flow, draft }: RevokeReviewProps & { readonly draft: RevokeDraft }) {
  const words = useMessages(approvalMessages);
  const form = useMessages(formMessages);
  const book = useAssetBook();
  const { address } = useWallet();
  const safety = useSafety(draft.signing, address);
  const { name, isKnown } = useSpenderName(draft.approval, safety?.trusted ?? []);
  if (safety?.review.kind !== 'token_allowance') return null;
  const { review, isHeld } = safety;
  const unit = book.find(review.money.asset);
  const redraft = (next: RevokeDraft) => {
    flow.goBack();
    flow.review(next);
  };
  return (
    <FlowSheet
      flow={flow}
      title={review.money.amount === 0n ? words.review : words.lowerReview}
      receipt={(_draft, isSealed) => (
        <AllowanceReceipt
          review={review}
          draft={draft.signing}
          isSealed={isSealed}
          spenderName={isKnown ? name : undefined}
        />
      )}
      warnings={() => (
        <>
          <SafetyNotes safety={safety} from={address} />
          <RevokeSpeed draft={draft} onDraft={redraft} />
          {unit && review.money.amount === 0n ? <LowerInstead draft={draft} unit={unit} onDraft={redraft} /> : null}
        </>
      )}
      blocked={() => (isBlocked(review) ? words.cannotSign : undefined)}
      isHeld={() => isHeld}
      action={() => (review.money.amount === 0n ? words.action : words.lowerAction)}
      doneTitle={() => words.sent}
      busy={form.signing}
      onClose={() => undefined}
    />
  );
}
