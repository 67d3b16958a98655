import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Pool } from 'pg';
import { type Address, type Hash, type Hex, parseEther, parseSignature } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { addUser, type Following, follow, until } from './harness.ts';
import { type RequestedRelay, readTransaction, requestRelay } from './sending.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

const bob: Address = '0x00000000000000000000000000000000000000B0';
let chain: TestChain;
let pool: Pool;
/** For what the service itself is refused. */
let superuser: Pool;
let following: Following;
let ann: TestAccount;
let userId: string;
let relayer: Address;

beforeAll(async () => {
  chain = await startTestChain();
  const database = await createTestDatabase();
  // Ann's tokens are issued past the books.
  database.skipVerify();
  pool = database.pool;
  superuser = database.connect('superuser', 1);
  ann = await chain.createAccount('1');
  relayer = privateKeyToAccount(chain.keys.relayer).address;
  userId = await addUser(pool, ann.address);
  await issueTokens(chain, ann.address, 100_000_000n);
  following = await follow({ pool, chain, settings: { holdMs: 30, recheckMs: 30 } });
  await following.untilHead();
});
beforeEach(() => chain.client.setBalance({ address: relayer, value: parseEther('10') }));
afterAll(async () => {
  await following.stop();
  await chain.stop();
});

/** A relay that waits to be signed, because its sender cannot pay for it. */
async function aWaitingRelay(amount: bigint): Promise<RequestedRelay> {
  await chain.client.setBalance({ address: relayer, value: 1n });
  const requested = await requestRelay(pool, chain, { userId, from: ann, to: bob, amount });
  await until('it waits', async () => (await readTransaction(pool, requested.id)).reason === 'SENDER_FUNDS_MISSING');
  return requested;
}

/** Submits a relay as anybody can. */
async function submit({ data }: RequestedRelay, key: Hex): Promise<Hash> {
  const account = privateKeyToAccount(key);
  await chain.client.setBalance({ address: account.address, value: parseEther('10') });
  return chain.client.sendTransaction({ account, to: chain.addresses.relay, data, gas: 500_000n });
}

const received = () =>
  chain.client.readContract({
    address: chain.addresses.cnyf,
    abi: stablecoinAbi,
    functionName: 'balanceOf',
    args: [bob],
  });
const untilState = (id: string, state: string) =>
  until(`it is ${state}`, async () => {
    const row = await readTransaction(pool, id);
    return row.state === state && row;
  });
const readMovement = async ({ movementId }: RequestedRelay) =>
  (await pool.query('SELECT state, reason FROM movements WHERE id = $1', [movementId])).rows[0];
const entriesOf = async ({ movementId }: RequestedRelay, hash: Hash) =>
  (
    await pool.query(
      'SELECT status, tx_hash FROM history_entries WHERE user_id = $1 AND (movement_id = $2 OR tx_hash = $3)',
      [userId, movementId, hash],
    )
  ).rows;

describe('a relay whose authorization was used before it was signed', () => {
  it.each([
    ['somebody else', () => chain.keys.admin, false],
    ['us, which the database has forgotten', () => chain.keys.relayer, false],
    ['us, which only the bytes tell of', () => chain.keys.relayer, true],
  ] as const)('by %s has happened, and is final with the block that it happened in', async (_, keyOf, isKnown) => {
    const before = await received();
    const requested = await aWaitingRelay(1_000_000n);
    const hash = await submit(requested, keyOf());
    if (isKnown)
      await superuser.query(
        `INSERT INTO chain_transaction_attempts (hash, transaction_id, raw) VALUES ($1, $2, '0x')`,
        [hash, requested.id],
      );
    await chain.client.setBalance({ address: relayer, value: parseEther('10') });
    await until('it is noticed', async () => (await readTransaction(pool, requested.id)).reason === 'Eip3009NonceUsed');
    expect((await readTransaction(pool, requested.id)).state, 'nothing is decided before it is final').toBe(
      'requested',
    );
    await chain.finalize();
    expect(await untilState(requested.id, 'final')).toMatchObject({ hash, nonce: null, reason: null });
    expect(await readMovement(requested)).toEqual({ state: 'final', reason: null });
    expect(await entriesOf(requested, hash), 'and is one entry').toEqual([{ status: 'completed', tx_hash: hash }]);
    expect(await received()).toBe(before + 1_000_000n);
  });

  it('by its holder, who called it off, has failed, once that is final', async () => {
    const before = await received();
    const requested = await aWaitingRelay(2_000_000n);
    const signature = await ann.signTypedData({
      domain: { name: 'Feiqian CNY', version: '1', chainId: chain.chainId, verifyingContract: chain.addresses.cnyf },
      types: {
        CancelAuthorization: [
          { name: 'authorizer', type: 'address' },
          { name: 'nonce', type: 'bytes32' },
        ],
      },
      primaryType: 'CancelAuthorization',
      message: { authorizer: ann.address, nonce: requested.nonce },
    });
    const { r, s, v = 27n } = parseSignature(signature);
    const hash = await chain.client.writeContract({
      account: ann,
      address: chain.addresses.cnyf,
      abi: stablecoinAbi,
      functionName: 'cancelAuthorization',
      args: [ann.address, requested.nonce, Number(v), r, s],
    });
    await chain.client.setBalance({ address: relayer, value: parseEther('10') });
    await until('it is noticed', async () => (await readTransaction(pool, requested.id)).reason === 'Eip3009NonceUsed');
    expect((await readTransaction(pool, requested.id)).state).toBe('requested');
    await chain.finalize();
    expect(await untilState(requested.id, 'failed')).toMatchObject({
      reason: 'Eip3009NonceUsed',
      nonce: null,
      attempts: [],
    });
    expect((await readMovement(requested))?.state).toBe('failed');
    expect((await entriesOf(requested, hash)).map(({ status }) => status)).toEqual(['failed']);
    expect(await received()).toBe(before);
  });

  it('does not take for its own what another request of ours did', async () => {
    const done = await requestRelay(pool, chain, { userId, from: ann, to: bob, amount: 3_000_000n });
    await untilState(done.id, 'mined');
    const waiting = await aWaitingRelay(3_000_000n);
    // As if both paid the same: only then could one be taken for the other.
    await superuser.query('SET session_replication_role = replica');
    await superuser.query('UPDATE movements SET reference = $2 WHERE id = $1', [waiting.movementId, done.reference]);
    await superuser.query('UPDATE chain_transactions SET reason = $2 WHERE id = $1', [waiting.id, 'Eip3009NonceUsed']);
    await chain.finalize();
    await untilState(done.id, 'final');
    expect((await readTransaction(pool, waiting.id)).state).toBe('requested');
  });
});
