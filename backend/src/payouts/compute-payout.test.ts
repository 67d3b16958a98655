import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computePayout } from './compute-payout.ts';

const anAmount = fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 10n ** 20n })).map(toAmount);
const aCase = fc.record({
  available: anAmount,
  keep: anAmount,
  min: anAmount,
  limits: fc.record({ min: anAmount, max: anAmount }, { requiredKeys: [] }),
});
// They cost next to nothing.
const numRuns = 5000;

describe('computePayout', () => {
  it('never goes below what stays, nor below a minimum, nor above the most at once', () => {
    fc.assert(
      fc.property(aCase, ({ available, keep, min, limits }) => {
        const payout = computePayout({ available, keep, min, limits });
        if (!payout) return;
        expect(payout.amount).toBeGreaterThan(0n);
        expect(available - payout.amount).toBeGreaterThanOrEqual(keep);
        expect(payout.amount).toBeGreaterThanOrEqual(min);
        expect(payout.amount).toBeGreaterThanOrEqual(limits.min ?? 0n);
        if (limits.max !== undefined) expect(payout.amount).toBeLessThanOrEqual(limits.max);
      }),
      { numRuns },
    );
  });

  it('pays all that it may, and says when more is to follow', () => {
    fc.assert(
      fc.property(aCase, ({ available, keep, min, limits }) => {
        const payout = computePayout({ available, keep, min, limits });
        const excess = available - keep;
        const most = limits.max !== undefined && limits.max < excess ? limits.max : excess;
        const isPossible = most > 0n && most >= min && most >= (limits.min ?? 0n);
        expect(payout).toEqual(isPossible ? { amount: most, isCapped: most < excess } : undefined);
      }),
      { numRuns },
    );
  });

  it('empties any balance down to what stays, in as many steps as the cap needs, and then stops', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 5000n }), fc.bigInt({ min: 0n, max: 500n }), (cash, keep) => {
        let available = cash;
        const limits = { min: toAmount(1n), max: toAmount(300n) };
        for (let steps = 0; ; steps += 1) {
          const payout = computePayout({
            available: toAmount(available),
            keep: toAmount(keep),
            min: toAmount(1n),
            limits,
          });
          if (!payout) break;
          available -= payout.amount;
          expect(steps).toBeLessThan(17);
        }
        expect(available).toBe(cash > keep ? keep : cash);
      }),
    );
  });

  it.each([
    [1_000n, 200n, 1n, { amount: 500n, isCapped: true }],
    [700n, 200n, 1n, { amount: 500n, isCapped: false }],
    [699n, 200n, 1n, { amount: 499n, isCapped: false }],
    [250n, 200n, 51n, undefined],
    [251n, 200n, 51n, { amount: 51n, isCapped: false }],
    [209n, 200n, 1n, undefined],
    [200n, 200n, 1n, undefined],
    [0n, 200n, 1n, undefined],
  ])('of %s with %s to stay and %s at least is %o', (available, keep, min, expected) => {
    const amounts = { available: toAmount(available), keep: toAmount(keep), min: toAmount(min) };
    const limits = { min: toAmount(10n), max: toAmount(500n) };
    expect(computePayout({ ...amounts, limits })).toEqual(expected);
  });
});
