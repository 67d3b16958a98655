import type { Balances } from '@feiqian/domain/api/chain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssetBook } from './assets.ts';
import { findBackupNeed } from './backup-level.ts';

const cnyf = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
const usdf = 'eip155:31337/erc20:0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512';
const eth = 'eip155:31337/slip44:60';
const book = createAssetBook({
  chains: [],
  bridge: true,
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    { id: 'iso4217:USD', kind: 'cash', symbol: 'USD', name: 'US dollar', decimals: 2 },
    { id: cnyf, kind: 'token', symbol: 'CNYF', name: 'CNYF', decimals: 6, cash: 'iso4217:CNY' },
    { id: usdf, kind: 'token', symbol: 'USDF', name: 'USDF', decimals: 6, cash: 'iso4217:USD' },
    { id: eth, kind: 'native', symbol: 'ETH', name: 'Ether', decimals: 18 },
  ],
});
const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const holding = (amounts: Readonly<Record<string, bigint>>, cash = 0n): Balances => ({
  cash: [{ asset: 'iso4217:CNY', available: `${cash}`, pending: '0' }],
  onChain: Object.entries(amounts).map(([asset, amount]) => ({ asset, address, amount: `${amount}` })),
  held: [],
  unavailable: [],
});
const levelAt = (amounts: Readonly<Record<string, bigint>>, cash?: bigint) =>
  findBackupNeed(holding(amounts, cash), book).level;

describe('how firmly the phrase is asked for', () => {
  it('is quiet while there are no tokens, however much cash there is', () => {
    expect(levelAt({})).toBe('pill');
    expect(levelAt({}, 10_000_000_00n)).toBe('pill');
  });

  it('grows with the tokens at each limit', () => {
    expect(levelAt({ [cnyf]: 49_999_999n })).toBe('pill');
    expect(levelAt({ [cnyf]: 50_000_000n })).toBe('strip');
    expect(levelAt({ [cnyf]: 999_999_999n })).toBe('strip');
    expect(levelAt({ [cnyf]: 1_000_000_000n })).toBe('card');
    expect(levelAt({ [usdf]: 150_000_000n })).toBe('card');
  });

  it('takes the currency in which most is at stake, and says how much', () => {
    const need = findBackupNeed(holding({ [cnyf]: 60_000_000n, [usdf]: 200_000_000n }), book);
    expect(need).toEqual({ level: 'card', stake: { currency: 'iso4217:USD', amount: 200_00n } });
  });

  it('asks by a strip for what cannot be measured', () => {
    expect(levelAt({ [eth]: 1n })).toBe('strip');
  });

  it('never falls while tokens grow', () => {
    const ranks = { pill: 0, strip: 1, card: 2 } as const;
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(amounts, amounts, (one, more) => {
        expect(ranks[levelAt({ [cnyf]: one + more })]).toBeGreaterThanOrEqual(ranks[levelAt({ [cnyf]: one })]);
      }),
    );
  });
});
