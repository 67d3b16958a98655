import type { HistoryEntry } from '@feiqian/domain/api/history';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { anEntry } from './an-entry.ts';
import { applyEntry, isArrival } from './live.ts';
import { historyEntryQuery, latestHistoryQuery } from './queries.ts';

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

describe('an entry that is told while the history is being read', () => {
  const older = anEntry();
  const newer = anEntry({ status: 'completed' });

  /** Looks at a query whose first answer comes late, and was true before the entry was told. */
  async function tellWhileReading<Data>(
    queryKey: readonly unknown[],
    [late, now]: readonly [Data, Data],
    known?: Data,
  ) {
    const client = new QueryClient();
    const { promise, resolve } = Promise.withResolvers<Data>();
    const answers = [promise, Promise.resolve(now)];
    if (known !== undefined) client.setQueryData(queryKey, known);
    const queryFn = () => answers.shift() ?? Promise.resolve(now);
    const stop = new QueryObserver(client, { queryKey, queryFn }).subscribe(() => undefined);
    applyEntry(client, newer);
    resolve(late);
    await vi.waitFor(() => {
      expect(client.isFetching()).toBe(0);
      expect(client.getQueryData(queryKey)).toBeDefined();
    });
    const seen = client.getQueryData<Data>(queryKey);
    stop();
    return seen;
  }

  it('is not replaced by what it was before, on its own screen', async () => {
    const { queryKey } = historyEntryQuery(newer.id);
    expect(await tellWhileReading<HistoryEntry>(queryKey, [older, newer])).toEqual(newer);
    expect(await tellWhileReading<HistoryEntry>(queryKey, [older, newer], older)).toEqual(newer);
  });

  it('is not left out of the newest ones', async () => {
    const { queryKey } = latestHistoryQuery;
    expect(await tellWhileReading<HistoryEntry[]>(queryKey, [[], [newer]])).toEqual([newer]);
    expect(await tellWhileReading<HistoryEntry[]>(queryKey, [[], [newer]], [])).toEqual([newer]);
  });
});
