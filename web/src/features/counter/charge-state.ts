import type { PaymentRequestWire } from '@feiqian/domain/api/payments';

/**
 * What the counter shows of a payment request. `short` and `late`: it is over, and some money came, though not all of it or not in time;
 * its owner decides what becomes of that. `unconfirmed`: somebody paid in time, and it never got there.
 */
export type ChargeState =
  | 'waiting'
  | 'processing'
  | 'received'
  | 'expired'
  | 'cancelled'
  | 'short'
  | 'late'
  | 'unconfirmed';

/** The one place where the counter reads a payment request's state. */
export function toChargeState({
  state,
  exception,
  reason,
}: Pick<PaymentRequestWire, 'state' | 'exception' | 'reason'>): ChargeState {
  switch (state) {
    case 'new':
      return 'waiting';
    case 'processing':
      return 'processing';
    case 'settled':
      return 'received';
    case 'expired':
    case 'invalid':
      if (exception === 'partial') return 'short';
      if (exception === 'late') return 'late';
      if (state === 'expired') return 'expired';
      return reason === 'UNCONFIRMED' ? 'unconfirmed' : 'cancelled';
    default:
      return state satisfies never;
  }
}

/** Whether somebody may be about to pay. */
export const isUnderWay = (state: ChargeState): state is 'waiting' | 'processing' =>
  state === 'waiting' || state === 'processing';
