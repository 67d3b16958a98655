import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { addUser, follow, until } from './harness.ts';
import type { LeaderOrder } from './leader-process.ts';
import { type Requested, readTransaction, requestIssue } from './sending.ts';
import type { TestAccount } from './traffic.ts';

const script = fileURLToPath(new URL('leader-process.ts', import.meta.url));
const lostLeadership = 'no longer leading the chain';

let chain: TestChain;
let database: TestDatabase;
let ann: TestAccount;
let userId: string;
const children: ChildProcess[] = [];
const requests: Requested[] = [];

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

type Leader = { readonly child: ChildProcess; readonly said: string[] };

function startLeader(options: Pick<LeaderOrder, 'pauseAt'> & { readonly repriceAfterMs?: number } = {}): Leader {
  const { repriceAfterMs = 60_000, ...rest } = options;
  const order: LeaderOrder = {
    databaseUrl: database.serviceUrl,
    chain: chain.chain,
    rpcUrl: chain.rpcUrl,
    issuerKey: chain.keys.issuer,
    relayerKey: chain.keys.relayer,
    settings: { repriceAfterMs, recheckMs: 30, holdMs: 30 },
    ...rest,
  };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => said.push(...chunk.toString().split('\n')));
  return { child, said };
}

async function issue(): Promise<Requested> {
  const requested = await requestIssue(database.pool, chain, { userId, to: ann.address, amount: 10_000n });
  requests.push(requested);
  return requested;
}

const isStopped = ({ child }: Leader) =>
  execFileSync('ps', ['-o', 'stat=', '-p', `${child.pid}`])
    .toString()
    .startsWith('T');
const readFence = async () =>
  Number((await database.pool.query<{ fence: bigint | string }>('SELECT fence FROM leases')).rows[0]?.fence);
const readVersions = async () =>
  (await database.pool.query('SELECT id, version, state, hash FROM chain_transactions ORDER BY id')).rows;
const untilFinal = (requested: Requested) =>
  until('it is final', async () => {
    await chain.client.mine({ blocks: 1 });
    return (await readTransaction(database.pool, requested.id)).state === 'final';
  });

async function countIssued({ reference }: Requested): Promise<number> {
  const events = await chain.client.getContractEvents({
    address: chain.addresses.cnyf,
    abi: stablecoinAbi,
    eventName: 'Issued',
    args: { reference },
    fromBlock: 0n,
  });
  return events.length;
}

async function end({ child }: Leader): Promise<void> {
  child.kill('SIGTERM');
  await until('it ends', async () => child.exitCode !== null || child.signalCode !== null);
}

describe('a leader that is stopped until another has taken over, and then woken', () => {
  it.each([
    // In the middle of the database transaction that gives out the nonce.
    'after_sign_before_commit',
    'after_commit_before_broadcast',
    'after_broadcast_before_update',
    'after_reprice_before_broadcast',
  ])('at %s writes nothing any more: no nonce and no issue twice', { timeout: 60_000 }, async (pauseAt) => {
    const isStuck = pauseAt.includes('reprice');
    await chain.client.setAutomine(!isStuck);
    const first = startLeader({ pauseAt, ...(isStuck ? { repriceAfterMs: 50 } : {}) });
    const begun = await issue();
    await until(`it stops at ${pauseAt}`, async () => isStopped(first));
    const fence = await readFence();

    const second = startLeader();
    await until('another has taken over', async () => (await readFence()) > fence);
    await chain.client.setAutomine(true);
    const meanwhile = [await issue(), await issue()];
    for (const one of [begun, ...meanwhile]) await untilFinal(one);
    const before = await readVersions();

    first.child.kill('SIGCONT');
    await until('the first knows', async () => first.said.includes(lostLeadership));
    expect(await readVersions(), 'nothing was written by the first').toEqual(before);
    const after = await issue();
    await untilFinal(after);
    await Promise.all([end(first), end(second)]);
  });

  it('has used every nonce once, and every one of them on the chain', async () => {
    const { rows } = await database.pool.query<{ nonce: string }>(
      'SELECT nonce::text FROM chain_transactions ORDER BY chain_transactions.nonce',
    );
    const [lowest] = rows;
    expect(rows.map(({ nonce }) => Number(nonce))).toEqual(requests.map((_, index) => Number(lowest?.nonce) + index));
    const { address } = privateKeyToAccount(chain.keys.issuer);
    expect(await chain.client.getTransactionCount({ address })).toBe(Number(rows.at(-1)?.nonce) + 1);
    for (const one of requests) expect(await countIssued(one)).toBe(1);
  });
});
