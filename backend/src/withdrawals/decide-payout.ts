import type { GatewayAttempt } from '../gateways/attempts.ts';
import { findMismatch, type Mismatch, type PayoutAnswer, type UnknownOrder } from '../gateways/gateway.ts';

/** What a gateway said of a payout; `refused` is its definitive no. */
export type Heard = PayoutAnswer | UnknownOrder | { readonly state: 'refused'; readonly reason: string };

/** What follows for a payout from what its gateway said. */
export type PayoutStep =
  /** Nothing new. */
  | { readonly step: 'wait' }
  /** The gateway has the order. */
  | { readonly step: 'sent'; readonly reference: string }
  /** The money is gone from our account. */
  | { readonly step: 'settle'; readonly reference: string }
  /** The money is with us for good: it goes back to the person. */
  | { readonly step: 'return'; readonly reason: string }
  /** The answer is not about exactly our order: nothing is booked and a person looks. */
  | { readonly step: 'flag'; readonly reason: Mismatch };

/** Decides what follows. Pure. A payout ends only by the gateway's definitive answer about exactly our order; silence never ends it. */
export function decidePayout(
  attempt: Pick<GatewayAttempt, 'state' | 'orderNumber' | 'money'>,
  merchant: string,
  heard: Heard,
): PayoutStep {
  if (attempt.state !== 'created' && attempt.state !== 'open') return { step: 'wait' };
  if (heard.state === 'unknown') return { step: 'wait' };
  // A refusal of an order that the gateway has had already says nothing about that order.
  if (heard.state === 'refused')
    return attempt.state === 'created' ? { step: 'return', reason: heard.reason } : { step: 'wait' };
  const mismatch = findMismatch({ merchant, orderNumber: attempt.orderNumber, money: attempt.money }, heard);
  if (mismatch !== undefined) return { step: 'flag', reason: mismatch };
  switch (heard.state) {
    case 'processing':
      return attempt.state === 'created' ? { step: 'sent', reference: heard.reference } : { step: 'wait' };
    case 'settled':
      return { step: 'settle', reference: heard.reference };
    case 'returned':
      return { step: 'return', reason: heard.reason };
    default:
      return heard satisfies never;
  }
}
