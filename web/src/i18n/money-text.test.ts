import { parseAmount, toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoney, formatMoneyParts } from './money-text.ts';

const cny = { kind: 'cash', symbol: 'CNY', decimals: 2 } as const;
const usdf = { kind: 'token', symbol: 'USDF', decimals: 6 } as const;
const eth = { kind: 'native', symbol: 'ETH', decimals: 18 } as const;

describe('formatMoney', () => {
  it('writes cash with its sign before and two digits always', () => {
    expect(formatMoney(toAmount(123450n), cny, 'zh')).toBe('¥1,234.50');
    expect(formatMoney(toAmount(0n), cny, 'en')).toBe('¥0.00');
  });

  it('writes tokens with every digit that counts, two at least, and the unit after', () => {
    expect(formatMoney(toAmount(25_000_000n), usdf, 'en')).toBe('25.00 USDF');
    expect(formatMoney(toAmount(25_000_001n), usdf, 'en')).toBe('25.000001 USDF');
    expect(formatMoney(toAmount(1n), eth, 'zh')).toBe('0.000000000000000001 ETH');
  });

  it('marks the direction with a real minus or plus, and nothing with neither', () => {
    expect(formatMoney(toAmount(300n), cny, 'zh', { sign: 'out' })).toBe('−¥3.00');
    expect(formatMoney(toAmount(300n), cny, 'zh', { sign: 'in' })).toBe('+¥3.00');
    expect(formatMoney(toAmount(0n), cny, 'zh', { sign: 'out' })).toBe('¥0.00');
  });

  it('leaves digits out only in a summary, and says so', () => {
    expect(formatMoney(toAmount(25_009_999n), usdf, 'en', { precision: 'summary' })).toBe('≈ 25.00 USDF');
    expect(formatMoney(toAmount(25_010_000n), usdf, 'en', { precision: 'summary' })).toBe('25.01 USDF');
  });

  it('is exact for every amount of every asset', () => {
    const units = fc.constantFrom(cny, usdf, eth);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), units, (value, unit) => {
        const { digits } = formatMoneyParts(toAmount(value), unit, 'zh');
        expect(parseAmount(digits.replaceAll(',', ''), unit.decimals)).toBe(value);
      }),
    );
  });
});
