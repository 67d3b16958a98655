/** Backups as files: written aside, read back whole, and only then given their name. */
import { createReadStream, createWriteStream, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError } from '../../../backend/src/backup/backup-error.ts';
import {
  type BackupEnd,
  type BackupHeader,
  type BackupRecord,
  decodeRecords,
  encodeRecords,
} from '../../../backend/src/backup/records.ts';
import { openBackup, sealBackup } from '../../../backend/src/backup/seal.ts';
import { AdvisedError, say } from '../terminal.ts';

const suffix = '.backup';

/** What a proved backup holds. */
export type BackupSummary = {
  readonly header: BackupHeader;
  readonly tables: BackupEnd['tables'];
  readonly bytes: number;
};

/** The name of a backup that is taken now. */
export const nameBackup = (now: Date): string => `feiqian-${now.toISOString().replaceAll(':', '-')}${suffix}`;

/** Writes records to a file that nobody else can read; it has its name only when it was read back and found whole. */
export async function writeBackupFile(
  path: string,
  key: Buffer,
  records: AsyncIterable<BackupRecord>,
): Promise<BackupSummary> {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.part`;
  try {
    const sealed = sealBackup(key, encodeRecords(records));
    await pipeline(
      Readable.from(sealed, { objectMode: false }),
      createWriteStream(draft, { mode: 0o600, flush: true }),
    );
    const summary = await checkBackupFile(draft, key);
    renameSync(draft, path);
    return summary;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The records of a file, each proved before it is used. */
export function readBackupFile(path: string, key: Buffer): AsyncGenerator<BackupRecord> {
  return decodeRecords(openBackup(key, createReadStream(path)));
}

/** Reads a whole file and keeps what proves it. @throws {BackupError} When anything is wrong with it. */
export async function checkBackupFile(path: string, key: Buffer): Promise<BackupSummary> {
  let header: BackupHeader | undefined;
  let tables: BackupEnd['tables'] = [];
  for await (const record of readBackupFile(path, key)) {
    if (record.kind === 'header') header = record.header;
    if (record.kind === 'end') tables = record.end.tables;
  }
  if (!header) throw new Error('A proved backup has a header.');
  return { header, tables, bytes: statSync(path).size };
}

/**
 * The backup to restore: the file itself, or of a folder the newest that was taken at a time or before; what can't be read is told and left out.
 *
 * @throws {AdvisedError} When there is none.
 */
export async function chooseBackup(from: string, until: Date | undefined, key: Buffer): Promise<string> {
  const stat = statSync(from, { throwIfNoEntry: false });
  if (!stat) throw new AdvisedError(`There is no ${from}.`, 'Name a backup, or a folder of backups.');
  if (!stat.isDirectory()) return from;
  let best: { readonly path: string; readonly takenAt: number } | undefined;
  for (const name of readdirSync(from).filter((one) => one.endsWith(suffix))) {
    const path = join(from, name);
    const takenAt = await readTime(path, key);
    if (takenAt === undefined || (until !== undefined && takenAt > until.getTime())) continue;
    if (best === undefined || takenAt > best.takenAt) best = { path, takenAt };
  }
  if (best) return best.path;
  throw new AdvisedError(
    `There is no backup in ${from}${until ? ` of ${until.toISOString()} or before` : ''}.`,
    'Look at the folder, or choose a later time.',
  );
}

/** When a backup was taken, in milliseconds; undefined, and told, when its beginning can't be read. */
async function readTime(path: string, key: Buffer): Promise<number | undefined> {
  try {
    for await (const record of readBackupFile(path, key))
      if (record.kind === 'header') return Date.parse(record.header.takenAt);
    return undefined;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    say(`  ${path} is left out: ${error.message}`);
    return undefined;
  }
}
