import { withDatabase } from './database.ts';

const onlyKey = 'probe';
// More than any vault takes.
const probeCharacters = 32_768;

/**
 * Finds out whether the browser keeps what it is given, by writing and deleting as much as a vault takes.
 *
 * @throws {AppError} STORAGE_UNAVAILABLE.
 */
export function checkStorage(): Promise<void> {
  return withDatabase(async (database) => {
    await database.put('probe', '0'.repeat(probeCharacters), onlyKey);
    await database.delete('probe', onlyKey);
  });
}
