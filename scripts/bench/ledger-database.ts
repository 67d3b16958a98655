/** A database of its own for the ledger's benchmark: the product's settings and tables, with people who have money and sessions. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toAmount } from '@feiqian/domain/money';
import { migrateJobs } from '../../backend/src/database/jobs.ts';
import { migrate } from '../../backend/src/database/migrate.ts';
import { openPool, type Pool } from '../../backend/src/database/pool.ts';
import { createSessionToken } from '../../backend/src/identity/sessions.ts';
import { gatewayReceivable, userCash } from '../../backend/src/ledger/accounts.ts';
import type { AccountSpec } from '../../backend/src/ledger/command.ts';
import { businessId } from '../../backend/src/ledger/ids.ts';
import { createLedger, type Ledger } from '../../backend/src/ledger/ledger.ts';
import { databaseUrl, ensureDatabase, ensureRoles, ownerRole, serviceRole } from '../lib/database-roles.ts';
import { findFreePort } from '../lib/ports.ts';
import { startPostgres } from '../lib/postgres.ts';
import { startGuard } from '../lib/processes/guard.ts';
import { databaseSettings } from '../lib/product/database.ts';

/** Somebody with a session. */
export type BenchPerson = { readonly id: string; readonly handle: string; readonly token: string };

/** The database with what is in it. */
export type BenchDatabase = {
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  readonly pool: Pool;
  readonly ledger: Ledger;
  /** Accounts that can pay for as long as the benchmark runs. */
  readonly accounts: readonly AccountSpec[];
  readonly people: readonly BenchPerson[];
  readonly stop: () => Promise<void>;
};

/** The currency of everything that is measured. */
export const benchAsset = 'iso4217:CNY';

const accountsMax = 50_000;
const peopleMax = 1000;
const databaseName = 'bench';

/** Starts a server in a temporary folder and fills it. Everything is gone after `stop`, or when the process dies. */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-bench-'));
  // PostgreSQL may run as another user (see postgres-owner.ts), who has to pass through.
  chmodSync(folder, 0o711);
  const passwords = { superuser: randomUUID(), owner: randomUUID(), service: randomUUID() };
  const port = await findFreePort();
  const guard = startGuard();
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port,
    superuserPassword: passwords.superuser,
    settings: databaseSettings,
    onSpawn: ({ pid }) => pid !== undefined && guard.watch(pid, 'SIGINT'),
  });
  const access = { port, superuserPassword: passwords.superuser };
  await ensureRoles(access, passwords);
  await ensureDatabase(access, databaseName);
  const url = (role: string, password: string) => databaseUrl({ port, role, password, database: databaseName });
  const [ownerUrl, serviceUrl] = [url(ownerRole, passwords.owner), url(serviceRole, passwords.service)];
  await migrate({ ownerUrl });
  await migrateJobs(ownerUrl);
  const pool = openPool({ url: serviceUrl, max: 8, name: 'feiqian bench', onIdleError: () => undefined });
  const ledger = createLedger({ pool });
  const people = await addPeople(pool);
  const accounts = Array.from({ length: accountsMax }, (_, index) =>
    userCash(people[index]?.id ?? businessId('bench', `${index}`), benchAsset),
  );
  await fund(ledger, accounts);
  await analyse(ownerUrl);
  return {
    ...{ ownerUrl, serviceUrl, pool, ledger, accounts, people },
    stop: async () => {
      await ledger.close();
      await pool.end();
      await server.stop();
      guard.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function addPeople(pool: Pool): Promise<BenchPerson[]> {
  const people = Array.from({ length: peopleMax }, (_, index) => ({
    id: businessId('bench', `${index}`),
    handle: `person${index}`,
    ...createSessionToken(),
  }));
  await pool.query(
    `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency)
     SELECT id, handle || '@example.com', handle, '{}', '', 'en', 'CNY' FROM unnest($1::uuid[], $2::text[]) AS p (id, handle)`,
    [people.map(({ id }) => id), people.map(({ handle }) => handle)],
  );
  await pool.query(
    `INSERT INTO sessions (token_hash, user_id, user_agent, expires_at)
     SELECT hash, id, '', now() + interval '1 day' FROM unnest($1::bytea[], $2::uuid[]) AS s (hash, id)`,
    [people.map(({ tokenHash }) => tokenHash), people.map(({ id }) => id)],
  );
  return people;
}

/** By real transfers, so that the books are books, and everything is warm. */
async function fund(ledger: Ledger, accounts: readonly AccountSpec[]): Promise<void> {
  const chunk = 2000;
  for (let from = 0; from < accounts.length; from += chunk) {
    const part = accounts.slice(from, from + chunk);
    await Promise.all(
      part.map((credit) =>
        ledger.post({
          transfers: [
            {
              id: randomUUID(),
              phase: 'posted',
              debit: gatewayReceivable('bench', benchAsset),
              credit,
              amount: toAmount(1_000_000_000n),
              kind: 'top_up',
            },
          ],
        }),
      ),
    );
  }
}

async function analyse(ownerUrl: string): Promise<void> {
  const owner = openPool({ url: ownerUrl, max: 1, name: 'feiqian bench', onIdleError: () => undefined });
  await owner.query('VACUUM ANALYZE');
  await owner.end();
}
