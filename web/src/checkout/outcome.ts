import type { Request } from './service.ts';

/**
 * What the page has to say about a request, and so what whoever looks at it does next.
 *
 * `open`: pay. `partly`: pay the rest. `processing`: wait. `settled`: done. `over`: done, and the shop has something to give back.
 * `expired`: ask for a new one. `expired_partly`, `late`, `cancelled_paid`: the shop has money that it takes or gives back. `cancelled`:
 * don't pay. `unconfirmed`: ask the shop.
 */
export type Outcome =
  | 'open'
  | 'partly'
  | 'processing'
  | 'settled'
  | 'over'
  | 'expired'
  | 'expired_partly'
  | 'late'
  | 'cancelled'
  | 'cancelled_paid'
  | 'unconfirmed';

/** Reads a request. Whether its time is over the service says: clocks of payers are as they are. */
export function toOutcome(request: Request): Outcome {
  const { state, exception, reason, received } = request;
  switch (state) {
    case 'new':
      return exception === 'partial' ? 'partly' : 'open';
    case 'processing':
      return 'processing';
    case 'settled':
      return exception === 'over' && excessOf(request) > 0n ? 'over' : 'settled';
    case 'expired':
      if (exception === 'late') return 'late';
      return received > 0n ? 'expired_partly' : 'expired';
    case 'invalid':
      if (reason === 'UNCONFIRMED') return 'unconfirmed';
      return received > 0n ? 'cancelled_paid' : 'cancelled';
    default:
      return state satisfies never;
  }
}

/** Whether money can be paid now. */
export const isPayable = (outcome: Outcome): outcome is 'open' | 'partly' => outcome === 'open' || outcome === 'partly';

/** Whether something is still expected to happen by itself. */
export const isLive = (outcome: Outcome): boolean => isPayable(outcome) || outcome === 'processing';

/** What came beyond the price and was not given back yet. */
export function excessOf({ received, refunded, money }: Request): bigint {
  return received - refunded - money.amount;
}

/** What is left of what the shop has got. */
export function keptOf({ received, refunded }: Request): bigint {
  return received > refunded ? received - refunded : 0n;
}
