import type { Balances } from '@feiqian/domain/api/chain';
import { describe, expect, it } from 'vitest';
import { readCheckoutDraft } from '../../keyring/checkout-draft.ts';
import { aCheckout, aPaymentRequest, sampleBook as book, sample } from '../../lib/a-payment-request.ts';
import { draftPayment, listPayWays, preferWay } from './pay-draft.ts';

const own = sample.payer;
const request = aPaymentRequest();
const partlyPaid = aPaymentRequest({
  exception: 'partial',
  received: '600',
  missing: '400',
  token: aCheckout({ missing: '4000000' }),
});
const someBalances = (cash: string, tokens: string): Balances => ({
  cash: [{ asset: sample.cash, available: cash, pending: '0' }],
  onChain: [{ asset: sample.token, address: own, amount: tokens }],
  held: [],
  unavailable: [],
});

describe('listPayWays', () => {
  it('offers tokens first, with their fee, and cash without one', () => {
    const ways = listPayWays(request, { balances: someBalances('1000', '10010000'), own });
    expect(ways).toMatchObject([
      { rail: 'token', amount: 10_000_000n, fee: 10_000n, isEnough: true },
      { rail: 'cash', amount: 1_000n, fee: 0n, isEnough: true },
    ]);
    expect(preferWay(ways)).toBe('token');
  });

  it('asks for what is missing, not for the price', () => {
    expect(listPayWays(partlyPaid, { balances: someBalances('400', '4010000'), own })).toMatchObject([
      { rail: 'token', amount: 4_000_000n, isEnough: true },
      { rail: 'cash', amount: 400n, isEnough: true },
    ]);
  });

  it('counts the fee, and turns to what is enough', () => {
    const ways = listPayWays(request, { balances: someBalances('1000', '10009999'), own });
    expect(ways[0]?.isEnough).toBe(false);
    expect(preferWay(ways)).toBe('cash');
  });

  it('offers cash alone for a link that takes nothing else', () => {
    const ways = listPayWays({ ...request, token: null }, { balances: someBalances('0', '0'), own });
    expect(ways.map(({ rail }) => rail)).toEqual(['cash']);
    expect(preferWay(ways)).toBe('cash');
  });
});

describe('draftPayment', () => {
  const nowSeconds = 1_800_000_000n;
  const signedOf = (asked: Partial<Parameters<typeof draftPayment>[0]> = {}) => {
    const draft = draftPayment({ book, request, own, nowSeconds, rail: 'token', ...asked });
    if (draft.kind !== 'token') throw new Error('not in tokens');
    return readCheckoutDraft(draft.signing);
  };

  it('pays the request by its own terms, through this deployment’s checkout', () => {
    expect(signedOf()).toMatchObject({
      kind: 'payment',
      checkout: sample.checkout,
      reference: request.token?.reference,
      terms: { merchant: sample.payee, amount: 10_000_000n },
      signed: { payer: own, amount: 10_000_000n, fee: 10_000n },
    });
  });

  it('pays no more than what is missing', () => {
    expect(signedOf({ request: partlyPaid })).toMatchObject({
      terms: { amount: 10_000_000n },
      signed: { amount: 4_000_000n },
    });
  });

  it.each([
    ['ends sooner than in an hour', 1_800_000_600n, 1_800_000_600n],
    ['ends later', 1_800_090_000n, 1_800_003_000n],
    ['has no end', undefined, 1_800_003_000n],
  ])('can happen for less than an hour, and never after the link has ended: it %s', (_what, ends, validBefore) => {
    const token = aCheckout(ends === undefined ? {} : { validBefore: ends });
    expect(signedOf({ request: { ...request, token } }).signed).toMatchObject({ validAfter: 0n, validBefore });
  });

  it.each([
    ['another payee', { address: own }],
    ['another price', { amount: '20000000' }],
    ['another end', { validBefore: '1800000000' }],
    ['another contract', { contract: sample.contract }],
    ['another salt', { salt: `0x${'ee'.repeat(32)}` }],
  ] as const)('does not believe terms that the reference does not name: %s', (_what, change) => {
    const token = { ...aCheckout(), ...change };
    expect(() => signedOf({ request: { ...request, token } })).toThrow(
      expect.objectContaining({ code: 'AUTHORIZATION_INVALID' }),
    );
  });

  it('refuses tokens for a link that takes none', () => {
    expect(() => signedOf({ request: { ...request, token: null } })).toThrow(
      expect.objectContaining({ code: 'PAYMENT_REQUEST_CLOSED' }),
    );
  });

  it('gives each payment a key and a salt of its own', () => {
    const [one, other] = [1, 2].map(() => draftPayment({ book, request, own, nowSeconds, rail: 'cash' }));
    expect(one?.idempotencyKey).not.toBe(other?.idempotencyKey);
    expect(signedOf().signed.salt).not.toBe(signedOf().signed.salt);
  });
});
