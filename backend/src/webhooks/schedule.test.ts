import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { horizonMs, jitter, nextDelayMs, scheduleMs } from './schedule.ts';

const hourMs = 3_600_000;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the schedule', () => {
  it('is that of Standard Webhooks: ten tries in about three days', () => {
    expect(scheduleMs.map((ms) => ms / 1000)).toEqual([0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(scheduleMs.reduce((sum, ms) => sum + ms, 0) / hourMs).toBeCloseTo(75.6, 1);
  });

  it('waits longer after each failure, never far from its time, and ends before the horizon', () => {
    fc.assert(
      fc.property(fc.array(random, { minLength: 9, maxLength: 9 }), (randoms) => {
        const delays = randoms.map((value, index) => nextDelayMs(index + 1, value) ?? Number.NaN);
        for (const [index, delay] of delays.entries()) {
          const base = scheduleMs[index + 1] ?? Number.NaN;
          expect(Math.abs(delay - base)).toBeLessThanOrEqual(base * jitter + 1);
          expect(delay).toBeGreaterThan(delays[index - 1] ?? 0);
        }
        expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(horizonMs);
      }),
    );
  });

  it('ends with the tenth try', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 1000 }), random, (attempts, value) => {
        expect(nextDelayMs(attempts, value)).toBeUndefined();
      }),
    );
  });
});
