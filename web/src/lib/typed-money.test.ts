import { amountMax, decimalsMax, toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTypedMoney, toTypedText } from './typed-money.ts';

describe('readTypedMoney', () => {
  it('is empty until something is there', () => {
    expect(readTypedMoney('', 2)).toEqual({ state: 'empty' });
    expect(readTypedMoney('  ', 2)).toEqual({ state: 'empty' });
  });

  it('reads an amount, also while its point is being typed', () => {
    expect(readTypedMoney('12.5', 2)).toEqual({ state: 'ok', amount: 1250n });
    expect(readTypedMoney('12.', 2)).toEqual({ state: 'ok', amount: 1200n });
  });

  const decimals = fc.integer({ min: 0, max: decimalsMax });

  it('reads back what the field was given, whatever the amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: amountMax }), decimals, (amount, digits) => {
        const text = toTypedText(toAmount(amount), digits);
        for (const typed of [text, ` ${text} `, text.includes('.') ? `${text}0` : `${text}.`])
          expect(readTypedMoney(typed, digits)).toEqual({ state: 'ok', amount });
      }),
    );
  });

  it('has an answer to whatever is typed', () => {
    const typed = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.stringMatching(/^[-+0-9., ]{0,90}$/));
    fc.assert(
      fc.property(typed, decimals, (text, digits) => {
        const read = readTypedMoney(text, digits);
        if (read.state === 'wrong') expect(read.code).toMatch(/^AMOUNT_/);
        if (read.state === 'ok') expect(readTypedMoney(toTypedText(read.amount, digits), digits)).toEqual(read);
      }),
    );
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
