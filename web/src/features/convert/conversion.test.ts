import type { Balances, Chains } from '@feiqian/domain/api/chain';
import { encodeAmount, toAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { describe, expect, it } from 'vitest';
import { createAssetBook } from '../../lib/assets.ts';
import { draftConversion, redeemable, suggestConversion } from './conversion.ts';

const address: Address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const token: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const tokenId = `eip155:31337/erc20:${token}`;
const chains: Chains = {
  bridge: true,
  mail: false,
  chains: [
    {
      chainId: 31337,
      name: 'Local',
      native: { symbol: 'ETH', decimals: 18 },
      finality: { kind: 'depth', blocks: 3 },
      relay: address,
      checkout: address,
      status: 'following',
      head: '9',
      finalized: '6',
    },
  ],
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    {
      id: tokenId,
      kind: 'token',
      symbol: 'CNYF',
      name: 'Feiqian CNY',
      decimals: 6,
      chainId: 31337,
      address: token,
      cash: 'iso4217:CNY',
    },
  ],
};
const book = createAssetBook(chains);
const terms = { address, nowSeconds: 1_700_000_000n };

describe('suggestConversion', () => {
  const holding = (cash: bigint, tokens: bigint): Balances => ({
    cash: [{ asset: 'iso4217:CNY', available: encodeAmount(toAmount(cash)), pending: '0' }],
    onChain: [{ address, asset: tokenId, amount: encodeAmount(toAmount(tokens)) }],
    held: [],
    unavailable: [],
  });

  it.each([
    ['cash before tokens', holding(5n, 5n), 'iso4217:CNY', 'issue'],
    ['tokens when there is no cash', holding(0n, 5n), 'iso4217:CNY', 'redeem'],
    ['the currency that there is something of', holding(0n, 5n), 'iso4217:USD', 'redeem'],
  ] as const)('starts with %s', (_what, balances, preferred, direction) => {
    expect(suggestConversion(balances, book, preferred, address)).toEqual({ direction, currency: 'iso4217:CNY' });
  });

  it('starts with the preferred currency when there is nothing', () => {
    const expected = { direction: 'issue', currency: 'iso4217:USD' };
    expect(suggestConversion(holding(0n, 0n), book, 'iso4217:USD', address)).toEqual(expected);
  });
});

describe('draftConversion', () => {
  it('turns cash into tokens at par, without anything to sign', () => {
    expect(draftConversion(book, { ...terms, from: 'iso4217:CNY', amount: toAmount(5_000n) })).toMatchObject({
      direction: 'issue',
      to: tokenId,
      received: 50_000_000n,
      address,
    });
  });

  it('turns tokens into cash by a signature over holder, amount, reference and one hour', () => {
    const draft = draftConversion(book, { ...terms, from: tokenId, amount: toAmount(50_000_000n) });
    if (draft.direction !== 'redeem') throw new Error('expected a redemption');
    expect(draft).toMatchObject({
      to: 'iso4217:CNY',
      received: 5_000n,
      terms: { chainId: 31337, token, validBefore: 1_700_003_600n },
    });
    const signed = JSON.parse(draft.signing.json) as { domain: object; message: Record<string, string> };
    expect(signed.domain).toMatchObject({ name: 'Feiqian CNY', verifyingContract: token });
    expect(signed.message).toMatchObject({
      holder: address,
      amount: '50000000',
      reference: draft.terms.reference,
      validBefore: '1700003600',
    });
  });

  it('never drafts the same reference or intent twice', () => {
    const drafts = [0, 1].map(() => draftConversion(book, { ...terms, from: tokenId, amount: toAmount(10_000n) }));
    expect(new Set(drafts.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
    expect(new Set(drafts.map((draft) => draft.direction === 'redeem' && draft.terms.reference)).size).toBe(2);
  });

  it('refuses tokens that are not a whole number of cents', () => {
    expect(() => draftConversion(book, { ...terms, from: tokenId, amount: toAmount(10_001n) })).toThrow(
      expect.objectContaining({ code: 'AMOUNT_TOO_PRECISE' }),
    );
  });
});

it('redeemable leaves what is less than a cent', () => {
  expect(redeemable(toAmount(12_345_678n), 6, 2)).toBe(12_340_000n);
  expect(redeemable(toAmount(9_999n), 6, 2)).toBe(0n);
});
