import { describe, expect, it } from 'vitest';
import { anEntry } from './an-entry.ts';
import { isArrival } from './live.ts';

const now = Date.parse('2026-11-22T10:00:30Z');
const pending = anEntry({ direction: 'in' });
const arrived = anEntry({ direction: 'in', status: 'completed' });

describe('an arrival', () => {
  it('is money in that is done now and was not before', () => {
    expect(isArrival(arrived, undefined, now)).toBe(true);
    expect(isArrival(arrived, pending, now)).toBe(true);
  });

  it('is told once, and not long afterwards, as when a feed catches up', () => {
    expect(isArrival(arrived, arrived, now)).toBe(false);
    expect(isArrival(arrived, undefined, now + 60_000)).toBe(false);
  });

  it('is nothing that is under way, goes out, or moves between own pockets', () => {
    expect(isArrival(pending, undefined, now)).toBe(false);
    expect(isArrival(anEntry({ direction: 'out', status: 'completed' }), undefined, now)).toBe(false);
    expect(isArrival(anEntry({ direction: 'self', status: 'completed' }), undefined, now)).toBe(false);
  });
});
