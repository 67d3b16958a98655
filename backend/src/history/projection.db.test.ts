import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  anAddress,
  bytes32,
  chainId,
  cny,
  cnyf,
  cnyfAsset,
  issueFacts,
  redeemFacts,
  relay,
  relayFacts,
  usdf,
} from '../../test/support/chain-facts.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson, type Facts } from '../../test/support/facts.ts';
import { openPool, type Pool } from '../database/pool.ts';
import { readBalances } from '../ledger/balances.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { compareHistory } from './rebuild.ts';
import { createHistoryStore } from './store.ts';

let database: TestDatabase;
let pool: Pool;
let ledger: Ledger;
let facts: Facts;
let alice: FactPerson;
let bob: FactPerson;
// Blocks of all tests of this file are of one chain, each test higher than the last.
let block = 100;

beforeAll(async () => {
  database = await createTestDatabase();
  // Chain rows are planted without a chain and books without its events; what this file is about it compares itself.
  database.skipVerify();
  pool = openPool({ url: database.serviceUrl, name: 'history test', onIdleError: () => undefined });
  ledger = createLedger({ pool });
  facts = createFacts(pool, ledger);
  await facts.chain();
  return async () => {
    await ledger.close();
    await pool.end();
  };
});

beforeEach(async () => {
  block += 100;
  [alice, bob] = await Promise.all([facts.person(), facts.person()]);
  return async () => {
    const { differences } = await compareHistory(pool);
    expect(differences).toEqual([]);
  };
});

const list = async (person: FactPerson) =>
  (await createHistoryStore(pool).list(person.id, {}, { after: undefined, limit: 100 })).items;
const only = async (person: FactPerson) => {
  const items = await list(person);
  expect(items).toHaveLength(1);
  const [entry] = items;
  if (!entry) throw new Error('There is an entry.');
  return entry;
};
const legs = (entry: Awaited<ReturnType<typeof only>>) =>
  entry.legs.map(({ rail, kind, status }) => `${rail} ${kind} ${status}`);

describe('a top-up', () => {
  it('to cash is one row and one equal change of balance, however often the facts are told', async () => {
    const id = await facts.topUp(alice, 10_000n);
    expect(await only(alice)).toMatchObject({
      id: historyId(alice.id, id),
      kind: 'top_up',
      direction: 'in',
      status: 'pending',
      stage: 'paying',
      holder: 'you',
      money: { asset: cny, amount: '10000' },
      counterparty: { kind: 'gateway', value: 'sandbox' },
    });
    expect(await readBalances(pool, alice.id)).toEqual([]);
    await facts.payTopUp(alice, id, 10_000n);
    await pool.query('SELECT history_refresh(ARRAY[$1, $1]::uuid[])', [id]);
    const entry = await only(alice);
    expect(entry).toMatchObject({
      status: 'completed',
      stage: 'credited',
      holder: 'you',
      counterMoney: null,
      movementId: id,
    });
    expect(legs(entry)).toEqual(['gateway order completed', 'ledger credit completed']);
    expect(entry.legs[0]).toMatchObject({ reference: `order-${id}`, gateway: 'sandbox', asset: cny, amount: '10000' });
    const [cash] = await readBalances(pool, alice.id);
    expect(cash).toEqual({ asset: cny, available: 10_000n, pending: 0n });
  });

  it('straight to tokens is one entry with its gateway, ledger and chain legs', async () => {
    const [reference, hash] = [bytes32(), bytes32()];
    const id = await facts.topUp(alice, 10_000n, {
      counter_asset: cnyfAsset,
      counter_amount: '100000000',
      chain_id: chainId,
      address: alice.address,
      reference,
    });
    await facts.payTopUp(alice, id, 10_000n, { toTokens: true });
    expect(await only(alice)).toMatchObject({
      status: 'pending',
      stage: 'issuing',
      holder: 'operator',
      counterMoney: { asset: cnyfAsset, amount: '100000000' },
      txHash: null,
    });
    await facts.broadcast(id, hash);
    expect(await only(alice)).toMatchObject({ holder: 'chain', txHash: hash });
    await facts.mine(block, issueFacts(hash, alice.address, 100_000_000n, reference));
    const mined = await only(alice);
    expect(legs(mined)).toEqual([
      'gateway order completed',
      'ledger credit completed',
      'ledger reserve pending',
      'chain issue pending',
    ]);
    expect(mined.legs[3]).toMatchObject({
      asset: cnyfAsset,
      amount: '100000000',
      reference: hash,
      chainId,
      blockNumber: `${block}`,
    });
    await facts.finalize(block);
    await facts.finishIssue(alice, id, 10_000n);
    const entry = await only(alice);
    expect(entry).toMatchObject({ status: 'completed', stage: 'issued', holder: 'you' });
    expect(legs(entry)).toEqual([
      'gateway order completed',
      'ledger credit completed',
      'ledger debit completed',
      'chain issue completed',
    ]);
  });

  it('waits for a person when what was paid is not what was asked for', async () => {
    const id = await facts.topUp(alice, 10_000n);
    await facts.post({
      transfers: [],
      changes: [await facts.change('movements', id, { state: 'review', reason: 'AMOUNT_DIFFERS' })],
      history: [id],
    });
    expect(await only(alice)).toMatchObject({ status: 'needs_action', holder: 'operator', reason: 'AMOUNT_DIFFERS' });
  });

  it('whose tokens could not be issued stays as cash and says why', async () => {
    const id = await facts.topUp(alice, 10_000n, {
      counter_asset: cnyfAsset,
      counter_amount: '100000000',
      chain_id: chainId,
      reference: bytes32(),
    });
    await facts.payTopUp(alice, id, 10_000n, { toTokens: true });
    await facts.failIssue(alice, id, 10_000n);
    const entry = await only(alice);
    expect(entry).toMatchObject({
      status: 'completed',
      stage: 'credited',
      holder: 'you',
      counterMoney: null,
      reason: 'ISSUE_FAILED',
    });
    expect(legs(entry)).toEqual([
      'gateway order completed',
      'ledger credit completed',
      'ledger release completed',
      'chain issue waiting',
    ]);
    expect(await readBalances(pool, alice.id)).toEqual([{ asset: cny, available: 10_000n, pending: 0n }]);
  });
});

