import { withDatabase } from './database.ts';
import type { BookVersion, KeptBook } from './stored-rows.ts';

/** What this device knows of a wallet's address book; `seen` is the highest version met on the service, 0 for none. */
export function findBook(vaultId: string): Promise<{ kept?: KeptBook; seen: number }> {
  return withDatabase(async (database) => {
    const transaction = database.transaction(['address_books', 'address_books_seen'], 'readonly');
    const kept = await transaction.objectStore('address_books').get(vaultId);
    const seen = await transaction.objectStore('address_books_seen').get(vaultId);
    return { ...(kept ? { kept } : {}), seen: seen ?? 0 };
  });
}

type BookWrite = {
  readonly vaultId: string;
  readonly next: BookVersion;
  /** The text that it may replace; undefined for none. Whatever else is kept holds changes that it does not know. */
  readonly follows: string | undefined;
  readonly isSynced: boolean;
};

/**
 * Keeps an address book if what is kept is what it follows, compared and written in one transaction: no other tab's change
 * is lost.
 *
 * @returns whether it was kept.
 * @throws {AppError} STORAGE_UNAVAILABLE; then what was kept before is unchanged.
 */
export function saveBook({ vaultId, next, follows, isSynced }: BookWrite): Promise<boolean> {
  return withDatabase(async (database) => {
    const transaction = database.transaction(['address_books', 'address_books_seen'], 'readwrite');
    const books = transaction.objectStore('address_books');
    const isNext = (await books.get(vaultId))?.book === follows;
    try {
      if (isNext) {
        await books.put({ version: next.version, book: next.book, isSynced }, vaultId);
        if (isSynced) await raiseSeen(transaction.objectStore('address_books_seen'), vaultId, next.version);
      }
    } catch (error) {
      // The transaction ended by itself, because the browser could not write; its own end says so again.
      transaction.done.catch(() => undefined);
      throw error;
    }
    await transaction.done;
    return isNext;
  });
}

/** Notes that the service has a version. */
export function markBookSynced(vaultId: string, { version, book }: BookVersion): Promise<void> {
  return withDatabase(async (database) => {
    const transaction = database.transaction(['address_books', 'address_books_seen'], 'readwrite');
    const books = transaction.objectStore('address_books');
    if ((await books.get(vaultId))?.book === book) await books.put({ version, book, isSynced: true }, vaultId);
    await raiseSeen(transaction.objectStore('address_books_seen'), vaultId, version);
    await transaction.done;
  });
}

/** Removes from this device what the service has as well; changes that it has not had stay. What was seen stays known. */
export function forgetSyncedBook(vaultId: string): Promise<void> {
  return withDatabase(async (database) => {
    const transaction = database.transaction('address_books', 'readwrite');
    if ((await transaction.store.get(vaultId))?.isSynced) await transaction.store.delete(vaultId);
    await transaction.done;
  });
}

/** Takes older versions of an address book again, because the person said so. */
export function forgetSeenBook(vaultId: string): Promise<void> {
  return withDatabase((database) => database.delete('address_books_seen', vaultId));
}

type SeenStore = {
  readonly get: (vaultId: string) => Promise<number | undefined>;
  readonly put: (version: number, vaultId: string) => Promise<unknown>;
};

async function raiseSeen(store: SeenStore, vaultId: string, version: number): Promise<void> {
  await store.put(Math.max(version, (await store.get(vaultId)) ?? 0), vaultId);
}
