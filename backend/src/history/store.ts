import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { Queryable } from '../database/pool.ts';
import { type EntryRow, entryColumns, toEntry } from './entry.ts';
import type { PageCursor } from './page-cursor.ts';
import { buildPage, buildSearch, type HistoryFilter, scanMax } from './page-query.ts';

/** A page of somebody's history, and where the next one begins. */
export type HistoryPage = { readonly items: readonly HistoryEntry[]; readonly next: PageCursor | undefined };

/** Reads stored entries. They are written by `history_refresh` and its likes alone, in the transaction of a fact. */
export type HistoryStore = ReturnType<typeof createHistoryStore>;

export function createHistoryStore(database: Queryable) {
  return {
    async find(userId: string, id: string): Promise<HistoryEntry | undefined> {
      const { rows } = await database.query<EntryRow>({
        name: 'find_history_entry',
        text: `SELECT ${entryColumns} FROM history_entries e LEFT JOIN users u ON u.id = e.counterparty_id WHERE e.id = $1 AND e.user_id = $2`,
        values: [id, userId],
      });
      return rows[0] && toEntry(rows[0]);
    },

    /** The next `limit` entries after a place, newest first. A search may give fewer, even none, and still have a next page. */
    async list(
      userId: string,
      filter: HistoryFilter,
      { after, limit }: { readonly after: PageCursor | undefined; readonly limit: number },
    ): Promise<HistoryPage> {
      const { text } = filter;
      return text === undefined
        ? listPage(database, buildPage(userId, filter, after, limit + 1), limit)
        : search(database, buildSearch(userId, { ...filter, text }, after, limit + 1), limit);
    },
  };
}

type Built = ReturnType<typeof buildPage>;

async function listPage(database: Queryable, { text, values }: Built, limit: number): Promise<HistoryPage> {
  const { rows } = await database.query<EntryRow>(text, [...values]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(toEntry), next: last && { occurredAt: last.position, id: last.id } };
}

type SearchRow = (EntryRow | { readonly id: null }) & {
  readonly scanned: number;
  readonly last_id: string | null;
  readonly last_position: string | null;
};

async function search(database: Queryable, { text, values }: Built, limit: number): Promise<HistoryPage> {
  const { rows } = await database.query<SearchRow>(text, [...values]);
  const found = rows.filter((row): row is SearchRow & EntryRow => row.id !== null);
  const items = found.slice(0, limit).map(toEntry);
  const last = found.length > limit ? found[limit - 1] : undefined;
  if (last) return { items, next: { occurredAt: last.position, id: last.id } };
  const [reached] = rows;
  const isCutShort = reached?.scanned === scanMax && reached.last_id !== null && reached.last_position !== null;
  return { items, next: isCutShort ? { occurredAt: reached.last_position, id: reached.last_id } : undefined };
}
