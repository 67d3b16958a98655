import type { PaymentRequestWire } from '@feiqian/domain/api/cash';

/** What the counter shows of a payment request. */
export type ChargeState = 'waiting' | 'processing' | 'received' | 'expired' | 'cancelled';

/** The one place where the counter reads a payment request's state. */
export function toChargeState({ state }: PaymentRequestWire): ChargeState {
  switch (state) {
    case 'open':
      return 'waiting';
    case 'processing':
      return 'processing';
    case 'paid':
      return 'received';
    case 'expired':
      return 'expired';
    case 'cancelled':
      return 'cancelled';
    default:
      return state satisfies never;
  }
}

/** Whether it may still become something else, and is to be looked at again. */
export const isUnderWay = (state: ChargeState): boolean => state === 'waiting' || state === 'processing';
