import { randomUUID } from 'node:crypto';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { toAmount } from '@feiqian/domain/money';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearHalt } from '../../src/chain/halt.ts';
import { gatewayReceivable, userCash } from '../../src/ledger/accounts.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { readChain, readRows, until } from './harness.ts';
import { type NodeProxy, startNodeProxy } from './node-proxy.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

const CNY = 'iso4217:CNY';
let database: TestDatabase;
let chain: TestChain;
let other: TestChain;
let proxy: NodeProxy;
let test: TestService;
let ann: Person;
let account: TestAccount;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  // Ann's cash comes from nowhere.
  database.skipVerify();
  [chain, other] = [await startTestChain(), await startTestChain()];
  token = toTokenAssetId(chain.chainId, chain.addresses.cnyf);
  proxy = await startNodeProxy(chain.rpcUrl);
  const lasting = { ...chain, chain: { ...chain.chain, ephemeral: false } };
  test = await startTestService(database, lasting, { rpcUrl: proxy.url });
  account = await chain.createAccount();
  ann = await test.somebody(account);
  const ledger = createLedger({ pool: database.pool });
  await ledger.post({
    transfers: [
      {
        id: businessId('test funding', randomUUID()),
        phase: 'posted',
        debit: gatewayReceivable('test', CNY),
        credit: userCash(ann.id, CNY),
        amount: toAmount(10_000n),
        kind: 'top_up',
      },
    ],
  });
  await ledger.close();
});
afterAll(async () => {
  await test.stop();
  proxy.close();
  await Promise.all([chain.stop(), other.stop()]);
});

/** Mines block by block: of more at once Hardhat makes blocks that do not name their parents. */
async function mine(on: TestChain, blocks: number): Promise<void> {
  for (let block = 0; block < blocks; block += 1) await on.client.mine({ blocks: 1 });
}

const convert = (amount: string) =>
  ann.post<{ id: string; historyId: string }>('/v1/conversions', {
    direction: 'issue',
    money: { asset: CNY, amount },
    token,
    address: account.address,
  });

/** What must not change while the chain is halted: its rows, its transactions, and the books. */
async function readAll(): Promise<object> {
  const list = async (query: string) => (await test.pool.query(query)).rows;
  return {
    rows: await readRows(test.pool),
    chain: await readChain(test.pool),
    transactions: await list('SELECT id, state, nonce, block_number FROM chain_transactions ORDER BY id'),
    accounts: await list('SELECT * FROM ledger_accounts ORDER BY id'),
    cursors: await list('SELECT * FROM chain_cursors ORDER BY id'),
    history: await list('SELECT * FROM history_entries ORDER BY id'),
  };
}

/** The leader is alive and has had time to look. */
async function untilLeaseRenewed(times: number): Promise<void> {
  const read = async () =>
    (await test.pool.query<{ at: string }>('SELECT expires_at::text AS at FROM leases')).rows[0]?.at;
  for (let seen = 0; seen < times; seen += 1) {
    const before = await read();
    await until('the leader renews its lease', async () => (await read()) !== before);
  }
}

it('halts when what was final is replaced, says so, and moves nothing until a person has looked', async () => {
  const { body: conversion } = await convert('1000');
  await until(
    'it is mined',
    async () => (await test.pool.query(`SELECT FROM chain_transactions WHERE state = 'mined'`)).rowCount === 1,
  );
  // Same genesis, other blocks: only the node's word for genesis is kept.
  const { hash: genesis } = await chain.client.getBlock({ blockNumber: 0n });
  proxy.tamper((call, result) =>
    call.method === 'eth_getBlockByNumber' && call.params[0] === '0x0'
      ? { ...(result as object), hash: genesis }
      : result,
  );
  await mine(other, Number((await chain.client.getBlockNumber()) - (await other.client.getBlockNumber())) + 1);
  proxy.setTarget(other.rpcUrl);
  await until('it halts', async () => (await readChain(test.pool))?.status === 'halted');
  expect(await readChain(test.pool)).toMatchObject({ reason: 'reorg_beyond_finality', epoch: 1 });
  const before = await readAll();

  const part = `chain ${chain.chainId}`;
  expect((await test.inject('/readyz')).json()).toMatchObject({ parts: { [part]: 'halted' } });
  expect((await test.inject('/metrics')).body).toContain(`feiqian_part_state{part="${part}",state="halted"} 1`);
  expect(await convert('1000')).toMatchObject({ status: 503, body: { code: 'CHAIN_HALTED' } });

  await mine(other, 5);
  proxy.tamper(undefined);
  proxy.setTarget(chain.rpcUrl);
  await issueTokens(chain, account.address, 10_000n);
  await mine(chain, 5);
  await untilLeaseRenewed(3);
  expect(await readAll(), 'not even when the node is right again').toEqual(before);

  expect(await clearHalt(test.pool, chain.chainId)).toBe(true);
  await until('it follows again', async () => (await readChain(test.pool))?.status === 'following');
  await until('it is credited', async () => (await ann.entry(conversion.historyId)).status === 'completed');
  expect(await clearHalt(test.pool, chain.chainId), 'nothing is left to clear').toBe(false);
  expect((await test.inject('/metrics')).body).toContain(`feiqian_part_state{part="${part}",state="following"} 1`);
});

it('halts again when a person lets it go on too early', async () => {
  const { hash: genesis } = await chain.client.getBlock({ blockNumber: 0n });
  proxy.tamper((call, result) =>
    call.method === 'eth_getBlockByNumber' && call.params[0] === '0x0'
      ? { ...(result as object), hash: genesis }
      : result,
  );
  await mine(other, Number((await chain.client.getBlockNumber()) - (await other.client.getBlockNumber())) + 1);
  proxy.setTarget(other.rpcUrl);
  await until('it halts', async () => (await readChain(test.pool))?.status === 'halted');
  const rows = await readRows(test.pool);
  await clearHalt(test.pool, chain.chainId);
  await until('it halts again', async () => (await readChain(test.pool))?.status === 'halted');
  expect(await readRows(test.pool)).toEqual(rows);
});
