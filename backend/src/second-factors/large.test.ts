import { cashAssets } from '@feiqian/domain/assets';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIsLarge } from './large.ts';

const token = 'eip155:31337/erc20:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const foreign = 'eip155:31337/erc20:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const base = { kind: 'token', chainId: 31_337, decimals: 6, symbol: 'X', name: 'X' } as const;
const isLarge = createIsLarge(
  [
    ...cashAssets,
    { ...base, id: token, address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', cash: 'iso4217:CNY' },
    { ...base, id: foreign, address: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359' },
  ],
  new Map([['CNY', 100_000n]]),
);

it.each([
  ['iso4217:CNY', '100000', false],
  ['iso4217:CNY', '100001', true],
  // No threshold was set for it.
  ['iso4217:USD', '1', true],
  [token, '1000000000', false],
  [token, '1000000001', true],
  [foreign, '999999999999999999', false],
  ['iso4217:XXX', '999999999', false],
])('of %s %s is large: %s', (asset, amount, expected) => {
  expect(isLarge({ asset, amount })).toBe(expected);
});

it('is the same for cash and for the token at par with it', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (cents) => {
      expect(isLarge({ asset: token, amount: `${cents * 10_000n}` })).toBe(
        isLarge({ asset: 'iso4217:CNY', amount: `${cents}` }),
      );
    }),
  );
});
