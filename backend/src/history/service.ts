import type { HistoryEntry, HistoryQuery } from '@feiqian/domain/api/history';
import { AppError } from '@feiqian/domain/errors';
import { decodePageCursor, encodePageCursor } from './page-cursor.ts';
import type { HistoryStore } from './store.ts';

/** One history of everything that a person's money did. */
export type HistoryService = ReturnType<typeof createHistoryService>;

export function createHistoryService({ store }: { readonly store: HistoryStore }) {
  return {
    /** @throws {AppError} NOT_FOUND, also for somebody else's entry. */
    async get(userId: string, id: string): Promise<HistoryEntry> {
      const entry = await store.find(userId, id);
      if (!entry) throw new AppError('NOT_FOUND', 'There is no such entry in your history.');
      return entry;
    },

    /**
     * A page, newest first. A search looks at a bounded number of entries a request: it may give none and still a cursor to go on with.
     *
     * @throws {AppError} REQUEST_INVALID for a cursor that we did not give.
     */
    async list(
      userId: string,
      { cursor, limit, ...filter }: HistoryQuery,
    ): Promise<{ items: HistoryEntry[]; nextCursor?: string }> {
      const after = cursor === undefined ? undefined : decodePageCursor(cursor);
      const { items, next } = await store.list(userId, filter, { after, limit });
      return { items: [...items], ...(next ? { nextCursor: encodePageCursor(next) } : {}) };
    },
  };
}
