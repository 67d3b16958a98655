import type { MovementWire } from '@feiqian/domain/api/chain';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { isBlocked } from '../../keyring/review.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { SafetyNotes } from '../../lib/review/safety-notes.tsx';
import { useSafety } from '../../lib/review/use-safety.ts';
import type { Flow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Facts, RawData, Receipt } from '../../ui/receipt.tsx';
import type { ConversionDraft } from './conversion.ts';
import { convertMessages } from './messages.ts';

type ConvertReviewProps = { readonly flow: Flow<ConversionDraft, MovementWire>; readonly onClose: () => void };

/** The slip of a conversion. What a signature gives away is read back from the very bytes that are signed. */
export function ConvertReview({ flow, onClose }: ConvertReviewProps) {
  const words = useMessages(convertMessages);
  const form = useMessages(formMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const { state } = flow;
  const signing = state.step !== 'editing' && state.draft.direction === 'redeem' ? state.draft.signing : undefined;
  const safety = useSafety(signing, address);
  const review = safety?.review;
  /** What leaves: for a signature what the bytes say, for cash what will be asked of the service. */
  const givenOf = (draft: ConversionDraft) =>
    review?.kind === 'redemption' ? review.amount : { asset: draft.from, amount: draft.amount };
  const isSound = (draft: ConversionDraft) =>
    review === undefined ||
    (review.kind === 'redemption' &&
      review.amount.asset === draft.from &&
      review.amount.amount === draft.amount &&
      !isBlocked(review));
  return (
    <FlowSheet
      flow={flow}
      title={words.review}
      receipt={(draft, isSealed) => (
        <div className="stack stack--tight">
          <Receipt
            sealed={isSealed}
            counterpart={
              <Facts
                facts={[
                  {
                    label: words.youGet,
                    value: <AmountText amount={draft.received} unit={book.get(draft.to)} />,
                    note: words.atPar,
                  },
                  {
                    label: words.where,
                    tall: true,
                    value:
                      draft.direction === 'issue' ? (
                        <>
                          {words.whereOwn} <AddressText address={draft.address} />
                        </>
                      ) : (
                        words.whereCash
                      ),
                  },
                  {
                    label: form.when,
                    value: draft.direction === 'issue' ? words.whenToken : words.whenCash,
                    tall: true,
                  },
                ]}
              />
            }
          >
            <div>
              <p className="text-soft text-small">{words.youGive}</p>
              <AmountText amount={givenOf(draft).amount} unit={book.get(givenOf(draft).asset)} size="hero" />
            </div>
          </Receipt>
          {draft.direction === 'redeem' ? (
            <RawData label={form.raw}>{JSON.stringify(JSON.parse(draft.signing.json), null, 2)}</RawData>
          ) : null}
        </div>
      )}
      warnings={() => <SafetyNotes safety={safety} from={address} />}
      blocked={(draft) => (isSound(draft) ? undefined : words.cannotSign)}
      isHeld={() => safety?.isHeld ?? false}
      action={(draft) =>
        words.action(
          formatMoney(draft.amount, book.get(draft.from), language),
          formatMoney(draft.received, book.get(draft.to), language),
        )
      }
      doneTitle={() => words.accepted}
      busy={form.sending}
      followHref={({ historyId }) => `/history/${historyId}`}
      onClose={onClose}
    />
  );
}
