import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultCheckDelays, planCheck, toOrderNumber } from './attempts.ts';

const createdAt = new Date('2026-11-22T00:00:00Z');
const after = (ms: number) => new Date(createdAt.getTime() + ms);
const expiresAt = after(1_800_000);

describe('planCheck', () => {
  it('asks soon at first, ever more rarely, and never less often than the longest wait', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 * 86_400_000 }),
        fc.integer({ min: 0, max: 86_400_000 }),
        (ageMs, moreMs) => {
          const waitAt = (ms: number) =>
            (planCheck({ createdAt, expiresAt: undefined }, after(ms), defaultCheckDelays)?.getTime() ?? 0) -
            after(ms).getTime();
          expect(waitAt(ageMs)).toBeGreaterThanOrEqual(defaultCheckDelays.minMs);
          expect(waitAt(ageMs + moreMs)).toBeGreaterThanOrEqual(waitAt(ageMs));
          expect(waitAt(ageMs)).toBeLessThanOrEqual(defaultCheckDelays.maxMs);
        },
      ),
    );
  });

  it('finds an unnotified payment within a minute with few questions', () => {
    let [now, questions] = [createdAt, 0];
    while (now < after(60_000)) {
      now = planCheck({ createdAt, expiresAt }, now, defaultCheckDelays) ?? after(Infinity);
      questions += 1;
    }
    expect(questions).toBeLessThanOrEqual(8);
  });

  it('does not sleep through the expiry', () => {
    expect(planCheck({ createdAt, expiresAt }, after(1_500_000), defaultCheckDelays)).toEqual(expiresAt);
  });

  it('asks for an expired payment for a week, and for a payout for ever', () => {
    expect(
      planCheck(
        { createdAt, expiresAt },
        new Date(expiresAt.getTime() + defaultCheckDelays.tailMs),
        defaultCheckDelays,
      ),
    ).toBeDefined();
    expect(
      planCheck(
        { createdAt, expiresAt },
        new Date(expiresAt.getTime() + defaultCheckDelays.tailMs + 1),
        defaultCheckDelays,
      ),
    ).toBeUndefined();
    expect(planCheck({ createdAt, expiresAt: undefined }, after(365 * 86_400_000), defaultCheckDelays)).toBeDefined();
  });
});

it('writes an order number that every gateway takes', () => {
  expect(toOrderNumber('0b962ae4-9e01-8d5b-957f-b7ba57125c6e')).toMatch(/^[0-9a-f]{32}$/);
});
