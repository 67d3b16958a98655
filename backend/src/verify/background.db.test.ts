import Fastify from 'fastify';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { useForAWhile } from '../../test/support/used-books.ts';
import { registerHealth } from '../http/health.ts';
import { type BackgroundVerifier, createBackgroundVerifier } from './background.ts';

let database: TestDatabase;
const broken: string[] = [];
const failures: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await useForAWhile(database);
});

const created: BackgroundVerifier[] = [];
afterAll(() => Promise.all(created.map((verifier) => verifier.stop())));

function aReplica(): BackgroundVerifier {
  const verifier = createBackgroundVerifier({
    pool: database.connect('service', 2),
    everyMs: 3_600_000,
    onBroken: ({ name }) => broken.push(name),
    onFailure: (error) => failures.push(error),
  });
  created.push(verifier);
  return verifier;
}

async function readMetrics(verifier: BackgroundVerifier): Promise<string> {
  const app = Fastify();
  registerHealth(app, async () => ({ ready: true, parts: {} }), verifier.latest);
  const { body } = await app.inject('/metrics');
  await app.close();
  return body;
}

it('tells the figures of each invariant, and once what is newly broken', async () => {
  const owner = database.connect('owner', 1);
  const verifier = aReplica();
  await verifier.run();
  expect(await readMetrics(verifier)).toContain('feiqian_verify_violations{invariant="ledger.balanced"} 0\n');
  expect(broken).toEqual([]);

  await owner.query(`UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE name = 'bank:first'`);
  await verifier.run();
  await verifier.run();
  expect(broken).toEqual(['ledger.balanced', 'ledger.balances']);
  const metrics = await readMetrics(verifier);
  expect(metrics).toContain('feiqian_verify_violations{invariant="ledger.balanced"} 1\n');
  expect(metrics).toMatch(/feiqian_verify_age_seconds\{part="books"\} \d/);
  expect(metrics).toMatch(/feiqian_verify_duration_seconds\{part="books"\} \d/);

  await owner.query(`UPDATE ledger_accounts SET credits_posted = credits_posted - 1 WHERE name = 'bank:first'`);
  await verifier.run();
  expect(await readMetrics(verifier)).toContain('feiqian_verify_violations{invariant="ledger.balanced"} 0\n');
  await verifier.stop();
});

it('lets one replica look, and another when that one is gone', async () => {
  const [first, second] = [aReplica(), aReplica()];
  await first.run();
  await second.run();
  expect(first.latest()).toBeDefined();
  expect(second.latest()).toBeUndefined();
  expect(await readMetrics(second)).not.toContain('feiqian_verify_violations{');

  await first.stop();
  await second.run();
  expect(second.latest()).toBeDefined();
  await second.stop();
});

it('goes on after its connection broke', async () => {
  const verifier = aReplica();
  await verifier.run();
  const before = verifier.latest();
  await database
    .connect('superuser', 1)
    .query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
  await verifier.run();
  expect(failures).toHaveLength(1);
  expect(verifier.latest()).toBe(before);
  // The lead is free once the database has noticed.
  await vi.waitFor(
    async () => {
      await verifier.run();
      expect(verifier.latest()).not.toBe(before);
    },
    { timeout: 20_000 },
  );
});
