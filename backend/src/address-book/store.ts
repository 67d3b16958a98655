import type { AddressBookUpdate } from '@feiqian/domain/api/address-book';
import { AppError } from '@feiqian/domain/errors';
import type { Queryable } from '../database/pool.ts';

type BookRow = { readonly version: number; readonly book: string };

/** Keeps the newest encrypted address book of each person. */
export type AddressBookStore = ReturnType<typeof createAddressBookStore>;

export function createAddressBookStore(database: Queryable) {
  const find = async (userId: string): Promise<BookRow | undefined> => {
    const { rows } = await database.query<BookRow>('SELECT version, book FROM address_books WHERE user_id = $1', [
      userId,
    ]);
    return rows[0];
  };
  return {
    find,

    /**
     * Keeps a version in place of the one that it follows, by compare-and-swap. The same version with the same content again is a retry.
     *
     * @throws {AppError} ADDRESS_BOOK_CONFLICT when something else is kept; `details.version` says which.
     */
    async replace(userId: string, { follows, version, book }: AddressBookUpdate): Promise<void> {
      const { rowCount } =
        follows === 0
          ? await database.query(
              'INSERT INTO address_books (user_id, version, book) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
              [userId, version, book],
            )
          : await database.query(
              `UPDATE address_books SET version = $2, book = $3, updated_at = now()
               WHERE user_id = $1 AND version = $4 AND version < $2`,
              [userId, version, book, follows],
            );
      if (rowCount === 1) return;
      const kept = await find(userId);
      if (kept?.version === version && kept.book === book) return;
      throw new AppError('ADDRESS_BOOK_CONFLICT', 'The address book was changed elsewhere.', {
        details: { version: `${kept?.version ?? 0}` },
      });
    },
  };
}