describe('cash between people', () => {
  it('is one entry for each, with the other side of it', async () => {
    const topUp = await facts.topUp(alice, 900n);
    await facts.payTopUp(alice, topUp, 900n);
    const id = await facts.cashTransfer(alice, bob, 500n, { note: '面条' });
    const [sent] = await list(alice);
    expect(sent).toMatchObject({
      kind: 'cash_transfer',
      direction: 'out',
      status: 'completed',
      holder: 'counterparty',
      counterparty: { kind: 'person', value: bob.handle },
      note: '面条',
      movementId: id,
    });
    const received = await only(bob);
    expect(received).toMatchObject({
      id: historyId(bob.id, id),
      direction: 'in',
      holder: 'you',
      counterparty: { kind: 'person', value: alice.handle },
      note: '面条',
    });
    expect(legs(received)).toEqual(['ledger credit completed']);
    await pool.query('UPDATE users SET handle = $2 WHERE id = $1', [alice.id, `${alice.handle}_new`]);
    expect(await only(bob)).toMatchObject({ counterparty: { value: `${alice.handle}_new` } });
  });
});

describe('tokens from person to person', () => {
  it('are one entry for each: the receiver sees the sender and not the relay, as soon as the block is there', async () => {
    const hash = bytes32();
    const id = await facts.tokenSend(alice, bob.address, 25_000_000n, {
      counterparty_id: bob.id,
      fee_asset: cnyfAsset,
      fee_amount: '20000',
    });
    await facts.broadcast(id, hash);
    expect(await only(alice)).toMatchObject({
      kind: 'token_transfer',
      direction: 'out',
      status: 'pending',
      stage: 'submitted',
      holder: 'chain',
      fee: { asset: cnyfAsset, amount: '20000' },
    });
    expect(await list(bob)).toEqual([]);
    await facts.mine(block, relayFacts(hash, alice.address, bob.address, 25_000_000n));
    expect(await only(bob)).toMatchObject({
      direction: 'in',
      status: 'pending',
      stage: 'mined',
      holder: 'chain',
      money: { asset: cnyfAsset, amount: '25000000' },
      fee: null,
      counterparty: { kind: 'person', value: alice.handle },
    });
    await facts.finalize(block);
    await facts.endTransaction(id, 'final');
    expect(await only(alice)).toMatchObject({
      status: 'completed',
      holder: 'counterparty',
      counterparty: { kind: 'person', value: bob.handle },
    });
    expect(legs(await only(alice))).toEqual(['chain transfer completed', 'chain fee completed']);
    const received = await only(bob);
    expect(received).toMatchObject({
      status: 'completed',
      stage: 'final',
      holder: 'you',
      movementId: id,
      txHash: hash,
    });
    expect(legs(received)).toEqual(['chain transfer completed']);
  });

  it('that a reorg takes back vanish for the receiver and wait again for the sender', async () => {
    const hash = bytes32();
    const id = await facts.tokenSend(alice, bob.address, 5_000_000n, { counterparty_id: bob.id });
    await facts.broadcast(id, hash);
    await facts.mine(block, relayFacts(hash, alice.address, bob.address, 5_000_000n));
    await facts.reorg(block - 1);
    expect(await list(bob)).toEqual([]);
    expect(await only(alice)).toMatchObject({ status: 'pending' });
    expect((await only(alice)).legs[0]).toMatchObject({ status: 'pending', blockNumber: null });
    await facts.mine(block + 1, relayFacts(hash, alice.address, bob.address, 5_000_000n));
    expect(await only(bob)).toMatchObject({ status: 'pending' });
    expect((await pool.query('SELECT FROM history_removals WHERE user_id = $1', [bob.id])).rowCount).toBe(0);
  });

  it('sent to an address that nobody announced are explained by the chain alone on the other side', async () => {
    const hash = bytes32();
    const id = await facts.tokenSend(alice, bob.address, 7_000_000n);
    await facts.broadcast(id, hash);
    await facts.mine(block, relayFacts(hash, alice.address, bob.address, 7_000_000n));
    expect(await only(alice)).toMatchObject({ counterparty: { kind: 'address', value: bob.address } });
    expect(await only(bob)).toMatchObject({
      id: historyId(bob.id, `${chainId}:1:${hash}`),
      movementId: null,
      counterparty: { kind: 'person', value: alice.handle },
      money: { amount: '7000000' },
    });
  });

  it('to an own address stay with their owner', async () => {
    const second = anAddress();
    await facts.link(alice.id, second);
    const hash = bytes32();
    const id = await facts.tokenSend(alice, second, 7_000_000n);
    await facts.broadcast(id, hash);
    await facts.mine(block, relayFacts(hash, alice.address, second, 7_000_000n));
    expect(await only(alice)).toMatchObject({ direction: 'self', movementId: id });
  });
});

