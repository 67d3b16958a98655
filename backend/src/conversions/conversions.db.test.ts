import { randomUUID } from 'node:crypto';
import type { ConversionRequest } from '@feiqian/domain/api/chain';
import { buildRedeemTypedData } from '@feiqian/domain/authorizations';
import { listAssets } from '@feiqian/domain/chains';
import type { Address, Hex } from 'viem';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  anAddress,
  bytes32,
  chainId,
  checkout,
  cny,
  cnyf,
  cnyfAsset,
  issueFacts,
  redeemFacts,
  relay,
} from '../../test/support/chain-facts.ts';
import { createTestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson, type Facts } from '../../test/support/facts.ts';
import { openPool, type Pool } from '../database/pool.ts';
import { createHistoryStore } from '../history/store.ts';
import { readBalances } from '../ledger/balances.ts';
import { businessId } from '../ledger/ids.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { postUnwatched } from '../ledger/watched.ts';
import { assertVerified } from '../verify/verify-all.ts';
import { issueReference } from './issue.ts';
import { createConversionService } from './service.ts';
import { createSettlement } from './settlement.ts';
import { createConversionStore, type SettlementEvent } from './store.ts';

const chain = {
  chainId,
  name: 'Test chain',
  native: { symbol: 'ETH', decimals: 18 },
  finality: { kind: 'depth', blocks: 3 },
  ephemeral: true,
  tokens: [{ symbol: 'CNYF', name: 'Feiqian CNY', address: cnyf, decimals: 6, cash: cny }],
  relay,
  checkout,
  startBlock: 0,
} as const;
const assets = listAssets([chain]);
const [issuer, relayer] = [anAddress(), anAddress()];
const cent = 10_000n;

let pool: Pool;
let ledger: Ledger;
let facts: Facts;
let alice: FactPerson & { readonly account: PrivateKeyAccount };
let suspended: SettlementEvent[];
let isIssued: boolean;
let refusal: string | undefined;
let bridge: boolean;

/** A database of its own for each test: a chain that begins anew writes off what every other test issued. */
beforeEach(async () => {
  const database = await createTestDatabase();
  // Each test verifies its own.
  database.skipVerify();
  pool = openPool({ url: database.serviceUrl, name: 'conversions test', onIdleError: () => undefined });
  ledger = createLedger({ pool });
  facts = createFacts(pool, ledger);
  await facts.chain();
  alice = await aPerson();
  [suspended, isIssued, refusal, bridge] = [[], false, undefined, true];
  return async () => {
    await assertVerified(pool);
    await ledger.close();
    await pool.end();
  };
});

async function aPerson(): Promise<typeof alice> {
  const account = privateKeyToAccount(generatePrivateKey());
  const person = { ...(await facts.person()), address: account.address, account };
  await facts.link(person.id, account.address);
  return person;
}

const service = () =>
  createConversionService({
    ledger,
    postWatched: postUnwatched(ledger),
    store: createConversionStore(pool),
    assets,
    bridge,
    issuer,
    relayer,
    clock: () => new Date(),
    findAddressOwner: async (address) =>
      (await pool.query<{ user_id: string }>('SELECT user_id FROM addresses WHERE address = $1', [address])).rows[0]
        ?.user_id,
    simulate: async () => refusal,
    isIssued: async () => isIssued,
  });
const settlement = () =>
  createSettlement({
    ledger,
    store: createConversionStore(pool),
    assets,
    startAfter: () => -1n,
    onSuspense: (event) => void suspended.push(event),
  });
const settle = () => settlement().settleFinalized(chainId);

const idempotency = (key: string = randomUUID()) => ({ scope: 'test', key, requestHash: 'a'.repeat(64) });

async function fund(person: FactPerson, amount: bigint): Promise<void> {
  await facts.payTopUp(person, await facts.topUp(person, amount), amount);
}

const issueRequest = (amount: bigint, address: Address = alice.address): ConversionRequest => ({
  direction: 'issue',
  money: { asset: cny, amount: `${amount}` },
  token: cnyfAsset,
  address,
});

