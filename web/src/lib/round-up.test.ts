import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundUp } from './round-up.ts';

it('keeps the first digits, never says less than it is, and at most a tenth more', () => {
  expect(roundUp(31_234_567n, 2)).toBe(32_000_000n);
  expect(roundUp(99_900n, 2)).toBe(100_000n);
  expect(roundUp(7n, 2)).toBe(7n);
  expect(roundUp(0n, 2)).toBe(0n);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (amount) => {
      const rounded = roundUp(amount, 2);
      expect(rounded).toBeGreaterThanOrEqual(amount);
      expect(rounded * 10n).toBeLessThanOrEqual(amount * 11n);
    }),
  );
});
