import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { expect, it } from 'vitest';
import { aPaymentRequest } from './a-payment-request.ts';
import { isMoving, standingOf } from './payment-standing.ts';

const cases: readonly [Partial<PaymentRequestWire>, string][] = [
  [{ state: 'new' }, 'waiting'],
  [{ state: 'new', exception: 'partial' }, 'partly'],
  [{ state: 'processing' }, 'confirming'],
  [{ state: 'settled' }, 'paid'],
  [{ state: 'settled', exception: 'over' }, 'overpaid'],
  [{ state: 'settled', exception: 'partial' }, 'accepted'],
  [{ state: 'settled', exception: 'late' }, 'accepted'],
  [{ state: 'expired' }, 'expired'],
  [{ state: 'expired', exception: 'partial' }, 'expired_partly'],
  [{ state: 'expired', exception: 'late' }, 'late'],
  [{ state: 'invalid', reason: 'CANCELLED' }, 'cancelled'],
  [{ state: 'invalid', reason: 'CANCELLED', exception: 'partial' }, 'cancelled_paid'],
  [{ state: 'invalid', reason: 'CANCELLED', exception: 'late' }, 'cancelled_paid'],
  [{ state: 'invalid', reason: 'UNCONFIRMED' }, 'unconfirmed'],
];

it.each(cases)('a request that is %j stands as %s', (part, standing) => {
  expect(standingOf(aPaymentRequest(part))).toBe(standing);
});

it('is looked at again only while money may come by itself', () => {
  const states = ['new', 'processing', 'settled', 'expired', 'invalid'] as const;
  expect(states.filter((state) => isMoving({ state }))).toEqual(['new', 'processing']);
});