async function issue(amount: bigint, key?: string): Promise<string> {
  const { body } = await service().convert(alice.id, issueRequest(amount), idempotency(key));
  return (body as { id: string }).id;
}

async function redeemRequest(
  amount: bigint,
  {
    reference = bytes32(),
    signer = alice.account,
    validBefore = 4_000_000_000n,
  }: { reference?: Hex; signer?: PrivateKeyAccount; validBefore?: bigint } = {},
): Promise<ConversionRequest> {
  const authorization = { holder: alice.address, reference, amount, validAfter: 0n, validBefore };
  const signature = await signer.signTypedData(
    buildRedeemTypedData({ name: 'Feiqian CNY', version: '1', chainId, verifyingContract: cnyf }, authorization),
  );
  return {
    direction: 'redeem',
    chainId,
    token: cnyf,
    holder: alice.address,
    reference,
    amount: `${amount}`,
    validAfter: '0',
    validBefore: `${validBefore}`,
    signature,
  };
}

async function redeem(amount: bigint, reference: Hex): Promise<string> {
  const { body } = await service().convert(alice.id, await redeemRequest(amount, { reference }), idempotency());
  return (body as { id: string }).id;
}

/** Mines events and makes them final. */
async function finalize(block: number, events: Parameters<Facts['mine']>[1]): Promise<void> {
  await facts.mine(block, events);
  await facts.finalize(block);
}

const stateOf = async (id: string) => {
  const { rows } = await pool.query<{ state: string; reason: string | null }>(
    'SELECT state, reason FROM movements WHERE id = $1',
    [id],
  );
  return rows[0];
};
const cashOf = async (person: FactPerson) =>
  (await readBalances(pool, person.id)).map(({ available, pending }) => [available, pending]);
