/** Vitest setup file of the backend: after each test file the ledger's invariants are checked and its databases dropped. */
import { existsSync } from 'node:fs';
import type { Pool } from 'pg';
import { afterAll } from 'vitest';
import { closeTestDatabases } from './database.ts';

// Hooks run in reverse order of registration, so the file's own come first and have ended its services by now.
afterAll(async () => {
  await closeTestDatabases(verifyAll);
});

async function verifyAll(pool: Pool): Promise<void> {
  const url = new URL('../../src/verify/verify-all.ts', import.meta.url);
  if (!existsSync(url)) return;
  const { verifyAll: verify } = (await import(url.href)) as { verifyAll: (pool: Pool) => Promise<unknown> };
  await verify(pool);
}
