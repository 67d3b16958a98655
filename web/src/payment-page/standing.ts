import { type PaymentStanding, standingOf } from '../lib/payment-standing.ts';
import type { Request } from './service.ts';

/** How a request stands, for whoever looks at it to pay: an excess that went back is none any more. */
export function standingForPayer(request: Request): PaymentStanding {
  const standing = standingOf(request);
  return standing === 'overpaid' && excessOf(request) <= 0n ? 'paid' : standing;
}

/** Whether money can be paid now. */
export const isPayable = (standing: PaymentStanding): standing is 'waiting' | 'partly' =>
  standing === 'waiting' || standing === 'partly';

/** Whether the shop has what it asked for. */
export const isPaid = (standing: PaymentStanding): standing is 'paid' | 'overpaid' | 'accepted' =>
  standing === 'paid' || standing === 'overpaid' || standing === 'accepted';

/** What came beyond the price and was not given back yet. */
export function excessOf({ received, refunded, money }: Request): bigint {
  return received - refunded - money.amount;
}

/** What is left of what the shop has got. */
export function keptOf({ received, refunded }: Request): bigint {
  return received > refunded ? received - refunded : 0n;
}