const issuedNow = async (): Promise<bigint> => {
  const { rows } = await pool.query<{ amount: string }>(
    `SELECT (credits_posted - debits_posted)::text AS amount FROM ledger_accounts WHERE name = $1`,
    [`issued:${cnyfAsset}`],
  );
  return BigInt(rows[0]?.amount ?? '0');
};
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('cash to tokens', () => {
  beforeEach(() => fund(alice, 10_000n));

  it('is reserved at once, asked of the chain, and booked when its event is final', async () => {
    const id = await issue(6_000n);
    expect(await stateOf(id)).toEqual({ state: 'issuing', reason: null });
    expect(await cashOf(alice)).toEqual([[4_000n, 6_000n]]);
    const { rows } = await pool.query('SELECT purpose, state, sender, to_address, movement_id FROM chain_transactions');
    expect(rows).toEqual([{ purpose: 'issue', state: 'requested', sender: issuer, to_address: cnyf, movement_id: id }]);
    await facts.mine(5, issueFacts(bytes32(), alice.address, 6_000n * cent, issueReference(id)));
    await settle();
    expect([await stateOf(id), await issuedNow()]).toEqual([{ state: 'issuing', reason: null }, 0n]);
    await facts.finalize(5);
    await settle();
    expect(await stateOf(id)).toEqual({ state: 'issued', reason: null });
    expect([await cashOf(alice), await issuedNow()]).toEqual([[[4_000n, 0n]], 6_000n * cent]);
    expect(await service().get(alice.id, id)).toMatchObject({
      kind: 'conversion',
      state: 'issued',
      money: { asset: cny, amount: '6000' },
    });
    await expect(service().get(randomUUID(), id)).rejects.toEqual(code('NOT_FOUND'));
  });

  it('is the same conversion when it is asked for again under its key', async () => {
    expect(await issue(6_000n, 'the same key')).toBe(await issue(6_000n, 'the same key'));
    expect(await cashOf(alice)).toEqual([[4_000n, 6_000n]]);
  });

  it('is booked once, and with the block, when several settle at the same time', async () => {
    const ids = [await issue(1_000n), await issue(2_000n), await issue(3_000n)];
    for (const [index, id] of ids.entries())
      await facts.mine(
        5 + index,
        issueFacts(bytes32(), alice.address, BigInt(index + 1) * 1_000n * cent, issueReference(id)),
      );
    await facts.finalize(6);
    await Promise.all([settle(), settle(), settle()]);
    expect(await issuedNow()).toBe(3_000n * cent);
    await assertVerified(pool);
    await facts.finalize(7);
    await Promise.all([settle(), settle()]);
    expect(await issuedNow()).toBe(6_000n * cent);
    expect(suspended).toEqual([]);
  });

  it('gives the cash back when the transaction failed and the contract knows nothing of it', async () => {
    const id = await issue(6_000n);
    await service().handleEnded({ purpose: 'issue', state: 'failed', movementId: id, reason: 'EnforcedPause' });
    expect([await stateOf(id), await cashOf(alice)]).toEqual([
      { state: 'failed', reason: 'EnforcedPause' },
      [[10_000n, 0n]],
    ]);
    await service().handleEnded({ purpose: 'issue', state: 'failed', movementId: id, reason: 'EnforcedPause' });
    const [entry] = (
      await createHistoryStore(pool).list(alice.id, { kind: 'conversion' }, { after: undefined, limit: 5 })
    ).items;
    expect(entry).toMatchObject({ status: 'failed', holder: 'you', reason: 'EnforcedPause' });
  });

  it('stays reserved when the transaction failed but the contract has issued: the books follow the event', async () => {
    const id = await issue(6_000n);
    isIssued = true;
    await service().handleEnded({ purpose: 'issue', state: 'replaced', movementId: id, reason: 'NONCE_USED' });
    expect(await stateOf(id)).toEqual({ state: 'issuing', reason: null });
    await finalize(5, issueFacts(bytes32(), alice.address, 6_000n * cent, issueReference(id)));
    await settle();
    expect(await stateOf(id)).toEqual({ state: 'issued', reason: null });
  });

  it('keeps what a top-up brought as cash when its tokens could not be issued', async () => {
    const prepared = await service().prepareIssue({
      movementId: randomUUID(),
      userId: alice.id,
      cash: { asset: cny, amount: 500n },
      tokenAssetId: cnyfAsset,
      address: alice.address,
    });
    expect(prepared.transfers).toHaveLength(2);
    const id = await facts.topUp(alice, 500n);
    const issueOfIt = await service().prepareIssue({
      movementId: id,
      userId: alice.id,
      cash: { asset: cny, amount: 500n },
      tokenAssetId: cnyfAsset,
      address: alice.address,
    });
    await facts.payTopUp(alice, id, 500n);
    await facts.post({
      transfers: issueOfIt.transfers,
      changes: [await facts.change('movements', id, { ...issueOfIt.columns, state: 'issuing' }), ...issueOfIt.changes],
      history: [id],
    });
    await service().handleEnded({ purpose: 'issue', state: 'failed', movementId: id, reason: 'IssuerBucketEmpty' });
    expect([await stateOf(id), await cashOf(alice)]).toEqual([
      { state: 'credited', reason: 'IssuerBucketEmpty' },
      [[10_500n, 0n]],
    ]);
  });

  it('is refused where it can’t be', async () => {
    await expect(issue(10_001n)).rejects.toEqual(code('INSUFFICIENT_FUNDS'));
    await expect(issue(0n)).rejects.toEqual(code('AMOUNT_NOT_POSITIVE'));
    await expect(service().convert(alice.id, issueRequest(5n, anAddress()), idempotency())).rejects.toEqual(
      code('ADDRESS_NOT_LINKED'),
    );
    await expect(
      service().convert(
        alice.id,
        { ...issueRequest(5n), money: { asset: 'iso4217:USD', amount: '5' } } as ConversionRequest,
        idempotency(),
      ),
    ).rejects.toEqual(code('ASSET_UNKNOWN'));
    bridge = false;
    await expect(service().convert(alice.id, issueRequest(5n), idempotency())).rejects.toEqual(code('BRIDGE_OFF'));
    expect(await cashOf(alice)).toEqual([[10_000n, 0n]]);
  });
});

