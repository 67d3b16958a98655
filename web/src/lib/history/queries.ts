import { type HistoryEntry, type HistoryQuery, historyEntrySchema, historyResponse } from '@feiqian/domain/api/history';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { addedTokensQuery } from '../assets.ts';
import { getJson } from '../http.ts';
import { isOwnDeed } from './recent-recipients.ts';

/** What a list of history leaves out; an empty filter shows all. */
export type HistoryFilter = Pick<HistoryQuery, 'asset' | 'kind' | 'status' | 'direction' | 'text'>;

const pageSize = 40;
const latestSize = 8;

function toPath(filter: HistoryFilter, limit: number, cursor?: string): string {
  const query = new URLSearchParams({ limit: `${limit}` });
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  if (cursor) query.set('cursor', cursor);
  return `/v1/history?${query}`;
}

/** The newest entries, for home. */
export const latestHistoryQuery = queryOptions({
  queryKey: ['history', 'latest'] as const,
  queryFn: async ({ signal }) => (await getJson(toPath({}, latestSize), historyResponse, signal)).items,
});

/** All entries that pass a filter, page by page, newest first. */
export const historyPagesQuery = (filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: ['history', 'pages', filter] as const,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => getJson(toPath(filter, pageSize, pageParam), historyResponse, signal),
    getNextPageParam: (last) => last.nextCursor,
  });

/** One entry with its legs. */
export const historyEntryQuery = (id: string) =>
  queryOptions({
    queryKey: ['history', 'entry', id] as const,
    queryFn: ({ signal }) => getJson(`/v1/history/${id}`, historyEntrySchema, signal),
  });

/** Whether the person has paid an address before. Only what they sent counts. */
export const paidBeforeQuery = (address: string) =>
  queryOptions({
    queryKey: ['history', 'paid-before', address] as const,
    queryFn: async ({ signal, client }) => {
      const [page, added] = await Promise.all([
        getJson(toPath({ text: address, direction: 'out' }, 20), historyResponse, signal),
        client.ensureQueryData(addedTokensQuery),
      ]);
      const ids = added.map(({ id }) => id);
      return page.items.some((entry) => isPaid(entry) && isOwnDeed(entry, ids));
    },
  });

/** What was undone, refused or is still held has paid nobody. */
const isPaid = ({ status, stage }: HistoryEntry): boolean =>
  stage !== 'held' && status !== 'failed' && status !== 'cancelled';

/** Puts an entry that came live into a list: in its place by time, or over its older self. */
export function upsertEntry(entries: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  const others = entries.filter(({ id }) => id !== entry.id);
  const at = others.findIndex(({ occurredAt }) => occurredAt < entry.occurredAt);
  return at === -1 ? [...others, entry] : [...others.slice(0, at), entry, ...others.slice(at)];
}
