import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeePerGas, feeSpeeds, quoteFees, raiseFees } from './fees.ts';

const gwei = 1_000_000_000n;
const wei = fc.bigInt({ min: 0n, max: 10_000n * gwei });
const rewards = fc.array(
  fc.array(wei, { minLength: 3, maxLength: 3 }).map((tips) => tips.toSorted((a, b) => (a < b ? -1 : 1))),
  { maxLength: 10 },
);

describe('quoteFees', () => {
  it('takes the middle of what recent blocks paid, and leaves more room the faster it is to be', () => {
    const blocks = [
      [1n, 2n, 9n],
      [3n, 4n, 90n],
      [2n, 3n, 10n],
    ];
    expect(quoteFees({ nextBaseFee: 100n, rewards: blocks }, gwei)).toEqual({
      slow: { maxPriorityFeePerGas: 2n, maxFeePerGas: 127n, expectedPerGas: 102n },
      normal: { maxPriorityFeePerGas: 3n, maxFeePerGas: 203n, expectedPerGas: 103n },
      fast: { maxPriorityFeePerGas: 10n, maxFeePerGas: 310n, expectedPerGas: 110n },
    });
  });

  it('takes what the node suggests where blocks are empty', () => {
    const { slow, fast } = quoteFees({ nextBaseFee: 8n, rewards: [] }, 7n);
    expect(slow).toEqual({ maxPriorityFeePerGas: 7n, maxFeePerGas: 17n, expectedPerGas: 15n });
    expect(fast.maxFeePerGas).toBe(31n);
  });

  it('always offers enough for the next block, and a faster speed never less than a slower one', () => {
    fc.assert(
      fc.property(wei, rewards, wei, (nextBaseFee, blocks, tip) => {
        const quote = quoteFees({ nextBaseFee, rewards: blocks }, tip);
        let before: FeePerGas = { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
        for (const speed of feeSpeeds) {
          const { maxFeePerGas, maxPriorityFeePerGas, expectedPerGas } = quote[speed];
          expect(maxFeePerGas).toBeGreaterThanOrEqual(expectedPerGas);
          expect(expectedPerGas).toBe(nextBaseFee + maxPriorityFeePerGas);
          expect(maxFeePerGas).toBeGreaterThanOrEqual(before.maxFeePerGas);
          expect(maxPriorityFeePerGas).toBeGreaterThanOrEqual(before.maxPriorityFeePerGas);
          before = quote[speed];
        }
      }),
    );
  });
});

describe('raiseFees', () => {
  const fees = fc
    .tuple(wei, wei)
    .map(([base, tip]): FeePerGas => ({ maxFeePerGas: base + tip, maxPriorityFeePerGas: tip }));

  it('is a tenth more than everything that it replaces, in both figures, and what is usual now at least', () => {
    fc.assert(
      fc.property(fc.array(fees, { minLength: 1, maxLength: 4 }), fees, (before, now) => {
        const raised = raiseFees(before, now);
        for (const field of ['maxFeePerGas', 'maxPriorityFeePerGas'] as const) {
          for (const old of before) expect(raised[field] * 10n).toBeGreaterThanOrEqual(old[field] * 11n);
          for (const old of before) expect(raised[field]).toBeGreaterThan(old[field]);
          expect(raised[field]).toBeGreaterThanOrEqual(now[field]);
        }
        expect(raised.maxFeePerGas).toBeGreaterThanOrEqual(raised.maxPriorityFeePerGas);
      }),
    );
  });

  it('asks for no more than it needs', () => {
    const before = { maxFeePerGas: 80n, maxPriorityFeePerGas: 8n };
    expect(raiseFees([before], { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n })).toEqual({
      maxFeePerGas: 91n,
      maxPriorityFeePerGas: 10n,
    });
  });
});
