import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { addUser, follow, until } from './harness.ts';
import type { LeaderOrder } from './leader-process.ts';
import { readTransaction, requestIssue } from './sending.ts';
import type { TestAccount } from './traffic.ts';

const folder = fileURLToPath(new URL('../../src/chain/', import.meta.url));
const script = fileURLToPath(new URL('leader-process.ts', import.meta.url));

/** Every failpoint of the chain's code, so that a new one cannot be forgotten here. */
const failpoints = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .flatMap((name) =>
    [...readFileSync(`${folder}${name}`, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map(([, point]) => point ?? ''),
  );

let chain: TestChain;
let database: TestDatabase;
let ann: TestAccount;
let userId: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  chain = await startTestChain();
  database = await createTestDatabase();
  database.skipVerify();
  ann = await chain.createAccount();
  userId = await addUser(database.pool, ann.address);
  // The chain's row is there before the first request.
  const following = await follow({ pool: database.pool, chain });
  await following.untilHead();
  await following.stop();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await chain.stop();
});

type Leader = { readonly child: ChildProcess; readonly told: string[] };

function startLeader(failAt?: string): Leader {
  const order: LeaderOrder = {
    databaseUrl: database.serviceUrl,
    chain: chain.chain,
    rpcUrl: chain.rpcUrl,
    issuerKey: chain.keys.issuer,
    relayerKey: chain.keys.relayer,
    settings: { repriceAfterMs: failAt?.includes('reprice') ? 50 : 60_000, recheckMs: 30, holdMs: 30 },
    ...(failAt === undefined ? {} : { failAt }),
  };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const told: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) =>
    told.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('ended')),
    ),
  );
  return { child, told };
}

describe('a leader that dies', () => {
  it('has named places to die at', () => {
    expect(failpoints).toEqual(
      expect.arrayContaining([
        'after_sign_before_commit',
        'after_commit_before_broadcast',
        'after_broadcast_before_update',
      ]),
    );
    expect(new Set(failpoints).size).toBe(failpoints.length);
  });

  it.each(failpoints)(
    'at %s issues exactly once all the same, with the nonce that it had',
    { timeout: 60_000 },
    async (failAt) => {
      const isStuck = failAt.includes('reprice');
      await chain.client.setAutomine(!isStuck);
      const first = startLeader(failAt);
      const requested = await requestIssue(database.pool, chain, { userId, to: ann.address, amount: 10_000n });
      await until(`it dies at ${failAt}`, async () => {
        // Final blocks come by themselves only on a real chain.
        if (!isStuck) await chain.client.mine({ blocks: 1 });
        return first.child.signalCode === 'SIGKILL';
      });
      const before = await readTransaction(database.pool, requested.id);
      await chain.client.setAutomine(true);
      const second = startLeader();
      await until('it is final', async () => {
        await chain.client.mine({ blocks: 1 });
        return (await readTransaction(database.pool, requested.id)).state === 'final';
      });
      await until('it was told', async () => [...first.told, ...second.told].includes(`ended ${requested.id} final`));
      const after = await readTransaction(database.pool, requested.id);
      if (before.nonce !== null) expect(after.nonce).toBe(before.nonce);
      if (before.hash !== null) expect(after.attempts, 'bytes that were signed are never lost').toContain(before.hash);
      const events = await chain.client.getContractEvents({
        address: chain.addresses.cnyf,
        abi: stablecoinAbi,
        eventName: 'Issued',
        args: { reference: requested.reference },
        fromBlock: 0n,
      });
      expect(events).toHaveLength(1);
      await until(
        'that it was told is remembered',
        async () =>
          (
            await database.pool.query('SELECT FROM chain_transactions WHERE id = $1 AND handled_at IS NOT NULL', [
              requested.id,
            ])
          ).rowCount === 1,
      );
      second.child.kill('SIGTERM');
      await until('it ends', async () => second.child.exitCode !== null);
    },
  );

  it('leaves no nonce unused and none used twice', async () => {
    const { rows } = await database.pool.query<{ nonces: string; first: string; last: string }>(
      `SELECT count(DISTINCT nonce)::text AS nonces, min(nonce)::text AS first, max(nonce)::text AS last FROM chain_transactions WHERE nonce IS NOT NULL`,
    );
    expect(Number(rows[0]?.nonces)).toBe(Number(rows[0]?.last) - Number(rows[0]?.first) + 1);
    expect(Number(rows[0]?.nonces)).toBe(failpoints.length);
  });
});
