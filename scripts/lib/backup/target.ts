/** Where a backup is restored to: an empty database that was just brought to this version. */
import { escapeIdentifier } from 'pg';
import { migrateJobs } from '../../../backend/src/database/jobs.ts';
import { migrate } from '../../../backend/src/database/migrate.ts';
import { ensureDatabase, withSuperuser } from '../database-roles.ts';
import { createChildren } from '../processes/children.ts';
import { startGuard } from '../processes/guard.ts';
import { takeRunLock } from '../processes/run-lock.ts';
import { openDataFolder } from '../product/data-folder.ts';
import { databaseName, startDatabase } from '../product/database.ts';
import { ensureKeys } from '../product/keys.ts';
import { AdvisedError, reportFailure, say } from '../terminal.ts';

/** A database that is there until `close`. */
export type RestoreTarget = { readonly ownerUrl: string; readonly close: () => Promise<void> };

/**
 * Opens the database that DATABASE_OWNER_URL names; without it, starts the one of the embedded product, which must not be running.
 *
 * @param isReplacing - Puts the embedded product's database aside under another name first. Nothing is ever deleted.
 */
export async function openRestoreTarget({ isReplacing }: { readonly isReplacing: boolean }): Promise<RestoreTarget> {
  const configured = process.env.DATABASE_OWNER_URL;
  if (configured) {
    if (isReplacing)
      throw new AdvisedError(
        '--replace is for the embedded database only.',
        'Make an empty database, and name it in DATABASE_OWNER_URL.',
      );
    await bringUp(configured);
    return { ownerUrl: configured, close: () => Promise.resolve() };
  }
  const folder = openDataFolder();
  await takeRunLock(folder.runLock, { command: 'scripts/restore.ts', url: 'no address: a backup is being restored' });
  const keys = ensureKeys(folder.keys);
  const guard = startGuard();
  const children = createChildren({
    logFolder: folder.logs,
    guard,
    onDeath: (error) => {
      reportFailure(error);
      process.exit(1);
    },
  });
  try {
    const { ownerUrl } = await startDatabase({ folder, keys, children });
    if (isReplacing) {
      const access = { port: Number(new URL(ownerUrl).port), superuserPassword: keys.database.superuser };
      const aside = `${databaseName}_until_${new Date().toISOString().replaceAll(/[^0-9]/g, '')}`;
      await withSuperuser(access, 'postgres', (client) =>
        client.query(`ALTER DATABASE ${escapeIdentifier(databaseName)} RENAME TO ${escapeIdentifier(aside)}`),
      );
      say(`  ✓ The database that was there is now ${aside}`);
      await ensureDatabase(access, databaseName);
      await bringUp(ownerUrl);
    }
    return { ownerUrl, close: () => children.stopAll() };
  } catch (error) {
    await children.stopAll();
    throw error;
  }
}

async function bringUp(ownerUrl: string): Promise<void> {
  await migrate({ ownerUrl });
  await migrateJobs(ownerUrl);
}
