import { AppError } from '@feiqian/domain/errors';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type FieldName, fields } from './fields.ts';
import type { KeptBook, KeptVault, SeenVault, SendIntent } from './stored-rows.ts';

/** What each field holds. */
export type StoredFields = {
  vaults: KeptVault;
  vaults_seen: SeenVault;
  address_books: KeptBook;
  address_books_seen: number;
  kdf_seen: { readonly memoryKib: number; readonly iterations: number };
  session_keys: CryptoKey;
  send_intents: SendIntent;
  probe: string;
};

type Schema = DBSchema & { [Name in FieldName]: { key: string; value: StoredFields[Name] } };

/** The wallet's database. */
export type Database = IDBPDatabase<Schema>;

const databaseName = 'feiqian';
const databaseVersion = 3;

/**
 * Opens the database, makes the stores that `fields.ts` lists, and closes it when the work is done, so that another tab can
 * always upgrade it.
 *
 * @throws {AppError} STORAGE_UNAVAILABLE when the browser refuses (private windows, full disk, switched off). What was
 * stored before is then unchanged: IndexedDB writes a transaction whole or not at all.
 */
export async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  try {
    const database = await openDB<Schema>(databaseName, databaseVersion, {
      upgrade(upgraded) {
        for (const name of Object.keys(fields) as FieldName[]) {
          if (!upgraded.objectStoreNames.contains(name)) upgraded.createObjectStore(name);
        }
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
      },
    });
    try {
      return await work(database);
    } finally {
      database.close();
    }
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    throw new AppError('STORAGE_UNAVAILABLE', 'The browser does not store anything.', { cause });
  }
}

/** The fields that anybody may read and write. `vault-store.ts` and `address-book-store.ts` alone write the others. */
type PlainField = Exclude<FieldName, 'vaults' | 'vaults_seen' | 'address_books' | 'address_books_seen'>;

/** Reads a stored value. */
export function readField<Name extends PlainField>(name: Name, key: string): Promise<StoredFields[Name] | undefined> {
  return withDatabase(async (database) => (await database.get(name, key)) as StoredFields[Name] | undefined);
}

/** Stores a value in place of what was there. */
export function writeField<Name extends PlainField>(name: Name, key: string, value: StoredFields[Name]): Promise<void> {
  return withDatabase(async (database) => {
    await database.put(name, value as never, key);
  });
}

/** Deletes a stored value. */
export function deleteField(name: PlainField, key: string): Promise<void> {
  return withDatabase((database) => database.delete(name, key));
}
