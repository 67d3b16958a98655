/** Tokens that came back to the operator under a reference which nobody announced, and tokens that nobody ordered. */
import { randomUUID } from 'node:crypto';
import { listAssets } from '@feiqian/domain/chains';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
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
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson, type Facts } from '../../test/support/facts.ts';
import { createSettlement } from '../conversions/settlement.ts';
import { createConversionStore } from '../conversions/store.ts';
import { createAttemptStore } from '../gateways/attempts.ts';
import { createHistoryStore } from '../history/store.ts';
import { readBalances } from '../ledger/balances.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { createStaffService } from './service.ts';
import { createStaffStore } from './store.ts';

const assets = listAssets([
  {
    chainId,
    name: 'Test chain',
    native: { symbol: 'ETH', decimals: 18 },
    finality: { kind: 'depth', blocks: 3 },
    ephemeral: true,
    tokens: [{ symbol: 'CNYF', name: 'Feiqian CNY', address: cnyf, decimals: 6, cash: cny }],
    relay,
    checkout,
    startBlock: 0,
  },
]);
const cent = 10_000n;

let database: TestDatabase;
let ledger: Ledger;
let facts: Facts;
let block = 0;
let clerk: FactPerson;

beforeAll(async () => {
  database = await createTestDatabase();
  ledger = createLedger({ pool: database.pool });
  facts = createFacts(database.pool, ledger);
  await facts.chain();
  clerk = await facts.person();
});
afterAll(() => ledger.close());

const staff = () =>
  createStaffService({
    ledger,
    store: createStaffStore(database.pool),
    attempts: createAttemptStore(database.pool),
    findPerson: async (handle) =>
      (await database.pool.query<{ id: string }>('SELECT id FROM users WHERE handle = $1', [handle])).rows[0],
    clock: () => new Date(),
  });

async function settle(happened: Parameters<Facts['mine']>[1]): Promise<void> {
  block += 1;
  await facts.mine(block, happened);
  await facts.finalize(block);
  const store = createConversionStore(database.pool);
  await createSettlement({
    ...{ ledger, store, assets },
    startAfter: () => -1n,
    onSuspense: () => undefined,
  }).settleFinalized(chainId);
}

const open = async () => (await staff().list(clerk.id, { state: 'open', limit: 100, cursor: undefined })).items;
const credit = (id: string, recipient: string, key: string = bytes32()) =>
  staff().resolve(
    clerk.id,
    id,
    { action: 'credit', recipient, note: 'Asked by phone' },
    { scope: 'test', key, requestHash: 'a'.repeat(64) },
  );
const entriesOf = async (person: FactPerson) =>
  (await createHistoryStore(database.pool).list(person.id, {}, { after: undefined, limit: 10 })).items.filter(
    ({ kind }) => kind === 'conversion',
  );
const cashOf = async (person: FactPerson) =>
  (await readBalances(database.pool, person.id)).find(({ asset }) => asset === cny)?.available ?? 0n;
const handleOf = async ({ id }: FactPerson) =>
  (await database.pool.query<{ handle: string }>('SELECT handle FROM users WHERE id = $1', [id])).rows[0]?.handle ?? '';

describe('tokens that came back unannounced', () => {
  it('become the cash of whoever gave them back, in the one entry that waited', async () => {
    const person = await facts.person();
    const hash = bytes32();
    await settle(issueFacts(bytes32(), person.address, 5_000n * cent, bytes32()));
    await settle(redeemFacts(hash, person.address, 4_000n * cent, bytes32()));
    expect(await entriesOf(person)).toMatchObject([{ status: 'needs_action', reason: 'REFERENCE_UNKNOWN' }]);
    const [redeemed, issued] = await open();
    expect(redeemed).toMatchObject({
      reason: 'REFERENCE_UNKNOWN',
      money: { asset: cny, amount: '4000' },
      source: {
        kind: 'chain',
        txHash: hash,
        address: person.address,
        tokens: { asset: cnyfAsset, amount: `${4_000n * cent}` },
      },
      person: { handle: await handleOf(person) },
      actions: ['credit'],
    });
    // Of tokens that nobody ordered there is nothing to give: somebody has them already.
    expect(issued).toMatchObject({ reason: 'ISSUE_UNKNOWN', money: { asset: cnyfAsset }, person: null, actions: [] });
    await expect(credit(issued?.id ?? '', await handleOf(person))).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await credit(redeemed?.id ?? '', await handleOf(person));
    expect(await cashOf(person)).toBe(4_000n);
    expect(await entriesOf(person)).toMatchObject([
      {
        status: 'completed',
        stage: 'redeemed',
        holder: 'you',
        reason: 'SUSPENSE_CREDITED',
        money: { asset: cnyfAsset },
        counterMoney: { asset: cny, amount: '4000' },
        txHash: hash,
      },
    ]);
  });

  it('become the cash of somebody who had not linked the address that gave them back', async () => {
    const [holder, person] = [await facts.person(), await facts.person()];
    await settle(issueFacts(bytes32(), holder.address, 5_000n * cent, bytes32()));
    await settle(redeemFacts(bytes32(), holder.address, 3_000n * cent, bytes32()));
    await database.pool.query('DELETE FROM addresses WHERE address = $1', [holder.address]);
    await database.pool.query('SELECT history_refresh_address($1)', [holder.address]);
    const item = (await open()).find(({ actions }) => actions.length > 0);
    expect(item).toMatchObject({ person: null });
    await credit(item?.id ?? '', await handleOf(person));
    expect([await cashOf(holder), await cashOf(person)]).toEqual([0n, 3_000n]);
    expect(await entriesOf(person)).toMatchObject([{ status: 'completed', stage: 'redeemed' }]);
  });

  it('end the conversion that announced another amount, with what came', async () => {
    const person = await facts.person();
    const [id, reference] = [randomUUID(), bytes32()];
    await settle(issueFacts(bytes32(), person.address, 5_000n * cent, bytes32()));
    await ledger.post({
      transfers: [],
      changes: [
        {
          table: 'movements',
          id,
          expectVersion: 0,
          set: {
            ...{
              kind: 'conversion',
              user_id: person.id,
              state: 'redeeming',
              asset: cnyfAsset,
              amount: `${1_000n * cent}`,
            },
            ...{ counter_asset: cny, counter_amount: '1000', chain_id: chainId, address: person.address, reference },
          },
        },
      ],
      history: [id],
    });
    await settle(redeemFacts(bytes32(), person.address, 2_000n * cent, reference));
    const item = (await open()).find(({ actions }) => actions.length > 0);
    await credit(item?.id ?? '', await handleOf(person));
    expect(await cashOf(person)).toBe(2_000n);
    expect(await entriesOf(person)).toMatchObject([
      { movementId: id, status: 'completed', stage: 'redeemed', counterMoney: { asset: cny, amount: '2000' } },
    ]);
  });
});
