import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Balances, Chains, MovementWire } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { type Address, encodeFunctionData, parseEther, parseGwei } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from './harness.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, sendCoin, type TestAccount } from './traffic.ts';

let issuing: TestChain;
/** On which the operator issues nothing, and lists somebody else's token. */
let foreign: TestChain;
let pear: Address;
let test: TestService;
let ann: Person;
let account: TestAccount;
let other: TestAccount;

beforeAll(async () => {
  [issuing, foreign] = await Promise.all([startTestChain(), startTestChain({ chainId: 31_338 })]);
  pear = await foreign.deployToken('PEAR', 'Pear Points');
  const tokens = [{ symbol: 'PEAR', name: 'Pear Points', address: pear, decimals: 6 }];
  const listed = { ...foreign.chain, name: 'Foreign', tokens, relay: null, checkout: null };
  test = await startTestService(await createTestDatabase(), issuing, {
    others: [{ chain: listed, rpcUrl: foreign.rpcUrl }],
  });
  [account, other] = [await foreign.createAccount('5'), await issuing.createAccount('5')];
  await issuing.client.setBalance({ address: account.address, value: parseEther('2') });
  ann = await test.somebody(account);
});
afterAll(async () => {
  await test.stop();
  await Promise.all([issuing.stop(), foreign.stop()]);
});

const pearAsset = () => toTokenAssetId(foreign.chainId, pear);
const historyOf = async (asset: string) =>
  (await ann.get<{ items: HistoryEntry[] }>(`/v1/history?asset=${encodeURIComponent(asset)}`)).items;

it('lists both, and says where nothing is issued', async () => {
  const { chains, assets } = await ann.get<Chains>('/v1/chains');
  expect(chains).toMatchObject([
    { chainId: issuing.chainId, relay: issuing.addresses.relay, checkout: issuing.addresses.checkout },
    { chainId: foreign.chainId, name: 'Foreign', relay: null, checkout: null, status: 'following' },
  ]);
  expect(assets.filter(({ chainId }) => chainId === foreign.chainId)).toEqual([
    {
      id: toNativeAssetId(foreign.chainId),
      kind: 'native',
      symbol: 'ETH',
      name: 'Foreign',
      decimals: 18,
      chainId: foreign.chainId,
    },
    {
      id: pearAsset(),
      kind: 'token',
      symbol: 'PEAR',
      name: 'Pear Points',
      decimals: 6,
      chainId: foreign.chainId,
      address: pear,
    },
  ]);
});

it('shows what one address has and gets on each, on the chain where it is', async () => {
  await issueTokens(foreign, account.address, 70_000n, pear);
  await sendCoin(issuing, other, account.address, '1');
  await until('both have arrived', async () => {
    const [token] = await historyOf(pearAsset());
    const [coin] = await historyOf(toNativeAssetId(issuing.chainId));
    return token?.legs[0]?.chainId === foreign.chainId && coin?.legs[0]?.chainId === issuing.chainId;
  });
  const { onChain, unavailable } = await ann.get<Balances>('/v1/balances');
  expect(unavailable).toEqual([]);
  expect(onChain).toEqual(
    expect.arrayContaining([
      { asset: toNativeAssetId(issuing.chainId), address: account.address, amount: `${parseEther('3')}` },
      { asset: toNativeAssetId(foreign.chainId), address: account.address, amount: `${parseEther('5')}` },
      { asset: pearAsset(), address: account.address, amount: '70000' },
    ]),
  );
});

it('takes a token that is not issued here by plain transactions, and in no other way', async () => {
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId: foreign.chainId,
    to: pear,
    data: encodeFunctionData({ abi: stablecoinAbi, functionName: 'transfer', args: [other.address, 50n] }),
    gas: 120_000n,
    maxFeePerGas: parseGwei('20'),
    maxPriorityFeePerGas: parseGwei('2'),
    nonce: 0,
  });
  const { status, body } = await ann.post<MovementWire>('/v1/transactions', { chainId: foreign.chainId, raw });
  expect({ status, body }).toMatchObject({ status: 201, body: { money: { asset: pearAsset(), amount: '50' } } });
  await until('it is mined', async () => (await ann.entry(body.historyId)).stage === 'mined');
  await foreign.finalize();
  await until('it is final', async () => (await ann.entry(body.historyId)).stage === 'final');
  expect(await ann.post('/v1/quotes', { kind: 'relay', asset: pearAsset() })).toMatchObject({
    status: 400,
    body: { code: 'ASSET_UNKNOWN' },
  });
  const money = { asset: 'iso4217:CNY', amount: '100' };
  expect(
    await ann.post('/v1/conversions', { direction: 'issue', money, token: pearAsset(), address: account.address }),
  ).toMatchObject({ status: 400, body: { code: 'ASSET_UNKNOWN' } });
  expect(
    await ann.post('/v1/payment-requests', { money: { asset: pearAsset(), amount: '100' }, description: 'Pears' }),
  ).toMatchObject({ status: 400, body: { code: 'ASSET_UNKNOWN' } });
});
