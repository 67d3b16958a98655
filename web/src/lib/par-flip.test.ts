import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flipAtPar } from './par-flip.ts';
import { readTypedMoney } from './typed-money.ts';

const cny = { kind: 'cash', symbol: 'CNY', decimals: 2 } as const;
const cnyf = { kind: 'token', symbol: 'CNYF', decimals: 6 } as const;

function flip(text: string, unit: typeof cny | typeof cnyf) {
  let after = '';
  const flipped = flipAtPar({
    unit,
    to: unit === cny ? cnyf : cny,
    text,
    typed: readTypedMoney(text, unit.decimals),
    language: 'zh',
    onFlip: (next) => {
      after = next;
    },
  });
  flipped.onFlip();
  return { equivalent: flipped.equivalent, after };
}

describe('an amount at par', () => {
  it('is shown in the other unit, and turns into it', () => {
    expect(flip('25.5', cnyf)).toEqual({ equivalent: '= ¥25.50', after: '25.5' });
    expect(flip('25.5', cny)).toEqual({ equivalent: '= 25.50 CNYF', after: '25.5' });
  });

  it('says what one unit is worth while there is no amount', () => {
    expect(flip('', cnyf)).toEqual({ equivalent: '1 CNYF = 1 CNY', after: '' });
    expect(flip('1.2.3', cny)).toEqual({ equivalent: '1 CNY = 1 CNYF', after: '1.2.3' });
  });

  it('is never rounded in silence', () => {
    expect(flip('25.000001', cnyf)).toEqual({ equivalent: '≈ ¥25.00', after: '25.000001' });
  });

  it('is the same amount after any number of turns', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), (cents) => {
        const text = `${cents / 100n}.${`${cents % 100n}`.padStart(2, '0')}`;
        const there = flip(text, cny).after;
        const back = flip(there, cnyf).after;
        expect(readTypedMoney(back, cny.decimals)).toEqual({ state: 'ok', amount: toAmount(cents) });
      }),
    );
  });
});
