import { describe, expect, it } from 'vitest';
import { anEntry } from '../../lib/history/an-entry.ts';
import { groupByDay } from './group-by-day.ts';

const at = (id: string, instant: Date) => anEntry({ id, occurredAt: instant.toISOString() });

describe('groupByDay', () => {
  it('groups by the reader’s own day and keeps the order', () => {
    const late = at('a', new Date(2026, 10, 22, 23, 59));
    const early = at('b', new Date(2026, 10, 22, 0, 1));
    const before = at('c', new Date(2026, 10, 21, 23, 59));
    expect(groupByDay([late, early, before])).toEqual([
      { key: '2026-11-22', entries: [late, early] },
      { key: '2026-11-21', entries: [before] },
    ]);
  });

  it('has no days without entries', () => {
    expect(groupByDay([])).toEqual([]);
  });
});
