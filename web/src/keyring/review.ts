import type { Hex } from 'viem';
import type { Draft } from './draft.ts';
import { decodeCheckoutReview } from './review-checkout.ts';
import { decodeMessageReview } from './review-message.ts';
import type { Review, ReviewContext } from './review-model.ts';
import { decodeTransactionReview } from './review-transaction.ts';
import { decodeRelayReview, decodeTypedDataReview } from './review-typed-data.ts';

/**
 * Says what a draft does, by decoding the very bytes that will be signed. The review screen shows this and nothing else:
 * not what a form held, not what a page claimed.
 *
 * Holds no secrets and asks nobody; whatever it does not recognise it says so.
 *
 * @throws {AppError} TRANSACTION_INVALID or TYPED_DATA_INVALID for bytes that the keyring would refuse as well.
 */
export function decodeReview(draft: Draft, context: ReviewContext): Review {
  switch (draft.kind) {
    case 'transaction':
      return decodeTransactionReview(draft.bytes, context);
    case 'relay':
      return decodeRelayReview(draft, context);
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
