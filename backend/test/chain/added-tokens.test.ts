import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Balances, MovementWire } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { AddedTokens, AddedTokenWire } from '@feiqian/domain/api/tokens';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { type Address, encodeFunctionData, getAddress, parseGwei, toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { until } from './harness.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, sendTokens, type TestAccount } from './traffic.ts';

let chain: TestChain;
let database: TestDatabase;
let test: TestService;
let ann: Person;
let bob: Person;
let accounts: { readonly ann: TestAccount; readonly bob: TestAccount };
/** Listed by nobody. */
let token: Address;
let asset: string;

beforeAll(async () => {
  chain = await startTestChain();
  database = await createTestDatabase();
  test = await startTestService(database, chain);
  accounts = { ann: await chain.createAccount('10'), bob: await chain.createAccount('10') };
  ann = await test.somebody(accounts.ann);
  bob = await test.somebody(accounts.bob);
  token = await chain.deployToken('PEAR', 'Pear Points');
  asset = toTokenAssetId(chain.chainId, token);
  await issueTokens(chain, accounts.ann.address, 5_000_000n, token);
  await chain.finalize(6);
});
afterAll(async () => {
  await test.stop();
  await chain.stop();
});

const pathOf = (address: Address, chainId = chain.chainId) => `/v1/tokens/${chainId}/${address}`;
const add = (person: Person, address = token) => person.call<AddedTokenWire>('PUT', pathOf(address));
const remove = (person: Person, address = token) => person.call('DELETE', pathOf(address));
const listOf = async (person: Person) => (await person.get<AddedTokens>('/v1/tokens')).tokens;
const historyOf = async (person: Person) => (await person.get<{ items: HistoryEntry[] }>('/v1/history')).items;
const balanceOf = async (person: Person) =>
  (await person.get<Balances>('/v1/balances')).onChain.filter((part) => part.asset === asset);
const untilEntries = (person: Person, count: number, status: HistoryEntry['status'] = 'completed') =>
  until(`${count} entries are ${status}`, async () => {
    const entries = (await historyOf(person)).filter(({ money }) => money.asset === asset);
    return entries.length === count && entries.every((entry) => entry.status === status) && entries;
  });

async function signTransfer(from: TestAccount, to: Address, amount: bigint, contract = token) {
  return from.signTransaction({
    type: 'eip1559',
    chainId: chain.chainId,
    to: contract,
    data: encodeFunctionData({ abi: stablecoinAbi, functionName: 'transfer', args: [to, amount] }),
    gas: 120_000n,
    maxFeePerGas: parseGwei('20'),
    maxPriorityFeePerGas: parseGwei('2'),
    nonce: await chain.client.getTransactionCount({ address: from.address, blockTag: 'pending' }),
  });
}
const send = async (person: Person, from: TestAccount, to: Address, amount: bigint) =>
  person.post<MovementWire>('/v1/transactions', {
    chainId: chain.chainId,
    raw: await signTransfer(from, to, amount),
  });

describe('looking a contract up', () => {
  it('tells what it says of itself, and that nobody has checked it', async () => {
    expect(await ann.get(pathOf(token))).toEqual({
      id: asset,
      kind: 'token',
      chainId: chain.chainId,
      address: token,
      symbol: 'PEAR',
      name: 'Pear Points',
      decimals: 6,
      verified: false,
    });
  });

  it.each([
    ['a plain account', () => pathOf(accounts.bob.address), 400, 'TOKEN_INVALID'],
    ['a contract that is no token', () => pathOf(chain.addresses.relay), 400, 'TOKEN_INVALID'],
    ['a listed token', () => pathOf(chain.addresses.usdf), 409, 'TOKEN_LISTED'],
    ['a chain that is not here', () => pathOf(token, 1), 400, 'CHAIN_UNKNOWN'],
    ['letters that are not the checksum', () => pathOf(token.toLowerCase() as Address), 400, 'ADDRESS_CHECKSUM_WRONG'],
  ])('refuses %s, also to add it', async (_, path, status, code) => {
    expect(await ann.call('GET', path())).toMatchObject({ status, body: { code } });
    expect(await ann.call('PUT', path())).toMatchObject({ status, body: { code } });
    expect(await listOf(ann)).toEqual([]);
  });

  it('is for people who are logged in', async () => {
    expect((await test.inject({ method: 'GET', url: pathOf(token) })).statusCode).toBe(401);
    expect((await test.inject({ method: 'GET', url: '/v1/tokens' })).statusCode).toBe(401);
  });
});

describe('a token that somebody has added', () => {
  it('is nothing to anybody before', async () => {
    expect(await listOf(ann)).toEqual([]);
    expect(await balanceOf(ann)).toEqual([]);
    expect(await historyOf(ann)).toEqual([]);
    expect(await send(ann, accounts.ann, accounts.bob.address, 1n)).toMatchObject({
      status: 400,
      body: { code: 'TRANSACTION_INVALID' },
    });
  });

  it('brings its balance, and what happened before it was added', async () => {
    expect(await add(ann)).toMatchObject({ status: 200, body: { symbol: 'PEAR', verified: false } });
    expect(await add(ann)).toMatchObject({ status: 200, body: { symbol: 'PEAR' } });
    expect((await listOf(ann)).map(({ symbol }) => symbol)).toEqual(['PEAR']);
    expect(await balanceOf(ann)).toEqual([{ asset, address: accounts.ann.address, amount: '5000000' }]);
    expect(await untilEntries(ann, 1)).toMatchObject([
      { kind: 'token_transfer', direction: 'in', money: { asset, amount: '5000000' }, movementId: null },
    ]);
  });

  it('is followed from then on, and its events mean nothing but transfers', async () => {
    await issueTokens(chain, accounts.ann.address, 70_000n, token);
    await until('it arrives', async () => (await historyOf(ann)).length === 2);
    expect((await historyOf(ann))[0]).toMatchObject({ direction: 'in', status: 'pending', money: { amount: '70000' } });
    await chain.finalize();
    await untilEntries(ann, 2);
    expect((await database.pool.query('SELECT FROM chain_events WHERE token = $1', [token])).rowCount).toBe(0);
  });

  it('can be sent by who has added it; to whoever has not it stays out of sight', async () => {
    const { status, body } = await send(ann, accounts.ann, accounts.bob.address, 300n);
    expect({ status, body }).toMatchObject({ status: 201, body: { money: { asset, amount: '300' } } });
    await until('it is mined', async () => (await ann.entry(body.historyId)).stage === 'mined');
    await chain.finalize();
    await until('it is final', async () => (await ann.entry(body.historyId)).stage === 'final');
    expect(await ann.entry(body.historyId)).toMatchObject({
      direction: 'out',
      counterparty: { kind: 'address', value: accounts.bob.address },
    });
    expect(await historyOf(bob)).toEqual([]);
    expect(await balanceOf(bob)).toEqual([]);
    expect(await send(bob, accounts.bob, accounts.ann.address, 1n)).toMatchObject({ status: 400 });
  });

  it('shows the other side the same, once they have added it too', async () => {
    await add(bob);
    expect(await untilEntries(bob, 1)).toMatchObject([
      { direction: 'in', money: { asset, amount: '300' }, movementId: null },
    ]);
    expect(await balanceOf(bob)).toMatchObject([{ amount: '300' }]);
  });

  it('is hidden when it is removed, for that person alone, and is all there when it is added again', async () => {
    const before = await historyOf(ann);
    expect(before).toHaveLength(3);
    expect(await remove(ann)).toMatchObject({ status: 204 });
    expect(await remove(ann)).toMatchObject({ status: 204 });
    expect(await listOf(ann)).toEqual([]);
    expect(await historyOf(ann)).toEqual([]);
    expect(await balanceOf(ann)).toEqual([]);
    expect(await historyOf(bob)).toHaveLength(1);
    await add(ann);
    expect(await historyOf(ann)).toEqual(before);
  });

  it('is read for what happened while nobody followed it', async () => {
    await remove(ann);
    await remove(bob);
    await until('nobody follows it', async () => {
      await sendTokens(chain, accounts.ann, accounts.bob.address, 11n, token);
      await chain.finalize(1);
      const { rows } = await database.pool.query<{ missed: boolean }>(
        `SELECT c.head_number > coalesce(max(t.block_number), 0) + 1 AS missed FROM chains c LEFT JOIN chain_token_transfers t ON t.token = $1 GROUP BY c.head_number`,
        [token],
      );
      return rows[0]?.missed;
    });
    await chain.finalize();
    await add(ann);
    const sent = await chain.client.readContract({
      address: token,
      abi: stablecoinAbi,
      functionName: 'balanceOf',
      args: [accounts.bob.address],
    });
    await untilEntries(ann, 3 + Number(sent - 300n) / 11);
  });

  it('is limited to fifty for each person', async () => {
    const addresses = Array.from({ length: 50 }, (_, index) => getAddress(toHex(index + 1, { size: 20 })));
    await database.pool.query(
      `INSERT INTO unlisted_tokens (asset, chain_id, address) SELECT format('eip155:%s/erc20:%s', $1::int, a), $1, a FROM unnest($2::text[]) AS a`,
      [chain.chainId, addresses],
    );
    await database.pool.query(
      `INSERT INTO added_tokens (user_id, asset, chain_id, address, symbol, name, decimals)
       SELECT $1, format('eip155:%s/erc20:%s', $2::int, a), $2, a, 'X', 'X', 18 FROM unnest($3::text[]) AS a`,
      [bob.id, chain.chainId, addresses],
    );
    expect(await add(bob)).toMatchObject({ status: 409, body: { code: 'TOKENS_TOO_MANY', details: { max: '50' } } });
    // A contract that tells no balance takes nothing from the others.
    expect((await bob.get<Balances>('/v1/balances')).unavailable).toEqual([]);
    expect(await remove(bob, addresses[0])).toMatchObject({ status: 204 });
    expect(await add(bob)).toMatchObject({ status: 200 });
  });
});
