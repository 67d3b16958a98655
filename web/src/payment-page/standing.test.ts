import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import type { PaymentStanding } from '../lib/payment-standing.ts';
import type { Request } from './service.ts';
import { excessOf, isPaid, isPayable, keptOf, standingForPayer } from './standing.ts';

const aRequest = (part: Partial<Request>, amounts: Partial<Record<'received' | 'refunded', bigint>> = {}): Request => ({
  id: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  state: 'new',
  exception: 'none',
  reason: null,
  money: { asset: 'iso4217:CNY', amount: toAmount(1000n) },
  received: toAmount(amounts.received ?? 0n),
  coming: toAmount(0n),
  refunded: toAmount(amounts.refunded ?? 0n),
  missing: toAmount(1000n),
  description: 'tea',
  payee: { handle: 'shop' },
  token: null,
  orderId: null,
  returnUrl: null,
  expiresAt: null,
  settledAt: null,
  ...part,
});

describe('how a request stands for its payer', () => {
  it.each<[PaymentStanding, Request]>([
    ['waiting', aRequest({})],
    ['partly', aRequest({ exception: 'partial' }, { received: 400n })],
    ['confirming', aRequest({ state: 'processing' })],
    ['paid', aRequest({ state: 'settled' }, { received: 1000n })],
    ['overpaid', aRequest({ state: 'settled', exception: 'over' }, { received: 1200n })],
    // What was too much has gone back.
    ['paid', aRequest({ state: 'settled', exception: 'over' }, { received: 1200n, refunded: 200n })],
    ['accepted', aRequest({ state: 'settled', exception: 'late' }, { received: 1000n })],
    ['expired', aRequest({ state: 'expired' })],
    ['cancelled', aRequest({ state: 'invalid', reason: 'CANCELLED' })],
  ])('is %s', (standing, request) => {
    expect(standingForPayer(request)).toBe(standing);
    expect(isPayable(standing)).toBe(request.state === 'new');
    expect(isPaid(standing)).toBe(request.state === 'settled');
  });

  it('counts what the shop has and has too much of, without what it gave back', () => {
    const request = aRequest({ state: 'settled', exception: 'over' }, { received: 1200n, refunded: 50n });
    expect([keptOf(request), excessOf(request)]).toEqual([1150n, 150n]);
  });
});
