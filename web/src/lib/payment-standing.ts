import type { PaymentRequestWire } from '@feiqian/domain/api/payments';

/** How a payment request stands, as people would put it. Screens have words for each, the payee's and the payer's. */
export type PaymentStanding =
  /** Nothing came yet. */
  | 'waiting'
  /** Not all of it came yet, or is on its way. */
  | 'partly'
  /** All of it is on its way. */
  | 'confirming'
  | 'paid'
  /** More came than was asked for. */
  | 'overpaid'
  /** The payee took too little, or what came too late, for enough. */
  | 'accepted'
  | 'expired'
  /** Too little came before the end, and the payee has not decided what becomes of it. */
  | 'expired_partly'
  /** All or the rest came after the end, and the payee has not decided what becomes of it. */
  | 'late'
  | 'cancelled'
  /** Taken back, with money that came before or after. */
  | 'cancelled_paid'
  /** What came in time was not confirmed in time. */
  | 'unconfirmed';

/** Says how a payment request stands. */
export function standingOf({
  state,
  exception,
  reason,
}: Pick<PaymentRequestWire, 'state' | 'exception' | 'reason'>): PaymentStanding {
  switch (state) {
    case 'new':
      return exception === 'none' ? 'waiting' : 'partly';
    case 'processing':
      return 'confirming';
    case 'settled':
      if (exception === 'none') return 'paid';
      return exception === 'over' ? 'overpaid' : 'accepted';
    case 'expired':
      if (exception === 'none') return 'expired';
      return exception === 'late' ? 'late' : 'expired_partly';
    case 'invalid':
      if (reason === 'UNCONFIRMED') return 'unconfirmed';
      return exception === 'none' ? 'cancelled' : 'cancelled_paid';
    default:
      return state satisfies never;
  }
}

/** Whether money may still come by itself, so that one looks again now and then. */
export function isMoving({ state }: Pick<PaymentRequestWire, 'state'>): boolean {
  return state === 'new' || state === 'processing';
}
