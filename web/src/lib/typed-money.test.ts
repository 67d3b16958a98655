import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { readTypedMoney } from './typed-money.ts';

describe('readTypedMoney', () => {
  it('is empty until something is there', () => {
    expect(readTypedMoney('', 2)).toEqual({ state: 'empty' });
    expect(readTypedMoney('  ', 2)).toEqual({ state: 'empty' });
  });

  it('reads an amount, also while its point is being typed', () => {
    expect(readTypedMoney('12.5', 2)).toEqual({ state: 'ok', amount: 1250n });
    expect(readTypedMoney('12.', 2)).toEqual({ state: 'ok', amount: 1200n });
  });

  it('says what is wrong', () => {
    expect(readTypedMoney('1,5', 2)).toEqual({ state: 'wrong', code: 'AMOUNT_MALFORMED' });
    expect(readTypedMoney('1.234', 2)).toEqual({ state: 'wrong', code: 'AMOUNT_TOO_PRECISE' });
    expect(readTypedMoney('0.00', 2)).toEqual({ state: 'wrong', code: 'AMOUNT_NOT_POSITIVE' });
    expect(readTypedMoney('2', 2, { available: toAmount(100n) })).toEqual({
      state: 'wrong',
      code: 'INSUFFICIENT_FUNDS',
    });
    expect(readTypedMoney('2', 2, { min: toAmount(300n) })).toEqual({ state: 'wrong', code: 'AMOUNT_TOO_SMALL' });
    expect(readTypedMoney('2', 2, { max: toAmount(100n) })).toEqual({ state: 'wrong', code: 'AMOUNT_TOO_LARGE' });
  });
});
