import type { PaymentRequestWire } from '@feiqian/domain/api/cash';
import type { Balances, RelayQuote } from '@feiqian/domain/api/chain';
import { describe, expect, it } from 'vitest';
import { readRelayDraft } from '../../keyring/draft.ts';
import { createAssetBook } from '../../lib/assets.ts';
import { draftPayment, listPayWays, preferWay } from './pay-draft.ts';

const own = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const payee = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const relay = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512';
const contract = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const token = `eip155:31337/erc20:${contract}`;
const reference = `0x${'ab'.repeat(32)}` as const;
const book = createAssetBook({
  chains: [
    {
      chainId: 31337,
      name: 'Local',
      native: { symbol: 'ETH', decimals: 18 },
      finality: { kind: 'depth', blocks: 3 },
      relay,
      status: 'following',
      head: '1',
      finalized: '1',
    },
  ],
  bridge: true,
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    {
      id: token,
      kind: 'token',
      symbol: 'CNYF',
      name: 'CNYF',
      decimals: 6,
      chainId: 31337,
      address: contract,
      cash: 'iso4217:CNY',
    },
  ],
});
const request: PaymentRequestWire = {
  id: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  state: 'open',
  money: { asset: 'iso4217:CNY', amount: '1000' },
  description: '两杯咖啡',
  payee: { handle: 'lin' },
  token: { asset: token, amount: '10000000', address: payee, reference },
  url: '/pay/0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  createdAt: '2026-11-22T10:00:00Z',
  expiresAt: null,
  paidAt: null,
};
const quote: RelayQuote = {
  id: '1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  asset: token,
  fee: '10000',
  feeReceiver: relay,
  relay,
  expiresAt: '2026-11-22T10:05:00Z',
};
const someBalances = (cash: string, tokens: string): Balances => ({
  cash: [{ asset: 'iso4217:CNY', available: cash, pending: '0' }],
  onChain: [{ asset: token, address: own, amount: tokens }],
  unavailable: [],
});

describe('listPayWays', () => {
  it('offers tokens first, with their fee, and cash without one', () => {
    const ways = listPayWays(request, { balances: someBalances('1000', '10010000'), own, quote });
    expect(ways).toMatchObject([
      { rail: 'token', amount: 10_000_000n, fee: 10_000n, isEnough: true },
      { rail: 'cash', amount: 1_000n, fee: 0n, isEnough: true },
    ]);
    expect(preferWay(ways)).toBe('token');
  });

  it('counts the fee, and turns to what is enough', () => {
    const ways = listPayWays(request, { balances: someBalances('1000', '10009999'), own, quote });
    expect(ways[0]?.isEnough).toBe(false);
    expect(preferWay(ways)).toBe('cash');
  });

  it('offers cash alone for a link that takes nothing else', () => {
    const ways = listPayWays({ ...request, token: null }, { balances: someBalances('0', '0'), own, quote });
    expect(ways.map(({ rail }) => rail)).toEqual(['cash']);
    expect(preferWay(ways)).toBe('cash');
  });
});

describe('draftPayment', () => {
  const terms = { book, request, own, quote, nowSeconds: 1_800_000_000n } as const;

  it('pays the payee’s address with the link’s own reference', () => {
    const draft = draftPayment({ ...terms, rail: 'token' });
    if (draft.kind !== 'relay') throw new Error('not a relay payment');
    expect(readRelayDraft(draft.signing).request).toMatchObject({
      to: payee,
      amount: 10_000_000n,
      fee: 10_000n,
      reference,
    });
    expect(draft.paymentRequestId).toBe(request.id);
  });

  it.each([
    ['ends sooner than an hour from now', '2027-01-15T08:10:00Z', 1_800_000_600n],
    ['ends later', '2027-01-16T08:00:00Z', 1_800_003_600n],
    ['has no end', null, 1_800_003_600n],
  ])('can happen for an hour, and never after the link has ended: it %s', (_what, expiresAt, validBefore) => {
    const draft = draftPayment({ ...terms, request: { ...request, expiresAt }, rail: 'token' });
    if (draft.kind !== 'relay') throw new Error('not a relay payment');
    expect(readRelayDraft(draft.signing).request.validBefore).toBe(validBefore);
  });

  it('does not guess a fee', () => {
    expect(() => draftPayment({ ...terms, rail: 'token', quote: undefined })).toThrow(
      expect.objectContaining({ code: 'QUOTE_EXPIRED' }),
    );
  });

  it('gives each payment a key of its own', () => {
    const [one, other] = [1, 2].map(() => draftPayment({ ...terms, rail: 'cash' }));
    expect(one?.idempotencyKey).not.toBe(other?.idempotencyKey);
  });
});