describe('what only the chain tells', () => {
  it('appears with its block and is complete when the block is final', async () => {
    const [hash, stranger] = [bytes32(), anAddress()];
    await facts.mine(block, [{ kind: 'native', hash, from: stranger, to: alice.address, amount: 10n ** 18n }]);
    expect(await only(alice)).toMatchObject({
      kind: 'token_transfer',
      direction: 'in',
      status: 'pending',
      holder: 'chain',
      money: { asset: `eip155:${chainId}/slip44:60`, amount: `${10n ** 18n}` },
      counterparty: { kind: 'address', value: stranger },
      occurredAt: new Date((1_700_000_000 + block * 60) * 1000).toISOString(),
    });
    await facts.finalize(block);
    expect(await only(alice)).toMatchObject({ status: 'completed', holder: 'you' });
  });

  it('leaves with the block that a reorg drops, and comes back at another time', async () => {
    const [hash, stranger] = [bytes32(), anAddress()];
    await facts.mine(block, [{ kind: 'token', hash, from: stranger, to: alice.address, amount: 5n }]);
    const { id } = await only(alice);
    await facts.reorg(block - 1);
    expect(await list(alice)).toEqual([]);
    expect((await pool.query('SELECT id FROM history_removals WHERE user_id = $1', [alice.id])).rows).toEqual([{ id }]);
    await facts.mine(block + 3, [{ kind: 'token', hash, from: stranger, to: alice.address, amount: 5n }]);
    expect(await only(alice)).toMatchObject({ id, status: 'pending' });
  });

  it('a relayed transfer of a stranger’s software has its fee apart and its true ends', async () => {
    await facts.mine(block, relayFacts(bytes32(), alice.address, bob.address, 3_000_000n, { fee: 50_000n }));
    expect(await only(alice)).toMatchObject({
      direction: 'out',
      money: { amount: '3000000' },
      fee: { asset: cnyfAsset, amount: '50000' },
      counterparty: { kind: 'person', value: bob.handle },
    });
    expect(legs(await only(alice))).toEqual(['chain transfer pending', 'chain fee pending']);
    expect(await only(bob)).toMatchObject({
      direction: 'in',
      money: { amount: '3000000' },
      fee: null,
      counterparty: { kind: 'person', value: alice.handle },
    });
  });

  it('an exchange of tokens is one entry: what was given became what was got', async () => {
    const [hash, pair] = [bytes32(), anAddress()];
    await facts.mine(block, [
      { kind: 'token', hash, from: alice.address, to: pair, amount: 100n },
      { kind: 'token', hash, from: pair, to: alice.address, amount: 1n },
      { kind: 'token', hash, token: usdf, from: pair, to: alice.address, amount: 14n },
    ]);
    expect(await only(alice)).toMatchObject({
      direction: 'self',
      money: { asset: cnyfAsset, amount: '99' },
      counterMoney: { asset: `eip155:${chainId}/erc20:${usdf}`, amount: '14' },
    });
    expect((await only(alice)).legs).toHaveLength(3);
  });

  it('between two own addresses is a transfer to oneself', async () => {
    const second = anAddress();
    await facts.link(alice.id, second);
    await facts.mine(block, [{ kind: 'token', hash: bytes32(), from: alice.address, to: second, amount: 8n }]);
    expect(await only(alice)).toMatchObject({ direction: 'self', money: { amount: '8' } });
  });

  it('a transfer of nothing is no event', async () => {
    await facts.mine(block, [{ kind: 'token', hash: bytes32(), from: alice.address, to: anAddress(), amount: 0n }]);
    expect(await list(alice)).toEqual([]);
  });

  it('tokens redeemed under a reference that nobody announced wait for a person at the operator', async () => {
    await facts.mine(block, redeemFacts(bytes32(), alice.address, 10_000_000n, bytes32()));
    expect(await only(alice)).toMatchObject({
      kind: 'conversion',
      direction: 'out',
      status: 'pending',
      stage: 'redeeming',
    });
    await facts.finalize(block);
    expect(await only(alice)).toMatchObject({
      status: 'needs_action',
      holder: 'operator',
      reason: 'REFERENCE_UNKNOWN',
    });
  });

  it('is there for an address that is linked later, and names its owner to the others', async () => {
    const late = anAddress();
    await facts.mine(block, [{ kind: 'token', hash: bytes32(), from: late, to: bob.address, amount: 4n }]);
    expect(await only(bob)).toMatchObject({ counterparty: { kind: 'address', value: late } });
    await facts.link(alice.id, late);
    expect(await only(alice)).toMatchObject({ direction: 'out', money: { amount: '4' } });
    expect(await only(bob)).toMatchObject({ counterparty: { kind: 'person', value: alice.handle } });
  });

  it('is explained by a movement that is told later: one entry, not two', async () => {
    const hash = bytes32();
    await facts.mine(block, relayFacts(hash, alice.address, bob.address, 6_000_000n));
    expect(await only(alice)).toMatchObject({ movementId: null });
    const id = await facts.tokenSend(alice, bob.address, 6_000_000n, { counterparty_id: bob.id });
    expect(await list(alice)).toHaveLength(2);
    await facts.broadcast(id, hash);
    expect(await only(alice)).toMatchObject({ movementId: id });
    expect(await only(bob)).toMatchObject({ movementId: id });
  });
});

