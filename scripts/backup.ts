/**
 * `npm run backup [-- --to file]`: writes everything that the database knows, as of one moment, into one encrypted file, beside a running
 * product. `npm run backup -- --make-key file` makes the key that it needs.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dumpDatabase } from '../backend/src/backup/dump.ts';
import { openPool } from '../backend/src/database/pool.ts';
import { adviseBackup } from './lib/backup/advise.ts';
import { nameBackup, writeBackupFile } from './lib/backup/files.ts';
import { makeKeyFile, readBackupKey } from './lib/backup/key.ts';
import { openDataFolder } from './lib/product/data-folder.ts';
import { findDatabaseUrl } from './lib/product/running.ts';
import { reportFailure, say } from './lib/terminal.ts';

async function backup(to: string | undefined): Promise<void> {
  const key = readBackupKey(process.env);
  const path = to ?? join(openDataFolder().root, 'backups', nameBackup(new Date()));
  const pool = openPool({
    url: findDatabaseUrl('owner'),
    max: 1,
    name: 'feiqian backup',
    onIdleError: () => undefined,
  });
  try {
    const connection = await pool.connect();
    try {
      const { header, tables, bytes } = await writeBackupFile(path, key, dumpDatabase(connection));
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      say(
        `${path}: ${rows} rows of ${tables.length} tables as of ${header.takenAt}, ${bytes} bytes, read back and whole`,
      );
    } finally {
      connection.release(true);
    }
  } finally {
    await pool.end();
  }
}

try {
  const { values } = parseArgs({ options: { to: { type: 'string' }, 'make-key': { type: 'string' } } });
  const keyPath = values['make-key'];
  if (keyPath === undefined) await backup(values.to);
  else {
    makeKeyFile(keyPath);
    say(`${keyPath}: keep it where the backups are not. Without it no backup can be read.`);
  }
  process.exit(0);
} catch (error) {
  reportFailure(adviseBackup(error));
  process.exit(1);
}
