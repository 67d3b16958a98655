import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { describe, expect, it } from 'vitest';
import { aPaymentRequest } from '../../lib/a-payment-request.ts';
import { canAccept, decisionOf, standingForPayee, toStateMark } from './standing.ts';

const late = aPaymentRequest({ state: 'expired', exception: 'late', received: '1000' });
const over = aPaymentRequest({ state: 'settled', exception: 'over', received: '1200', missing: '0' });
const partly = aPaymentRequest({ exception: 'partial', received: '600', missing: '400' });
const cancelledPaid = aPaymentRequest({
  state: 'invalid',
  exception: 'late',
  reason: 'CANCELLED',
  received: '1000',
});

describe('a link as its payee sees it', () => {
  it.each([
    ['waits', aPaymentRequest(), 'waiting'],
    ['waits while it is confirmed', aPaymentRequest({ state: 'processing' }), 'waiting'],
    ['is done when it is settled, however', over, 'done'],
    ['is over when nobody paid it', aPaymentRequest({ state: 'expired' }), 'failed'],
    ['waits for its payee when money came too late', late, 'waiting'],
    ['is over when that money went back', { ...late, refunded: '1000' }, 'failed'],
    ['waits for its payee when money came after it was taken back', cancelledPaid, 'waiting'],
  ] as const)('%s', (_what, link, mark) => {
    expect(toStateMark(link)).toBe(mark);
  });

  it('is simply cancelled once what came after that went back', () => {
    expect(standingForPayee(cancelledPaid)).toBe('cancelled_paid');
    expect(standingForPayee({ ...cancelledPaid, refunded: '1000' })).toBe('cancelled');
  });
});

describe('what the payee has to decide', () => {
  const cases: readonly [string, PaymentRequestWire, string | undefined, bigint | undefined][] = [
    ['nothing while nothing came', aPaymentRequest(), undefined, undefined],
    [
      'nothing of what was paid as asked',
      aPaymentRequest({ state: 'settled', received: '1000' }),
      undefined,
      undefined,
    ],
    ['what is missing', partly, 'partly', 400n],
    ['what is too much', over, 'overpaid', 200n],
    ['nothing once what is too much went back', { ...over, refunded: '200' }, undefined, undefined],
    ['what came too late', late, 'late', 1000n],
    ['nothing once that went back', { ...late, refunded: '1000' }, undefined, undefined],
  ];
  it.each(cases)('is %s', (_what, link, what, sum) => {
    const decision = decisionOf(link);
    expect([decision?.what, decision?.sum]).toEqual([what, sum]);
  });

  it('can be to take what came for enough, but only while there is something and it is not settled', () => {
    expect([partly, late, cancelledPaid].map(canAccept)).toEqual([true, true, true]);
    const processing = aPaymentRequest({ state: 'processing', received: '600' });
    expect([aPaymentRequest(), over, processing, { ...late, refunded: '1000' }].map(canAccept)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
