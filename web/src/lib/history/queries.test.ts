import { describe, expect, it } from 'vitest';
import { anEntry } from './an-entry.ts';
import { upsertEntry } from './queries.ts';

const early = anEntry({ id: '00000000-0000-4000-8000-000000000001', occurredAt: '2026-11-20T10:00:00Z' });
const late = anEntry({ id: '00000000-0000-4000-8000-000000000002', occurredAt: '2026-11-22T10:00:00Z' });

describe('upsertEntry', () => {
  it('puts a new entry in its place by time', () => {
    const middle = anEntry({ id: '00000000-0000-4000-8000-000000000003', occurredAt: '2026-11-21T10:00:00Z' });
    expect(upsertEntry([late, early], middle).map(({ id }) => id)).toEqual([late.id, middle.id, early.id]);
  });

  it('puts an entry over its older self, and never twice', () => {
    const changed = { ...late, status: 'completed' as const };
    expect(upsertEntry([late, early], changed)).toEqual([changed, early]);
  });

  it('begins an empty list', () => {
    expect(upsertEntry([], early)).toEqual([early]);
  });
});
