/** The embedded database of a running product: started, with its roles, its database and the newest tables. */
import { migrateJobs } from '../../../backend/src/database/jobs.ts';
import { migrate } from '../../../backend/src/database/migrate.ts';
import { databaseUrl, ensureDatabase, ensureRoles, ownerRole, serviceRole } from '../database-roles.ts';
import { startPostgres } from '../postgres.ts';
import { AdvisedError } from '../terminal.ts';
import type { Embedding } from './embedding.ts';
import { reservePartPort } from './ports.ts';

/** How the service reaches its database. */
export type DatabaseAddress = { readonly serviceUrl: string; readonly ownerUrl: string; readonly description: string };

/** The database of the embedded product. */
export const databaseName = 'feiqian';

/** Settings of the embedded server: durable (fsync and synchronous_commit stay on), sized for a small machine that runs everything. */
export const databaseSettings = {
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  max_connections: '100',
  max_wal_size: '2GB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  // Our queries are short: compiling them costs more than it gives.
  jit: 'off',
  idle_in_transaction_session_timeout: '60s',
};

/** Starts PostgreSQL in the data folder and brings its tables up to date. */
export async function startDatabase({ folder, keys, children }: Embedding): Promise<DatabaseAddress> {
  const log = children.openLog('postgres');
  const recent: string[] = [];
  const { port, release } = await reservePartPort(folder.ports, 'database');
  const server = await startPostgres({
    dataDir: folder.postgres,
    port,
    superuserPassword: keys.database.superuser,
    settings: databaseSettings,
    beforeSpawn: release,
    onSpawn: (child) => children.watch('postgres', child, () => recent),
    onLogLine: (line) => {
      log.write(`${line}\n`);
      if (recent.push(line) > 30) recent.shift();
    },
  });
  children.addStop(server.stop);
  const access = { port, superuserPassword: keys.database.superuser };
  await ensureRoles(access, keys.database);
  await ensureDatabase(access, databaseName);
  const url = (role: string, password: string) => databaseUrl({ port, role, password, database: databaseName });
  const ownerUrl = url(ownerRole, keys.database.owner);
  const applied = await migrateTables(ownerUrl);
  const migrations = applied.length === 0 ? 'tables up to date' : `${applied.length} migrations applied`;
  return { ownerUrl, serviceUrl: url(serviceRole, keys.database.service), description: `port ${port}, ${migrations}` };
}

async function migrateTables(ownerUrl: string): Promise<string[]> {
  try {
    const applied = await migrate({ ownerUrl });
    await migrateJobs(ownerUrl);
    return applied;
  } catch (cause) {
    const reasons = [cause, cause instanceof Error ? cause.cause : undefined].flatMap((error) =>
      error instanceof Error ? [error.message] : [],
    );
    throw new AdvisedError(
      `The database could not be brought to this version.\n${reasons.join('\n')}`,
      'Its data is untouched. Go back to the version that made it, or begin anew with npm start -- --fresh.',
      { cause },
    );
  }
}