describe('a redemption', () => {
  it('is explained by its reference when somebody else submitted it, and forgets that when a reorg takes it back', async () => {
    const [id, reference, ours, theirs] = [randomUUID(), bytes32(), bytes32(), bytes32()];
    await facts.post({
      transfers: [],
      changes: [
        facts.insert('movements', id, {
          kind: 'conversion',
          user_id: alice.id,
          state: 'redeeming',
          asset: cnyfAsset,
          amount: '50000000',
          counter_asset: cny,
          counter_amount: '5000',
          chain_id: chainId,
          address: alice.address,
          reference,
        }),
        facts.insert('chain_transactions', businessId('chain transaction', id), {
          chain_id: chainId,
          epoch: 1,
          sender: relay,
          purpose: 'redeem',
          movement_id: id,
          state: 'requested',
        }),
      ],
      history: [id],
    });
    expect(await only(alice)).toMatchObject({
      kind: 'conversion',
      direction: 'self',
      status: 'pending',
      holder: 'you',
      counterMoney: { asset: cny, amount: '5000' },
    });
    await facts.broadcast(id, ours);
    await facts.mine(block, redeemFacts(theirs, alice.address, 50_000_000n, reference));
    const entry = await only(alice);
    expect(entry).toMatchObject({ movementId: id, holder: 'chain', txHash: theirs });
    expect(legs(entry)).toEqual(['chain redeem pending', 'chain redeem pending']);
    await facts.reorg(block - 1);
    expect(await only(alice)).toMatchObject({ movementId: id, txHash: ours });
  });
});

describe('a chain that begins anew', () => {
  it('leaves what was final, and its next epoch says nothing of it', async () => {
    const hash = bytes32();
    await facts.mine(block, [{ kind: 'token', hash, from: anAddress(), to: alice.address, amount: 5n, token: cnyf }]);
    await facts.finalize(block);
    const before = await only(alice);
    await facts.beginEpoch(2);
    expect(await only(alice)).toEqual(before);
  });
});
