import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import type { LedgerProcessOptions } from '../../test/support/ledger-process.ts';
import { aWorld } from '../../test/support/ledger-world.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

const program = fileURLToPath(new URL('../../test/support/ledger-process.ts', import.meta.url));
const failpoints = [
  ...readFileSync(new URL('posting.ts', import.meta.url), 'utf8').matchAll(/failpoint\('(\w+)'\)/g),
].map(([, name]) => name ?? '');

/** Runs the process to its end; answers with what it was told is done. `killAfter` kills it once that many are. */
async function run(options: Omit<LedgerProcessOptions, 'url'>, killAfter = Number.POSITIVE_INFINITY) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, JSON.stringify({ ...options, url: database.serviceUrl })],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const done = new Set<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    done.add(line);
    if (done.size === killAfter) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.once('close', (_, name) => resolve(name)));
  return { done, signal };
}

async function countWritten(world: string) {
  const { rows } = await database.pool.query(
    `SELECT (SELECT count(*)::integer FROM idempotency_keys WHERE scope = $1) AS answers,
       (SELECT debits_posted::integer FROM ledger_accounts WHERE name = $1 || ':a') AS moved`,
    [world],
  );
  return rows[0];
}

describe('a ledger that is killed', () => {
  it('has failpoints around its commit', () => {
    expect(failpoints).toEqual(['before_ledger_post', 'after_ledger_commit']);
  });

  it.each(failpoints)('at %s leaves one effect of each command after the next try', async (failAt) => {
    const { name: world } = aWorld();
    const first = await run({ world, count: 5, failAt });
    expect(first).toEqual({ done: new Set(), signal: 'SIGKILL' });
    const second = await run({ world, count: 5 });
    expect(second.done.size).toBe(5);
    expect(await countWritten(world)).toEqual({ answers: 5, moved: 5 });
  });

  it('in the middle of its work has written whatever it said was written, whole commands only, and loses none on the next try', async () => {
    const { name: world } = aWorld();
    const { done, signal } = await run({ world, count: 900 }, 150);
    expect(signal).toBe('SIGKILL');
    const { rows } = await database.pool.query<{ key: string }>('SELECT key FROM idempotency_keys WHERE scope = $1', [
      world,
    ]);
    const stored = new Set(rows.map(({ key }) => key));
    expect([...done].filter((key) => !stored.has(key))).toEqual([]);
    await run({ world, count: 900 });
    expect(await countWritten(world)).toEqual({ answers: 900, moved: 900 });
  });
});
