import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssetBook } from '../../lib/assets.ts';
import { parseTopUp } from './remembered-top-up.ts';
import { suggestAmounts } from './suggest-amounts.ts';

const cny = { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 } as const;
const book = createAssetBook({ chains: [], bridge: true, assets: [cny] });

describe('a remembered top-up', () => {
  it('comes back as it was', () => {
    const way = { gateway: 'sandbox', currency: 'iso4217:CNY', target: 'token' } as const;
    expect(parseTopUp(JSON.stringify(way), book)).toEqual(way);
  });

  it('comes back whichever it was, and is nothing that was not written from any other text', () => {
    const way = fc.record(
      {
        gateway: fc.string({ maxLength: 12 }),
        currency: fc.constant('iso4217:CNY'),
        target: fc.constantFrom('cash' as const, 'token' as const),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(way, fc.oneof(fc.json(), fc.string()), (kept, other) => {
        expect(parseTopUp(JSON.stringify(kept), book)).toEqual(kept);
        const { gateway, currency, target } = parseTopUp(other, book);
        if (gateway !== undefined) expect(JSON.parse(other)).toMatchObject({ gateway });
        expect([undefined, 'iso4217:CNY']).toContain(currency);
        expect([undefined, 'cash', 'token']).toContain(target);
      }),
    );
  });

  it('forgets what is damaged, unknown or not a currency any more', () => {
    expect(parseTopUp('{', book)).toEqual({});
    expect(parseTopUp(null, book)).toEqual({});
    expect(parseTopUp('7', book)).toEqual({});
    expect(parseTopUp('{"currency":"iso4217:XXX","target":"gold","gateway":3}', book)).toEqual({});
  });
});

describe('suggested amounts', () => {
  it('are round ones of the currency', () => {
    expect(suggestAmounts(cny, undefined, undefined)).toEqual([100_00n, 500_00n, 1_000_00n, 5_000_00n]);
    expect(suggestAmounts({ ...cny, symbol: 'USD' }, undefined, undefined)[0]).toBe(20_00n);
  });

  it('leave out what no provider moves', () => {
    expect(suggestAmounts(cny, toAmount(200_00n), toAmount(1_000_00n))).toEqual([500_00n, 1_000_00n]);
  });
});
