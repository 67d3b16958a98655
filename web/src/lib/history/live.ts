import { type HistoryEntry, historyEntrySchema, historyRemoved } from '@feiqian/domain/api/history';
import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import { historyEntryQuery, latestHistoryQuery, upsertEntry } from './queries.ts';

const freshMs = 60_000;

type Page = { readonly items: HistoryEntry[]; readonly nextCursor?: string | undefined };

/** Brings one entry into everything that was read before, so that screens change without asking again. */
export function applyEntry(client: QueryClient, entry: HistoryEntry): void {
  client.setQueryData(historyEntryQuery(entry.id).queryKey, entry);
  client.setQueryData(latestHistoryQuery.queryKey, (latest) => latest && upsertEntry(latest, entry));
  client.setQueriesData<InfiniteData<Page>>(
    { queryKey: ['history', 'pages'] },
    (data) => data && replaceEntry(data, entry),
  );
  readAgain(client, historyEntryQuery(entry.id).queryKey);
  readAgain(client, latestHistoryQuery.queryKey);
  // Whether a new entry passes a filter is the service's word; lists on screen ask again.
  void client.invalidateQueries({ queryKey: ['history', 'pages'] });
  void client.invalidateQueries({ queryKey: ['history', 'today'] });
}

/** What is being read just now may be older than what was told, and would take its place. */
function readAgain(client: QueryClient, queryKey: QueryKey): void {
  const query = { queryKey, exact: true };
  if (client.isFetching(query) === 0) return;
  if (client.getQueryData(queryKey) !== undefined) void client.invalidateQueries(query);
  // Nothing replaces a first reading while it goes on.
  else void client.cancelQueries(query).then(() => client.refetchQueries(query));
}

function findKnown(client: QueryClient, id: string): HistoryEntry | undefined {
  const latest = client.getQueryData(latestHistoryQuery.queryKey);
  return client.getQueryData(historyEntryQuery(id).queryKey) ?? latest?.find((entry) => entry.id === id);
}

function replaceEntry(data: InfiniteData<Page>, entry: HistoryEntry): InfiniteData<Page> {
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => (item.id === entry.id ? entry : item)),
  }));
  return { ...data, pages };
}

/** Who is told what by {@link followHistory}. */
export type HistoryListeners = {
  /** The address book may have changed on another device. */
  readonly onAddressBook: () => void;
  /** Money came in just now. */
  readonly onArrival: (entry: HistoryEntry) => void;
  /** The service closed the stream for good, for example because the session ended. */
  readonly onEnded: () => void;
};

/** Whether an entry tells of money that came in while somebody was looking: done, new to this page, and of this minute. */
export function isArrival(entry: HistoryEntry, before: HistoryEntry | undefined, now: number): boolean {
  const isNews = entry.status === 'completed' && before?.status !== 'completed';
  return isNews && entry.direction === 'in' && now - Date.parse(entry.updatedAt) < freshMs;
}

/**
 * Follows the person's history. The browser reconnects by itself and says where it stopped (Last-Event-ID).
 *
 * @returns how to stop.
 */
export function followHistory(
  client: QueryClient,
  { onAddressBook, onArrival, onEnded }: HistoryListeners,
): () => void {
  const source = new EventSource('/v1/history/stream');
  let wasOpen = false;
  let isFollowing = false;
  source.addEventListener('open', () => {
    // After a gap the stream resumes, but balances have no events of their own to resume.
    if (wasOpen) void client.invalidateQueries({ queryKey: ['balances'] });
    // Neither has the address book; what was changed here without the service is sent now.
    onAddressBook();
    wasOpen = true;
  });
  source.addEventListener('entry', (event) => {
    const parsed = historyEntrySchema.safeParse(parseJson(event.data));
    if (parsed.success) {
      const before = findKnown(client, parsed.data.id);
      applyEntry(client, parsed.data);
      if (isArrival(parsed.data, before, Date.now())) onArrival(parsed.data);
    }
    void client.invalidateQueries({ queryKey: ['balances'] });
    void client.invalidateQueries({ queryKey: ['payment-requests'] });
  });
  source.addEventListener('removed', (event) => {
    const parsed = historyRemoved.safeParse(parseJson(event.data));
    if (parsed.success) client.removeQueries({ queryKey: historyEntryQuery(parsed.data.id).queryKey });
    void client.invalidateQueries({ queryKey: ['history'] });
  });
  // Somebody has scanned a pay code of this person's.
  source.addEventListener('asked', () => void client.invalidateQueries({ queryKey: ['pay-codes', 'asked'] }));
  source.addEventListener('address-book', onAddressBook);
  source.addEventListener('balances', () => {
    void client.invalidateQueries({ queryKey: ['balances'] });
    if (isFollowing) return;
    // The first of these says from where on the stream tells everything. What was read before may be older than that.
    isFollowing = true;
    void client.invalidateQueries({ queryKey: ['history'] });
    void client.invalidateQueries({ queryKey: ['payment-requests'] });
  });
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) onEnded();
  });
  return () => source.close();
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    // Not ours: it parses to nothing and is left alone.
    return undefined;
  }
}
