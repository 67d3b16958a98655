import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Pool } from 'pg';
import { parseEther, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { addUser, type Following, follow, until } from './harness.ts';
import { type Requested, readTransaction, requestIssue } from './sending.ts';
import { issueTokens, newReference, type TestAccount } from './traffic.ts';

let chain: TestChain;
let ann: TestAccount;
let pool: Pool;
let userId: string;
let open: Following[] = [];

beforeAll(async () => {
  chain = await startTestChain();
  ann = await chain.createAccount();
});
beforeEach(async () => {
  const database = await createTestDatabase();
  // Issued past the books: these tests are about the sender alone.
  database.skipVerify();
  pool = database.pool;
  userId = await addUser(pool, ann.address);
});
afterEach(async () => {
  await chain.client.setAutomine(true);
  await Promise.all(open.map((one) => one.stop()));
  open = [];
});
afterAll(() => chain.stop());

async function followed(options: Partial<Parameters<typeof follow>[0]> = {}): Promise<Following> {
  const following = await follow({ pool, chain, ...options });
  open.push(following);
  await following.untilHead();
  return following;
}
const issuer = () => privateKeyToAccount(chain.keys.issuer);
const issue = (amount: bigint, reference = newReference()) =>
  requestIssue(pool, chain, { userId, to: ann.address, amount, reference });
const untilState = (requested: Requested, state: string) =>
  until(`the transaction is ${state}`, async () => {
    const row = await readTransaction(pool, requested.id);
    return row.state === state && row;
  });
/** Mined, and perhaps final already by the blocks of others. */
const untilDone = (requested: Requested) =>
  until('the transaction is mined', async () => {
    const row = await readTransaction(pool, requested.id);
    return (row.state === 'mined' || row.state === 'final') && row;
  });
const countIssued = async ({ reference }: Requested) =>
  (
    await chain.client.getContractEvents({
      address: chain.addresses.cnyf,
      abi: stablecoinAbi,
      eventName: 'Issued',
      args: { reference },
      fromBlock: 0n,
    })
  ).length;

describe('sending what was requested', () => {
  it('signs, broadcasts, follows to the final block and tells who asked', async () => {
    const following = await followed();
    const requested = await issue(1_000_000n);
    const mined = await untilState(requested, 'mined');
    expect(mined.attempts).toEqual([mined.hash]);
    expect(following.ended).toEqual([]);
    await chain.finalize();
    await untilState(requested, 'final');
    await until('it was told', async () => following.ended.length === 1);
    expect(following.ended[0]).toMatchObject({
      id: requested.id,
      state: 'final',
      purpose: 'issue',
      movementId: requested.movementId,
      hash: mined.hash,
    });
    expect(await countIssued(requested)).toBe(1);
  });

  it('gives many requests nonces without a gap and issues each once', async () => {
    await followed();
    const first = await chain.client.getTransactionCount(issuer());
    const requests = await Promise.all(Array.from({ length: 45 }, (_, index) => issue(10_000n * BigInt(index + 1))));
    const rows = await Promise.all(requests.map(untilDone));
    expect(rows.map(({ nonce }) => Number(nonce)).sort((left, right) => left - right)).toEqual(
      requests.map((_, index) => first + index),
    );
    for (const one of requests) expect(await countIssued(one)).toBe(1);
  });

  it('ends a request that would revert without using a nonce, with the name of the contract’s error', async () => {
    const following = await followed();
    const done = await issue(10_000n);
    await untilState(done, 'mined');
    const again = await issue(20_000n, done.reference);
    const odd = await issue(12_345n);
    expect(await untilState(again, 'failed')).toMatchObject({
      reason: 'StablecoinIssueReferenceUsed',
      nonce: null,
      attempts: [],
    });
    expect(await untilState(odd, 'failed')).toMatchObject({ reason: 'StablecoinAmountInvalid', nonce: null });
    const next = await issue(30_000n);
    const [{ nonce: before }, { nonce: after }] = [
      await readTransaction(pool, done.id),
      await untilState(next, 'mined'),
    ];
    expect(Number(after)).toBe(Number(before) + 1);
    await until('both were told', async () => following.ended.length === 2);
  });

  it('keeps an issue waiting while the contract is paused, and sends it afterwards', async () => {
    await followed({ settings: { holdMs: 20 } });
    const admin = privateKeyToAccount(chain.keys.admin);
    await chain.client.writeContract({
      account: admin,
      address: chain.addresses.cnyf,
      abi: stablecoinAbi,
      functionName: 'pause',
    });
    const requested = await issue(10_000n);
    await until(
      'it says why it waits',
      async () => (await readTransaction(pool, requested.id)).reason === 'EnforcedPause',
    );
    expect((await readTransaction(pool, requested.id)).state).toBe('requested');
    await chain.client.writeContract({
      account: admin,
      address: chain.addresses.cnyf,
      abi: stablecoinAbi,
      functionName: 'unpause',
    });
    expect(await untilState(requested, 'mined')).toMatchObject({ reason: null });
  });

  it('waits for coin when the sender cannot pay, and goes on when it can', async () => {
    await followed({ settings: { holdMs: 20 } });
    await chain.client.setBalance({ address: issuer().address, value: 1n });
    const requested = await issue(10_000n);
    await until(
      'it says why it waits',
      async () => (await readTransaction(pool, requested.id)).reason === 'SENDER_FUNDS_MISSING',
    );
    await chain.client.setBalance({ address: issuer().address, value: parseEther('10') });
    await untilState(requested, 'mined');
  });

  it('fails a transaction that reverted in its block only once that block is final', async () => {
    const following = await followed();
    await chain.client.setAutomine(false);
    const requested = await issue(10_000n);
    await untilState(requested, 'broadcast');
    // A dearer transaction gets in first and makes ours impossible.
    const admin = privateKeyToAccount(chain.keys.admin);
    const frozen = await chain.client.writeContract({
      account: admin,
      address: chain.addresses.cnyf,
      abi: stablecoinAbi,
      functionName: 'freeze',
      args: [ann.address],
      gas: 100_000n,
      maxFeePerGas: parseGwei('100'),
      maxPriorityFeePerGas: parseGwei('50'),
    });
    await chain.client.mine({ blocks: 1 });
    await chain.client.setAutomine(true);
    expect((await chain.client.getTransactionReceipt({ hash: frozen })).status).toBe('success');
    const mined = await untilState(requested, 'mined');
    expect(following.ended).toEqual([]);
    await chain.finalize();
    await untilState(requested, 'failed');
    await until('it was told', async () => following.ended.length === 1);
    expect(following.ended[0]).toMatchObject({ state: 'failed', hash: mined.hash });
    await chain.client.writeContract({
      account: admin,
      address: chain.addresses.cnyf,
      abi: stablecoinAbi,
      functionName: 'unfreeze',
      args: [ann.address],
    });
  });

  it('tells again until whoever asked has booked it', async () => {
    let calls = 0;
    await followed({
      onEnded: async () => {
        calls += 1;
        if (calls < 3) throw new Error('the books are closed');
      },
    });
    const requested = await issue(10_000n);
    await untilState(requested, 'mined');
    await chain.finalize();
    await until('it was told three times', async () => calls === 3);
    await until(
      'that is remembered',
      async () =>
        (await pool.query('SELECT FROM chain_transactions WHERE id = $1 AND handled_at IS NOT NULL', [requested.id]))
          .rowCount === 1,
    );
  });
});

describe('a transaction that is not mined', () => {
  afterEach(async () => {
    await chain.client.setAutomine(true);
    await chain.client.mine({ blocks: 1 });
  });

  it('is priced higher with the same nonce until it is', async () => {
    await followed({ settings: { repriceAfterMs: 50, recheckMs: 20 } });
    await chain.client.setAutomine(false);
    const requested = await issue(10_000n);
    const first = await untilState(requested, 'broadcast');
    const repriced = await until('it was priced higher', async () => {
      const row = await readTransaction(pool, requested.id);
      return row.attempts.length >= 2 && row.state === 'broadcast' && row;
    });
    expect(repriced.nonce).toBe(first.nonce);
    expect(new Set(repriced.attempts).size).toBe(repriced.attempts.length);
    await chain.client.mine({ blocks: 1 });
    const mined = await untilState(requested, 'mined');
    expect(mined.attempts).toContain(mined.hash);
    expect(await countIssued(requested)).toBe(1);
  });

  it('never costs more than the operator allows', async () => {
    const { baseFeePerGas } = await chain.client.getBlock();
    await followed({
      settings: { repriceAfterMs: 20, recheckMs: 10, maxFeePerGasMax: (baseFeePerGas ?? 0n) * 2n + parseGwei('1') },
    });
    await chain.client.setAutomine(false);
    const requested = await issue(10_000n);
    await untilState(requested, 'broadcast');
    await until('it was looked at a few times', async () => {
      const { rows } = await pool.query<{ age: number }>(
        `SELECT extract(epoch FROM now() - created_at)::float8 AS age FROM chain_transaction_attempts WHERE transaction_id = $1`,
        [requested.id],
      );
      return (rows[0]?.age ?? 0) > 0.3;
    });
    expect((await readTransaction(pool, requested.id)).attempts).toHaveLength(1);
  });

  it('is broadcast again when the node has forgotten it', async () => {
    await followed({ settings: { recheckMs: 20 } });
    await chain.client.setAutomine(false);
    const requested = await issue(10_000n);
    const { hash } = await untilState(requested, 'broadcast');
    await chain.client.dropTransaction({ hash: hash ?? '0x' });
    await until(
      'the node has it again',
      async () => (await chain.client.getTransaction({ hash: hash ?? '0x' }).catch(() => undefined))?.hash === hash,
    );
    await chain.client.mine({ blocks: 1 });
    expect(await untilState(requested, 'mined')).toMatchObject({ hash, attempts: [hash] });
  });

  it('goes back to being broadcast when its block is replaced, and is mined again', async () => {
    await followed({ settings: { recheckMs: 20 } });
    await chain.client.mine({ blocks: 4 });
    const snapshot = await chain.client.snapshot();
    const requested = await issue(10_000n);
    const first = await untilState(requested, 'mined');
    await chain.client.setAutomine(false);
    await chain.client.revert({ id: snapshot });
    await chain.client.mine({ blocks: 2 });
    await untilState(requested, 'broadcast');
    await until(
      'the node has it again',
      async () =>
        (await chain.client.getTransaction({ hash: first.hash ?? '0x' }).catch(() => undefined)) !== undefined,
    );
    await chain.client.mine({ blocks: 1 });
    const second = await untilState(requested, 'mined');
    expect(second.hash).toBe(first.hash);
    expect(second.block_number).not.toBe(first.block_number);
    expect(await countIssued(requested)).toBe(1);
  });

  it('counts as replaced once its nonce is used up by somebody else in a final block', async () => {
    const following = await followed({ settings: { recheckMs: 20 } });
    await chain.client.setAutomine(false);
    const requested = await issue(10_000n);
    const { hash, nonce } = await untilState(requested, 'broadcast');
    await chain.client.dropTransaction({ hash: hash ?? '0x' });
    await chain.client.sendTransaction({
      account: issuer(),
      to: ann.address,
      value: 0n,
      nonce: Number(nonce),
      gas: 21_000n,
      maxFeePerGas: parseGwei('100'),
      maxPriorityFeePerGas: parseGwei('90'),
    });
    await chain.client.mine({ blocks: 1 });
    await chain.finalize();
    expect(await untilState(requested, 'replaced')).toMatchObject({ reason: 'NONCE_USED' });
    await until('it was told', async () => following.ended.length === 1);
    expect(await countIssued(requested)).toBe(0);
  });
});

describe('two leaders', () => {
  it('never send at the same time; the second goes on where the first stopped', async () => {
    const [one, two] = [await followed(), await followed()];
    expect([one, two].filter(({ chains }) => chains.isLeading(chain.chainId))).toHaveLength(1);
    const requests = await Promise.all(Array.from({ length: 10 }, () => issue(10_000n)));
    await Promise.all(requests.map(untilDone));
    const leading = one.chains.isLeading(chain.chainId) ? one : two;
    await leading.stop();
    open = open.filter((each) => each !== leading);
    const after = await issue(20_000n);
    await untilState(after, 'mined');
    for (const each of [...requests, after]) expect(await countIssued(each)).toBe(1);
  });

  it('take over from one that was silent, whose late writes are refused', async () => {
    const first = await followed();
    const done = await issue(10_000n);
    await untilState(done, 'mined');
    // As if the first leader's process had been stopped for longer than its lease lasts.
    await pool.query(
      `UPDATE leases SET holder = 'somebody else', fence = fence + 1, expires_at = now() + interval '1 second'`,
    );
    const waiting = await issue(20_000n);
    await until('it has noticed', async () => !first.chains.isLeading(chain.chainId));
    expect((await readTransaction(pool, waiting.id)).state).toBe('requested');
    await untilState(waiting, 'mined');
    const { rows } = await pool.query<{ fence: string }>('SELECT fence FROM leases');
    expect(Number(rows[0]?.fence)).toBe(3);
    expect(await countIssued(waiting)).toBe(1);
  });
});

describe('a key that was used elsewhere before', () => {
  it('goes on from the chain’s own count', async () => {
    await issueTokens(chain, ann.address, 10_000n);
    const count = await chain.client.getTransactionCount(issuer());
    await followed();
    const requested = await issue(10_000n);
    expect(Number((await untilState(requested, 'mined')).nonce)).toBe(count);
  });
});
