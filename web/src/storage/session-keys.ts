import { deleteField, readField, writeField } from './database.ts';

const onlyKey = 'session';

/**
 * The half of a session that lies in the database: a key object that code can use and not read. All tabs share it, so
 * deleting it ends the session of each.
 */
export const sessionKeys = {
  find: (): Promise<CryptoKey | undefined> => readField('session_keys', onlyKey),
  save: (key: CryptoKey): Promise<void> => writeField('session_keys', onlyKey, key),
  clear: (): Promise<void> => deleteField('session_keys', onlyKey),
};
