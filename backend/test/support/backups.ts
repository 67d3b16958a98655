/** Backups of test databases, whole in memory. */
import { dumpDatabase } from '../../src/backup/dump.ts';
import { type LoadResult, loadDatabase } from '../../src/backup/load.ts';
import { type BackupRecord, decodeRecords, encodeRecords } from '../../src/backup/records.ts';
import { openBackup, sealBackup } from '../../src/backup/seal.ts';
import type { TestDatabase } from './database.ts';

/** Takes a backup; `onRecord` is called, and waited for, before each of its pieces goes on. */
export async function backupTo(
  database: TestDatabase,
  key: Buffer,
  onRecord: (record: BackupRecord) => Promise<void> = () => Promise.resolve(),
): Promise<Buffer> {
  const connection = await database.connect('owner', 1).connect();
  try {
    async function* watched(): AsyncGenerator<BackupRecord> {
      for await (const record of dumpDatabase(connection)) {
        await onRecord(record);
        yield record;
      }
    }
    const chunks: Buffer[] = [];
    for await (const chunk of sealBackup(key, encodeRecords(watched()))) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    connection.release();
  }
}

/** Restores a backup, or pieces of one, into an empty database. */
export async function restoreFrom(
  database: TestDatabase,
  key: Buffer,
  source: Buffer | AsyncIterable<BackupRecord>,
): Promise<LoadResult> {
  const records = Buffer.isBuffer(source) ? decodeRecords(openBackup(key, inChunks(source))) : source;
  const connection = await database.connect('owner', 1).connect();
  try {
    return await loadDatabase(connection, records);
  } finally {
    connection.release();
  }
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}
