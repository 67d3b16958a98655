/** The key of backups: 32 bytes that are kept apart from the backups and from the database. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { AdvisedError } from '../terminal.ts';

const makeAdvice =
  'Make one with npm run backup -- --make-key backup.key, keep it where the backups are not, and set BACKUP_KEY_FILE to its path.';

/**
 * Reads the key from BACKUP_KEY (64 hex digits), or from the file that BACKUP_KEY_FILE names.
 *
 * @throws {AdvisedError} When there is none, or it is no key. The value is never shown.
 */
export function readBackupKey(environment: Readonly<Record<string, string | undefined>>): Buffer {
  const { BACKUP_KEY: text, BACKUP_KEY_FILE: path } = environment;
  if (text && path) throw new AdvisedError('BACKUP_KEY and BACKUP_KEY_FILE are both set.', 'Leave one of them out.');
  if (text) return parseKey(text, 'BACKUP_KEY');
  if (path) return parseKey(readKeyFile(path), `The file ${path}`);
  throw new AdvisedError('There is no key for backups.', makeAdvice);
}

/**
 * Makes a key in a file that only its owner can read.
 *
 * @throws {AdvisedError} When the file is there already: a lost key is a lost backup.
 */
export function makeKeyFile(path: string): void {
  try {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new AdvisedError(`${path} exists already.`, 'A key is never overwritten; choose another name.', { cause });
  }
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new AdvisedError(`The key file ${path} can't be read.`, makeAdvice, { cause });
  }
}

function parseKey(text: string, name: string): Buffer {
  const hex = text.trim().replace(/^0x/, '');
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) throw new AdvisedError(`${name} is not 64 hex digits.`, makeAdvice);
  return Buffer.from(hex, 'hex');
}
