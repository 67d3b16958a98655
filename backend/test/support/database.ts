/** A database of its own for each test file: cloned from the migrated template, verified and dropped when the file is done. */
import { randomUUID } from 'node:crypto';
import { Client, escapeIdentifier, Pool } from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  // Filled in by the global setup (scripts/lib/testing/postgres-setup.ts).
  interface ProvidedContext {
    postgres: {
      readonly port: number;
      readonly passwords: { readonly superuser: string; readonly owner: string; readonly service: string };
      readonly templateDatabase: string;
    };
  }
}

/** Who a connection of a test is: the service as it runs, the owner that migrates, or the superuser (to plant corruption that the database forbids). */
export type TestRole = 'service' | 'owner' | 'superuser';

/** One cloned database. */
export type TestDatabase = {
  readonly name: string;
  /** Connection string of the role that the service runs as. */
  readonly serviceUrl: string;
  /** Connection string of the role that migrates. */
  readonly ownerUrl: string;
  /** Connection string for any role. */
  readonly url: (role: TestRole) => string;
  /** A pool as the service's role, ended after the test file. */
  readonly pool: Pool;
  /** Another pool, ended after the test file. */
  readonly connect: (role: TestRole, connectionsMax?: number) => Pool;
  /** Leaves out `verify` at the end of the file: for tests that plant corruption. */
  readonly skipVerify: () => void;
};

type OpenDatabase = { readonly database: TestDatabase; readonly pools: Pool[]; isVerified: boolean };

const roleNames = { service: 'feiqian_service', owner: 'feiqian_owner', superuser: 'postgres' } as const;
const cloneAttemptsMax = 20;

// Per test file: Vitest gives each file its own copy of this module. `setup.ts` empties it after the file.
const openDatabases: OpenDatabase[] = [];

/** Clones the migrated template. Call it in the file or in `beforeAll`; the harness verifies and drops it after the file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await cloneTemplate(name);
  const pools: Pool[] = [];
  const url = (role: TestRole) => roleUrl(role, name);
  const connect = (role: TestRole, connectionsMax = 10) => {
    const pool = openQuietPool(url(role), connectionsMax);
    pools.push(pool);
    return pool;
  };
  const opened: OpenDatabase = {
    database: {
      name,
      serviceUrl: url('service'),
      ownerUrl: url('owner'),
      url,
      pool: connect('service'),
      connect,
      skipVerify: () => {
        opened.isVerified = false;
      },
    },
    pools,
    isVerified: true,
  };
  openDatabases.push(opened);
  return opened.database;
}

/** The verifier of the ledger's invariants: throws when one does not hold. */
export type Verifier = (pool: Pool) => Promise<void>;

/**
 * Ends, verifies and drops every database of this test file. Called by the setup file, not by tests.
 *
 * @throws What the verifier throws, after everything is cleaned up.
 */
export async function closeTestDatabases(verify: Verifier): Promise<void> {
  const failures: unknown[] = [];
  for (const { database, pools, isVerified } of openDatabases.splice(0)) {
    await Promise.all(pools.map((pool) => (pool.ended ? undefined : pool.end())));
    try {
      if (isVerified) await verifyDatabase(database, verify);
    } catch (error) {
      failures.push(error);
    }
    await withAdmin((admin) => admin.query(`DROP DATABASE ${escapeIdentifier(database.name)} WITH (FORCE)`));
  }
  if (failures.length > 0) throw failures[0];
}

/** Dropping the database ends sessions that are idle or just ending, which is not a failure of the test. */
function openQuietPool(connectionString: string, max: number): Pool {
  const pool = new Pool({ connectionString, max });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}

async function verifyDatabase(database: TestDatabase, verify: Verifier): Promise<void> {
  const pool = openQuietPool(database.ownerUrl, 2);
  try {
    await verify(pool);
  } finally {
    await pool.end();
  }
}

async function cloneTemplate(name: string): Promise<void> {
  const { templateDatabase } = inject('postgres');
  const statement = `CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${escapeIdentifier(templateDatabase)} OWNER ${roleNames.owner}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await withAdmin((admin) => admin.query(statement));
      return;
    } catch (error) {
      // 55006 object_in_use: another test file is cloning the template at this moment.
      if ((error as { code?: string }).code !== '55006' || attempt >= cloneAttemptsMax) throw error;
    }
  }
}

async function withAdmin<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: roleUrl('superuser', 'postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function roleUrl(role: TestRole, database: string): string {
  const { port, passwords } = inject('postgres');
  return `postgres://${roleNames[role]}:${passwords[role]}@127.0.0.1:${port}/${database}`;
}
