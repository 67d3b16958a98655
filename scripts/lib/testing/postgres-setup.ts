/**
 * Vitest global setup: one PostgreSQL for the whole run and one migrated template database.
 * Test files clone the template (`backend/test/support/database.ts`), so that each has a database of its own in milliseconds.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrateJobs } from '../../../backend/src/database/jobs.ts';
import { migrate } from '../../../backend/src/database/migrate.ts';
// For the type of what is provided to the tests.
import type {} from '../../../backend/test/support/database.ts';
import {
  databaseUrl,
  ensureDatabase,
  ensureRoles,
  ownerRole,
  type ServerAccess,
  withSuperuser,
} from '../database-roles.ts';
import { reservePort } from '../ports.ts';
import { startPostgres } from '../postgres.ts';
import { startGuard } from '../processes/guard.ts';

const templateDatabase = 'feiqian_template';

// Nothing a test writes has to survive a power cut.
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  jit: 'off',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
};

/** Starts the server, provides its address to the tests, and answers with what stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-test-'));
  // PostgreSQL may run as another user (see postgres-owner.ts), who has to pass through.
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'postgres');
  const passwords = { superuser: randomUUID(), owner: randomUUID(), service: randomUUID() };
  const { port, release } = await reservePort(0);
  const server = await startPostgres({
    dataDir,
    port,
    superuserPassword: passwords.superuser,
    settings,
    beforeSpawn: release,
  });
  const guard = startGuard();
  if (server.process.pid !== undefined) guard.watch(server.process.pid, 'SIGINT');
  const stop = async () => {
    await server.stop();
    guard.release();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await createTemplate({ port, superuserPassword: passwords.superuser }, passwords);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('postgres', { port, passwords, templateDatabase });
  return stop;
}

/** An empty, migrated database that nobody can connect to: it can be copied at any moment. */
async function createTemplate(server: ServerAccess, passwords: { owner: string; service: string }): Promise<void> {
  await ensureRoles(server, passwords);
  await ensureDatabase(server, templateDatabase);
  const ownerUrl = databaseUrl({
    port: server.port,
    role: ownerRole,
    password: passwords.owner,
    database: templateDatabase,
  });
  await migrate({ ownerUrl });
  await migrateJobs(ownerUrl);
  await withSuperuser(server, 'postgres', (client) =>
    client.query(`ALTER DATABASE ${templateDatabase} WITH ALLOW_CONNECTIONS false`),
  );
}
