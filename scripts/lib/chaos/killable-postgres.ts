/** A PostgreSQL of the story's own that is durable and can be killed. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { migrateJobs } from '../../../backend/src/database/jobs.ts';
import { migrate } from '../../../backend/src/database/migrate.ts';
import { openPool } from '../../../backend/src/database/pool.ts';
import { databaseUrl, ensureDatabase, ensureRoles, ownerRole, serviceRole } from '../database-roles.ts';
import { reservePort } from '../ports.ts';
import { type PostgresServer, startPostgres } from '../postgres.ts';
import { startGuard } from '../processes/guard.ts';

/** A database server with the product's tables. */
export type KillablePostgres = {
  readonly serviceUrl: string;
  /** As the owner of the tables, for looking at them; its queries fail while the server is down. */
  readonly pool: Pool;
  /** Ends every session at once and writes nothing more, as a crash does, then starts the server again. */
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const database = 'feiqian';
// What is committed has to survive the crash of the server: synchronous_commit stays on. fsync only matters to a crash of the machine.
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  jit: 'off',
  max_connections: '100',
  shared_buffers: '64MB',
  checkpoint_timeout: '30s',
};

/** Starts a server in a new folder; `stop` removes it. */
export async function startKillablePostgres(): Promise<KillablePostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-chaos-'));
  // PostgreSQL may run as another user (see postgres-owner.ts), who has to pass through.
  chmodSync(folder, 0o711);
  const passwords = { superuser: randomUUID(), owner: randomUUID(), service: randomUUID() };
  const { port, release } = await reservePort(0);
  const guard = startGuard();
  const start = async (beforeSpawn?: () => Promise<void>): Promise<PostgresServer> => {
    const started = await startPostgres({
      dataDir: join(folder, 'postgres'),
      port,
      superuserPassword: passwords.superuser,
      settings,
      ...(beforeSpawn ? { beforeSpawn } : {}),
    });
    if (started.process.pid !== undefined) guard.watch(started.process.pid, 'SIGINT');
    return started;
  };
  let server = await start(release);
  const url = (role: string, password: string) => databaseUrl({ port, role, password, database });
  const ownerUrl = url(ownerRole, passwords.owner);
  const access = { port, superuserPassword: passwords.superuser };
  await ensureRoles(access, passwords);
  await ensureDatabase(access, database);
  await migrate({ ownerUrl });
  await migrateJobs(ownerUrl);
  const pool = openPool({ url: ownerUrl, max: 4, name: 'chaos', onIdleError: () => undefined });
  const crash = async (): Promise<void> => {
    const { process: running } = server;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    // PostgreSQL's "immediate shutdown": nothing is tidied up, the next start recovers from the log.
    running.kill('SIGQUIT');
    await ended;
    if (running.pid !== undefined) guard.forget(running.pid);
    server = await start();
  };
  // One crash after another: each needs a server that runs.
  let last: Promise<void> = Promise.resolve();
  return {
    serviceUrl: url(serviceRole, passwords.service),
    pool,
    crash() {
      last = last.then(crash);
      return last;
    },
    async stop() {
      await last.catch(() => undefined);
      await pool.end();
      await server.stop();
      guard.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
