import { type HistoryEntry, historyResponse } from '@feiqian/domain/api/history';
import { queryOptions } from '@tanstack/react-query';
import { dayKeyOf } from '../../i18n/formats.ts';
import { getJson } from '../../lib/http.ts';

const pageSize = 100;
const pagesMax = 5;

/** A day in the reader's own time zone. */
export type Day = {
  /** `YYYY-MM-DD`. */
  readonly key: string;
  /** Its first instant, RFC 3339. */
  readonly start: string;
};

/** The day of an instant. */
export function dayOf(now: Date): Day {
  return { key: dayKeyOf(now), start: new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString() };
}

/** Everything since an instant, a few pages at most; `isWhole` says whether that was all. */
export const todayQuery = (start: string) =>
  queryOptions({
    queryKey: ['history', 'today', start] as const,
    queryFn: async ({ signal }) => {
      const items: HistoryEntry[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pagesMax; page += 1) {
        const query = new URLSearchParams({ from: start, limit: `${pageSize}`, ...(cursor ? { cursor } : {}) });
        const answer = await getJson(`/v1/history?${query}`, historyResponse, signal);
        items.push(...answer.items);
        cursor = answer.nextCursor;
        if (!cursor) break;
      }
      return { items, isWhole: cursor === undefined };
    },
  });
