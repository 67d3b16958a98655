import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amount, toAmount } from '../money.ts';
import { scoreAmount, usualMin } from './score.ts';

const anAmount = fc.bigInt({ min: 1n, max: 10n ** 20n }).map(toAmount);
const enough = fc.array(anAmount, { minLength: usualMin, maxLength: 60 });

describe('scoreAmount', () => {
  it('says nothing of whoever is new', () => {
    expect(scoreAmount(toAmount(10n ** 30n), new Array<Amount>(usualMin - 1).fill(toAmount(1n)))).toBe(0);
  });

  it('rises with the amount, and is nothing for what is usual', () => {
    fc.assert(
      fc.property(enough, anAmount, anAmount, (usual, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(scoreAmount(less, usual)).toBeLessThanOrEqual(scoreAmount(more, usual));
        const middle = usual.toSorted((a, b) => (a < b ? -1 : 1))[(usual.length - 1) >> 1] ?? toAmount(1n);
        expect(scoreAmount(middle, usual)).toBe(0);
      }),
    );
  });

  it('does not depend on the currency’s smallest unit', () => {
    fc.assert(
      fc.property(enough, anAmount, (usual, amount) => {
        const scale = (value: Amount) => toAmount(value * 10_000n);
        expect(scoreAmount(scale(amount), usual.map(scale))).toBe(scoreAmount(amount, usual));
      }),
    );
  });

  it('is not moved much by one large payment of the past', () => {
    const usual = Array.from({ length: 40 }, (_, index) => toAmount(1000n + BigInt(index) * 20n));
    const amount = toAmount(1_000_000n);
    const after = scoreAmount(amount, [...usual, amount]);
    expect(after).toBeGreaterThan(100);
    expect(scoreAmount(amount, usual) - after).toBeLessThan(10);
  });

  it('grants a spread to whoever always pays the same', () => {
    const usual = new Array<Amount>(30).fill(toAmount(1000n));
    expect(scoreAmount(toAmount(1500n), usual)).toBeLessThan(15);
    expect(scoreAmount(toAmount(100_000n), usual)).toBeGreaterThan(100);
  });
});
