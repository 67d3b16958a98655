import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import { type PaymentStanding, standingOf } from '../../lib/payment-standing.ts';
import { excessOf, holdsMoney } from './refundable.ts';

/** How a link stands for its payee: money that went back has not to be decided on. */
export function standingForPayee(link: PaymentRequestWire): PaymentStanding {
  const standing = standingOf(link);
  return standing === 'cancelled_paid' && !holdsMoney(link) ? 'cancelled' : standing;
}

/** How it is drawn beside its words. Money that the payee has to decide on waits for them. */
export function toStateMark(link: PaymentRequestWire): 'done' | 'waiting' | 'failed' {
  if (link.state === 'settled') return 'done';
  if (link.state === 'new' || link.state === 'processing') return 'waiting';
  return holdsMoney(link) ? 'waiting' : 'failed';
}

/** What the payee has to decide. */
export type Decision = Extract<
  PaymentStanding,
  'partly' | 'overpaid' | 'expired_partly' | 'late' | 'cancelled_paid' | 'unconfirmed'
>;

/** What the payee has to decide now and the sum that it is about; undefined when nothing. */
export function decisionOf(link: PaymentRequestWire): { readonly what: Decision; readonly sum: Amount } | undefined {
  const what = standingForPayee(link);
  const sum = decodeAmount(link.missing);
  switch (what) {
    case 'partly':
    case 'unconfirmed':
      return { what, sum };
    case 'overpaid': {
      const excess = excessOf(link);
      return excess > 0n ? { what, sum: excess } : undefined;
    }
    case 'expired_partly':
    case 'late':
    case 'cancelled_paid':
      return holdsMoney(link) ? { what, sum } : undefined;
    default:
      return undefined;
  }
}

/** Whether the payee may take what came for enough. */
export function canAccept(link: PaymentRequestWire): boolean {
  return link.state !== 'settled' && link.state !== 'processing' && holdsMoney(link);
}
