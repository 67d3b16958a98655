import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import {
  type Amount,
  addMoney,
  amountMax,
  convertAtPar,
  decimalsMax,
  decodeAmount,
  encodeAmount,
  formatAmount,
  parseAmount,
  splitAmount,
  toAmount,
} from './money.ts';

const amounts = fc.bigInt({ min: 0n, max: amountMax }).map(toAmount);
const decimals = fc.integer({ min: 0, max: decimalsMax });
const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

describe('parseAmount', () => {
  it('reads back exactly what formatAmount wrote, for every amount and every number of decimals', () => {
    fc.assert(
      fc.property(amounts, decimals, (amount, digits) => parseAmount(formatAmount(amount, digits), digits) === amount),
    );
  });

  it('refuses whatever else is typed, or reads the very digits', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.stringMatching(/^[-+]?[0-9]{0,90}[.,]?[0-9]{0,90}(?:e[0-9]{1,3})?$/),
    );
    fc.assert(
      fc.property(typed, decimals, (text, digits) => {
        if (code(() => parseAmount(text, digits)) !== 'nothing thrown') return;
        const [whole = '', fraction = ''] = text.split('.');
        expect(text).toMatch(/^[0-9]+(?:\.[0-9]+)?$/);
        expect(parseAmount(text, digits)).toBe(BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0')));
      }),
    );
  });

  it('rejects a digit that the asset does not have, instead of rounding it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 30n }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (whole, digits, last) => {
          expect(code(() => parseAmount(`${whole}.${'0'.repeat(digits)}${last}`, digits))).toBe('AMOUNT_TOO_PRECISE');
        },
      ),
    );
  });

  it('takes trailing zeros beyond the decimals, which name no smaller unit', () => {
    expect(parseAmount('1.2300', 2)).toBe(123n);
    expect(parseAmount('7.0', 0)).toBe(7n);
  });

  it.each([
    '',
    ' ',
    '1,5',
    '1e3',
    '０.1',
    ' 1',
    '1 ',
    '-0',
    '-1',
    '+1',
    '.5',
    '5.',
    '1.2.3',
    '0x10',
    '1_000',
    'NaN',
    '∞',
    '١',
    '1\n',
  ])('refuses %j as malformed', (text) => {
    expect(code(() => parseAmount(text, 6))).toBe('AMOUNT_MALFORMED');
  });

  it('refuses what does not fit 256 bits', () => {
    expect(parseAmount(amountMax.toString(), 0)).toBe(amountMax);
    expect(code(() => parseAmount((amountMax + 1n).toString(), 0))).toBe('AMOUNT_TOO_LARGE');
    expect(code(() => parseAmount(amountMax.toString(), 1))).toBe('AMOUNT_TOO_LARGE');
  });

  it('keeps what floating point would lose', () => {
    expect(parseAmount('0.1', 18) + parseAmount('0.2', 18)).toBe(parseAmount('0.3', 18));
    expect(parseAmount('90071992547409.93', 2)).toBe(9_007_199_254_740_993n);
  });
});

describe('decodeAmount', () => {
  it('reads back what encodeAmount wrote', () => {
    fc.assert(fc.property(amounts, (amount) => decodeAmount(encodeAmount(amount)) === amount));
  });

  it('refuses every other text, or is what was written', () => {
    const wire = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.stringMatching(/^-?[0-9]{0,90}$/),
      fc.bigInt({ min: amountMax - 2n, max: amountMax + 2n }).map(String),
    );
    fc.assert(
      fc.property(wire, (text) => {
        const outcome = code(() => decodeAmount(text));
        if (outcome === 'nothing thrown') expect(encodeAmount(decodeAmount(text))).toBe(text);
        else expect(outcome).toMatch(/^AMOUNT_(?:MALFORMED|TOO_LARGE)$/);
      }),
    );
  });

  it.each(['', '01', '-1', '+1', '1.0', '1e3', '0x1', ' 1', '１'])('refuses %j', (text) => {
    expect(code(() => decodeAmount(text))).toBe('AMOUNT_MALFORMED');
  });
});

describe('splitAmount', () => {
  it('gives exactly as many fraction digits as the asset has', () => {
    fc.assert(
      fc.property(amounts, decimals, (amount, digits) => {
        const { whole, fraction } = splitAmount(amount, digits);
        expect(fraction).toHaveLength(digits);
        expect(BigInt(whole + fraction)).toBe(amount);
      }),
    );
  });
});

describe('convertAtPar', () => {
  it('comes back to the same amount, so that no unit is ever made or lost', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }).map(toAmount),
        (cash) => convertAtPar(convertAtPar(cash, 2, 6), 6, 2) === cash,
      ),
    );
  });

  it('refuses a token amount that is not a whole number of cents', () => {
    expect(convertAtPar(10_000n as Amount, 6, 2)).toBe(1n);
    expect(code(() => convertAtPar(10_001n as Amount, 6, 2))).toBe('AMOUNT_TOO_PRECISE');
  });
});

describe('addMoney', () => {
  it('adds one asset and refuses to mix two', () => {
    const yuan = { asset: 'iso4217:CNY', amount: toAmount(5n) };
    expect(addMoney(yuan, yuan).amount).toBe(10n);
    expect(code(() => addMoney<string>(yuan, { asset: 'iso4217:USD', amount: toAmount(5n) }))).toBe('ASSET_MISMATCH');
  });
});
