import type { Address, Hex } from 'viem';
import type { Draft } from './draft.ts';
import { findLookAlikes } from './look-alike.ts';
import { decodeCheckoutReview } from './review-checkout.ts';
import { decodeMessageReview } from './review-message.ts';
import { collectWarnings, type Review, type ReviewContext } from './review-model.ts';
import { decodeTransactionReview } from './review-transaction.ts';
import { decodeRelayReview, decodeRelayUndoReview, decodeTypedDataReview } from './review-typed-data.ts';

/**
 * Says what a draft does, by decoding the very bytes that will be signed. The review screen shows this and nothing else:
 * not what a form held, not what a page claimed.
 *
 * Holds no secrets and asks nobody; whatever it does not recognise it says so.
 *
 * @throws {AppError} TRANSACTION_INVALID or TYPED_DATA_INVALID for bytes that the keyring would refuse as well.
 */
export function decodeReview(draft: Draft, context: ReviewContext): Review {
  return warnOfLookAlikes(decode(draft, context), context);
}

/** Whoever would get or could take something, and so must not be a stranger who looks like a friend. */
function listParties(review: Review): readonly Address[] {
  return [
    ...('to' in review ? [review.to] : []),
    ...('spender' in review ? [review.spender] : []),
    ...('operator' in review ? [review.operator] : []),
  ];
}

function warnOfLookAlikes(review: Review, { trusted = [] }: ReviewContext): Review {
  if (!listParties(review).some((party) => findLookAlikes(party, trusted).length > 0)) return review;
  const codes = [...review.warnings.map(({ code }) => code), 'recipient_lookalike'];
  return { ...review, warnings: collectWarnings(Object.fromEntries(codes.map((code) => [code, true]))) };
}

function decode(draft: Draft, context: ReviewContext): Review {
  switch (draft.kind) {
    case 'transaction':
      return decodeTransactionReview(draft.bytes, context);
    case 'relay':
      return decodeRelayReview(draft, context);
    case 'relay_undo':
      return decodeRelayUndoReview(draft, context);
    case 'checkout':
      return decodeCheckoutReview(draft, context);
    case 'typed_data':
      return decodeTypedDataReview(draft, context);
    case 'message':
      return decodeMessageReview(draft.bytes as Hex, context);
    default:
      return draft satisfies never;
  }
}

/** Whether something of a review forbids signing; the screen then offers no way on. */
export function isBlocked(review: Review): boolean {
  return review.warnings.some(({ severity }) => severity === 'block');
}
