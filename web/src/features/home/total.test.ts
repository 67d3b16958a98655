import type { Balances } from '@feiqian/domain/api/chain';
import { describe, expect, it } from 'vitest';
import { createAssetBook } from '../../lib/assets.ts';
import { dayOf } from './today-query.ts';
import { listTotals } from './total.tsx';

const book = createAssetBook({
  chains: [],
  bridge: true,
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    { id: 'iso4217:USD', kind: 'cash', symbol: 'USD', name: 'US dollar', decimals: 2 },
  ],
});
const withCash = (cny: bigint, usd: bigint): Balances => ({
  cash: [
    { asset: 'iso4217:CNY', available: `${cny}`, pending: '0' },
    { asset: 'iso4217:USD', available: `${usd}`, pending: '0' },
  ],
  onChain: [],
  held: [],
  unavailable: [],
});
const order = (balances: Balances, preferred: string) =>
  listTotals(balances, book, preferred).map(({ cash, total }) => `${cash.symbol} ${total.amount}`);

describe('the total', () => {
  it('begins with the preferred currency and adds what else there is', () => {
    expect(order(withCash(100n, 7n), 'iso4217:USD')).toEqual(['USD 7', 'CNY 100']);
    expect(order(withCash(100n, 7n), 'iso4217:CNY')).toEqual(['CNY 100', 'USD 7']);
  });

  it('is no zero while there is money in another currency', () => {
    expect(order(withCash(100n, 0n), 'iso4217:USD')).toEqual(['CNY 100']);
  });

  it('is one zero, in the preferred currency, where there is nothing', () => {
    expect(order(withCash(0n, 0n), 'iso4217:USD')).toEqual(['USD 0']);
  });
});

describe('a day', () => {
  it('begins at midnight of the reader’s own time zone', () => {
    const day = dayOf(new Date(2026, 10, 22, 14, 5));
    expect(day.key).toBe('2026-11-22');
    expect(new Date(day.start)).toEqual(new Date(2026, 10, 22, 0, 0));
  });
});
