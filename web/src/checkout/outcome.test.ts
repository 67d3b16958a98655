import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { excessOf, isLive, isPayable, keptOf, type Outcome, toOutcome } from './outcome.ts';
import type { Request } from './service.ts';

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

describe('what the page says of a request', () => {
  it.each<[Outcome, Request]>([
    ['open', aRequest({})],
    ['partly', aRequest({ exception: 'partial' }, { received: 400n })],
    ['processing', aRequest({ state: 'processing' })],
    ['settled', aRequest({ state: 'settled' }, { received: 1000n })],
    ['over', aRequest({ state: 'settled', exception: 'over' }, { received: 1200n })],
    // What was too much has gone back.
    ['settled', aRequest({ state: 'settled', exception: 'over' }, { received: 1200n, refunded: 200n })],
    // The payee took less, or later, for enough.
    ['settled', aRequest({ state: 'settled', exception: 'partial' }, { received: 900n })],
    ['expired', aRequest({ state: 'expired' })],
    ['expired_partly', aRequest({ state: 'expired', exception: 'partial' }, { received: 400n })],
    ['late', aRequest({ state: 'expired', exception: 'late' }, { received: 1000n })],
    ['cancelled', aRequest({ state: 'invalid', reason: 'CANCELLED' })],
    ['cancelled_paid', aRequest({ state: 'invalid', reason: 'CANCELLED' }, { received: 400n })],
    ['unconfirmed', aRequest({ state: 'invalid', reason: 'UNCONFIRMED' })],
  ])('is %s', (outcome, request) => {
    expect(toOutcome(request)).toBe(outcome);
    expect(isPayable(outcome)).toBe(request.state === 'new');
    expect(isLive(outcome)).toBe(request.state === 'new' || request.state === 'processing');
  });

  it('counts what the shop has and has too much of, without what it gave back', () => {
    const request = aRequest({ state: 'settled', exception: 'over' }, { received: 1200n, refunded: 50n });
    expect([keptOf(request), excessOf(request)]).toEqual([1150n, 150n]);
  });
});
