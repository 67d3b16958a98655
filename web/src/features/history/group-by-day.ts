import type { HistoryEntry } from '@feiqian/domain/api/history';
import { dayKeyOf } from '../../i18n/formats.ts';

/** The entries of one day, in the reader's own time zone. */
export type Day = { readonly key: string; readonly entries: readonly HistoryEntry[] };

/** Groups entries by day. Their order is kept, so newest-first stays so. */
export function groupByDay(entries: readonly HistoryEntry[]): Day[] {
  const days = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    const key = dayKeyOf(entry.occurredAt);
    const day = days.get(key);
    if (day) day.push(entry);
    else days.set(key, [entry]);
  }
  return [...days].map(([key, ofDay]) => ({ key, entries: ofDay }));
}