describe('tokens to cash', () => {
  beforeEach(async () => {
    await fund(alice, 10_000n);
    const id = await issue(10_000n);
    await finalize(1, issueFacts(bytes32(), alice.address, 10_000n * cent, issueReference(id)));
    await settle();
  });

  it('is carried to the chain as signed, and credited when its event is final', async () => {
    const reference = bytes32();
    const id = await redeem(4_000n * cent, reference);
    expect(await stateOf(id)).toEqual({ state: 'redeeming', reason: null });
    await finalize(2, redeemFacts(bytes32(), alice.address, 4_000n * cent, reference));
    await settle();
    expect([await stateOf(id), await cashOf(alice), await issuedNow()]).toEqual([
      { state: 'redeemed', reason: null },
      [[4_000n, 0n]],
      6_000n * cent,
    ]);
    expect(suspended).toEqual([]);
  });

  it('is credited also when ours failed because somebody else had submitted it', async () => {
    const reference = bytes32();
    const id = await redeem(4_000n * cent, reference);
    await service().handleEnded({ purpose: 'redeem', state: 'failed', movementId: id, reason: 'ReferenceUsed' });
    expect(await stateOf(id)).toEqual({ state: 'failed', reason: 'ReferenceUsed' });
    await finalize(2, redeemFacts(bytes32(), alice.address, 4_000n * cent, reference));
    await settle();
    expect([await stateOf(id), await cashOf(alice)]).toEqual([{ state: 'redeemed', reason: null }, [[4_000n, 0n]]]);
  });

  it('is carried once when the same signature is given twice at the same moment', async () => {
    const request = await redeemRequest(cent);
    const outcomes = await Promise.allSettled([1, 2].map(() => service().convert(alice.id, request, idempotency())));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: code('AUTHORIZATION_INVALID'),
    });
    expect((await pool.query(`SELECT FROM chain_transactions WHERE purpose = 'redeem'`)).rowCount).toBe(1);
  });

  it('goes to suspense under a reference that nobody announced', async () => {
    await finalize(2, redeemFacts(bytes32(), alice.address, 4_000n * cent, bytes32()));
    await settle();
    expect(suspended).toMatchObject([{ name: 'Redeemed', address: alice.address, amount: 4_000n * cent }]);
    expect([await cashOf(alice), await issuedNow()]).toEqual([[[0n, 0n]], 6_000n * cent]);
    const [entry] = (
      await createHistoryStore(pool).list(alice.id, { status: 'needs_action' }, { after: undefined, limit: 5 })
    ).items;
    expect(entry).toMatchObject({ kind: 'conversion', holder: 'operator', reason: 'REFERENCE_UNKNOWN' });
  });

  it('goes to suspense when the holder’s address is nobody’s any more, or the amount is another', async () => {
    const [first, second] = [bytes32(), bytes32()];
    await redeem(1_000n * cent, first);
    await redeem(2_000n * cent, second);
    await finalize(2, redeemFacts(bytes32(), alice.address, 3_000n * cent, first));
    await settle();
    await pool.query('DELETE FROM addresses WHERE address = $1', [alice.address]);
    await pool.query('SELECT history_refresh_address($1)', [alice.address]);
    await finalize(3, redeemFacts(bytes32(), alice.address, 2_000n * cent, second));
    await settle();
    expect(suspended).toHaveLength(2);
    expect(await cashOf(alice)).toEqual([[0n, 0n]]);
  });

  it('is refused where it can’t be', async () => {
    const convert = async (request: Promise<ConversionRequest>) =>
      service().convert(alice.id, await request, idempotency());
    await expect(convert(redeemRequest(cent + 1n))).rejects.toEqual(code('AMOUNT_TOO_PRECISE'));
    await expect(convert(redeemRequest(cent, { signer: privateKeyToAccount(generatePrivateKey()) }))).rejects.toEqual(
      code('SIGNATURE_INVALID'),
    );
    await expect(convert(redeemRequest(cent, { validBefore: 1_000n }))).rejects.toEqual(code('AUTHORIZATION_EXPIRED'));
    await expect(service().convert((await aPerson()).id, await redeemRequest(cent), idempotency())).rejects.toEqual(
      code('ADDRESS_NOT_LINKED'),
    );
    const reference = bytes32();
    await redeem(cent, reference);
    await expect(convert(redeemRequest(cent, { reference }))).rejects.toEqual(code('AUTHORIZATION_INVALID'));
    refusal = 'ERC20InsufficientBalance';
    await expect(convert(redeemRequest(cent))).rejects.toEqual(code('TRANSACTION_REVERTED'));
  });
});

