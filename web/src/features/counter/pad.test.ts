import { formatAmount, toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { type PadKey, pressPad, toPadKey, typeIntoPad } from './pad.ts';

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const anyKey = fc.constantFrom<PadKey>(...digits, '00', '.', 'back', 'clear');
const anyKeys = fc.array(anyKey, { maxLength: 40 });
const decimals = fc.constantFrom(0, 2, 3);

const press = (keys: readonly PadKey[], places = 2, from = '') =>
  keys.reduce((text, key) => pressPad(text, key, places), from);

/** Base units that the pad shows, such as fen; nothing is 0. */
function amountOf(text: string, places = 2): bigint {
  const typed = readTypedMoney(text, places);
  if (typed.state === 'ok') return typed.amount;
  if (typed.state === 'empty' || typed.code === 'AMOUNT_NOT_POSITIVE') return 0n;
  throw new Error(`${text} can’t be read: ${typed.code}`);
}

describe('the pad', () => {
  it('gives exactly the amount whose digits were pressed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 9_999_999_999n }), (amount) => {
        const keys = [...formatAmount(toAmount(amount), 2)] as PadKey[];
        expect(amountOf(press(keys))).toBe(amount);
      }),
    );
  });

  it('can always be read, whatever is pressed and however long', () => {
    fc.assert(
      fc.property(anyKeys, decimals, (keys, places) => {
        const text = press(keys, places);
        expect(text).toMatch(/^(?:(?:0|[1-9][0-9]{0,7})(?:\.[0-9]*)?)?$/);
        expect(() => amountOf(text, places)).not.toThrow();
      }),
    );
  });

  it('shifts by one digit before the point: ten times as much, and the digit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...digits), { maxLength: 7 }),
        fc.constantFrom(...digits),
        (before, digit) => {
          const text = press(before);
          expect(amountOf(pressPad(text, digit, 2))).toBe(amountOf(text) * 10n + BigInt(digit) * 100n);
        },
      ),
    );
  });

  it('never changes what stands before the point by what is pressed after it', () => {
    fc.assert(
      fc.property(anyKeys, fc.array(fc.constantFrom(...digits, '00' as const), { maxLength: 5 }), (before, after) => {
        const text = press([...before, '.']);
        fc.pre(text.includes('.'));
        expect(amountOf(press(after, 2, text)) / 100n).toBe(amountOf(text) / 100n);
      }),
    );
  });

  it('takes 00 for two noughts', () => {
    fc.assert(
      fc.property(anyKeys, decimals, (keys, places) => {
        const text = press(keys, places);
        expect(pressPad(text, '00', places)).toBe(press(['0', '0'], places, text));
      }),
    );
  });

  it('takes back one character at a time until nothing is left', () => {
    fc.assert(
      fc.property(anyKeys, (keys) => {
        const text = press(keys);
        expect(
          press(
            Array.from(text, () => 'back' as const),
            2,
            text,
          ),
        ).toBe('');
        expect(pressPad('', 'back', 2)).toBe('');
      }),
    );
  });

  it('is empty after clear', () => {
    fc.assert(fc.property(anyKeys, (keys) => press([...keys, 'clear']) === ''));
  });

  it('does nothing when there is no room: a third decimal, a second point, a ninth digit, a point of a currency without one', () => {
    expect(press(['1', '.', '2', '5', '9'])).toBe('1.25');
    expect(press(['1', '.', '2', '.', '5'])).toBe('1.25');
    expect(press(['1', '2', '3', '4', '5', '6', '7', '8', '9'])).toBe('12345678');
    expect(press(['1', '.', '5'], 0)).toBe('15');
    expect(press(['1', '.', '5', '00'])).toBe('1.50');
  });

  it('needs no nought before the point and shows none before a digit', () => {
    expect(press(['.', '5'])).toBe('0.5');
    expect(press(['0', '0', '7'])).toBe('7');
    expect(press(['00', '7'])).toBe('7');
  });
});

describe('a keyboard at the pad', () => {
  it('types what keys press, one character after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<PadKey>(...digits, '.'), { maxLength: 20 }), (keys) => {
        const typed = keys.reduce((text, key) => typeIntoPad(text, `${text}${key}`, 2), '');
        expect(typed).toBe(press(keys));
      }),
    );
  });

  it('never leaves anything that can’t be read, whatever is typed or pasted', () => {
    fc.assert(
      fc.property(anyKeys, fc.oneof(fc.string(), fc.stringMatching(/^[0-9.,，。０-９¥ ]*$/)), (keys, typed) => {
        const text = typeIntoPad(press(keys), typed, 2);
        expect(() => amountOf(text)).not.toThrow();
      }),
    );
  });

  it('takes a pasted price with its sign and commas, and leaves what is none', () => {
    expect(typeIntoPad('', '¥1,234.50', 2)).toBe('1234.50');
    expect(typeIntoPad('', '１２。５', 2)).toBe('12.5');
    expect(typeIntoPad('7', 'seven', 2)).toBe('7');
    expect(typeIntoPad('7', '1.234', 2)).toBe('7');
    expect(typeIntoPad('7', '', 2)).toBe('');
  });

  it('has its own keys for the point and for taking away', () => {
    expect(['5', '.', ',', 'Backspace', 'Delete', 's', 'F5', 'Enter'].map(toPadKey)).toEqual([
      '5',
      '.',
      '.',
      'back',
      'clear',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