describe('tokens that nobody asked for', () => {
  it('are in the books as soon as they are final, at the cost of suspense', async () => {
    await finalize(3, issueFacts(bytes32(), alice.address, 5n * cent, bytes32()));
    await settle();
    expect([await issuedNow(), suspended.length]).toEqual([5n * cent, 1]);
  });
});

describe('tokens that were issued before the books knew that they were wanted', () => {
  const key = randomUUID();
  const idOf = () => businessId('movement', alice.id, 'conversions', key);
  const readSuspense = async () =>
    (
      await pool.query<{ owed: string }>(
        `SELECT (debits_posted - credits_posted)::text AS owed FROM ledger_accounts WHERE name = 'suspense' AND asset = $1`,
        [cnyfAsset],
      )
    ).rows[0]?.owed;

  beforeEach(async () => {
    await fund(alice, 10_000n);
    await finalize(3, issueFacts(bytes32(), alice.address, 6_000n * cent, issueReference(idOf())));
    await settle();
    expect([await issuedNow(), await readSuspense()]).toEqual([6_000n * cent, `${6_000n * cent}`]);
  });

  it('are those that are asked for later: the issue ends, the cash is spent, suspense is even, nothing is issued again', async () => {
    expect(await issue(6_000n, key)).toBe(idOf());
    isIssued = true;
    await service().handleEnded({ purpose: 'issue', state: 'failed', movementId: idOf(), reason: 'ReferenceUsed' });
    expect(await stateOf(idOf())).toEqual({ state: 'issuing', reason: null });
    await Promise.all([settle(), settle()]);
    expect([await stateOf(idOf()), await cashOf(alice)]).toEqual([{ state: 'issued', reason: null }, [[4_000n, 0n]]]);
    expect([await issuedNow(), await readSuspense()]).toEqual([6_000n * cent, '0']);
  });

  it('stay in suspense when they are not what is asked for', async () => {
    await issue(5_000n, key);
    await settle();
    expect(await stateOf(idOf())).toEqual({ state: 'issuing', reason: null });
    expect(await readSuspense()).toBe(`${6_000n * cent}`);
  });
});

describe('a chain that begins anew', () => {
  it('has its former life booked to the end and written off, and is followed from its new beginning', async () => {
    await fund(alice, 10_000n);
    const first = await issue(1_000n);
    await finalize(5, issueFacts(bytes32(), alice.address, 1_000n * cent, issueReference(first)));
    await settle();
    const [second, third] = [await issue(2_000n), await issue(3_000n)];
    await finalize(9, issueFacts(bytes32(), alice.address, 2_000n * cent, issueReference(second)));
    // The chain begins anew before the books have followed its last final blocks.
    await facts.beginEpoch(2);
    await settle();
    await facts.finalize(0);
    await Promise.all([settle(), settle()]);
    expect([await stateOf(second), await stateOf(third), await issuedNow()]).toEqual([
      { state: 'issued', reason: null },
      { state: 'issuing', reason: null },
      0n,
    ]);
    await assertVerified(pool);
    await facts.mine(2, issueFacts(bytes32(), alice.address, 3_000n * cent, issueReference(third)), { epoch: 2 });
    await facts.finalize(2);
    await settle();
    expect([await stateOf(third), await issuedNow()]).toEqual([{ state: 'issued', reason: null }, 3_000n * cent]);
    expect(suspended).toEqual([]);
  });
});
