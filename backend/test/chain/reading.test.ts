import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Balances, Chains } from '@feiqian/domain/api/chain';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { encodeFunctionData, parseEther, toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from './harness.ts';
import { type NodeProxy, startNodeProxy } from './node-proxy.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

let chain: TestChain;
let proxy: NodeProxy;
let test: TestService;
let ann: Person;
let account: TestAccount;

beforeAll(async () => {
  chain = await startTestChain();
  proxy = await startNodeProxy(chain.rpcUrl);
  const database = await createTestDatabase();
  database.skipVerify();
  test = await startTestService(database, chain, { rpcUrl: proxy.url });
  account = await chain.createAccount('3');
  ann = await test.somebody(account);
  await issueTokens(chain, account.address, 70_000n);
});
afterAll(async () => {
  await test.stop();
  proxy.close();
  await chain.stop();
});

const rpc = async (payload: object, url = `/rpc/${chain.chainId}`) => {
  const response = await test.inject({ method: 'POST', url, payload });
  return {
    status: response.statusCode,
    body: response.json() as {
      result?: unknown;
      error?: { code: number; message: string; data?: string };
      code?: string;
      id?: unknown;
    } & { id: unknown; result: unknown }[],
  };
};
const call = (method: string, params: readonly unknown[] = []) => ({ jsonrpc: '2.0', id: 7, method, params });

describe('GET /v1/chains', () => {
  it('shows chains and assets to everybody', async () => {
    await until(
      'the head is seen',
      async () => (await ann.get<Chains>('/v1/chains')).chains[0]?.status === 'following',
    );
    const { chains, assets } = (await test.inject({ method: 'GET', url: '/v1/chains' })).json<Chains>();
    expect(chains).toMatchObject([
      {
        chainId: chain.chainId,
        relay: chain.addresses.relay,
        finality: { kind: 'depth', blocks: 3 },
        head: expect.stringMatching(/^\d+$/),
      },
    ]);
    expect(assets.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'iso4217:CNY',
        toNativeAssetId(chain.chainId),
        toTokenAssetId(chain.chainId, chain.addresses.usdf),
      ]),
    );
  });
});

describe('GET /v1/balances', () => {
  it('reads what linked addresses hold, also nothing', async () => {
    const { onChain, unavailable } = await ann.get<Balances>('/v1/balances');
    expect(unavailable).toEqual([]);
    expect(onChain).toEqual([
      { asset: toNativeAssetId(chain.chainId), address: account.address, amount: `${parseEther('3')}` },
      { asset: toTokenAssetId(chain.chainId, chain.addresses.usdf), address: account.address, amount: '0' },
      { asset: toTokenAssetId(chain.chainId, chain.addresses.cnyf), address: account.address, amount: '70000' },
    ]);
  });
});

describe('POST /rpc/:chainId', () => {
  it('carries what a wallet reads', async () => {
    expect(await rpc(call('eth_chainId'))).toMatchObject({
      status: 200,
      body: { jsonrpc: '2.0', id: 7, result: toHex(chain.chainId) },
    });
    expect((await rpc(call('eth_getBalance', [account.address, 'latest']))).body.result).toBe(toHex(parseEther('3')));
    const data = encodeFunctionData({ abi: stablecoinAbi, functionName: 'balanceOf', args: [account.address] });
    expect((await rpc(call('eth_call', [{ to: chain.addresses.cnyf, data }, 'latest']))).body.result).toBe(
      toHex(70_000n, { size: 32 }),
    );
    expect(
      (await rpc(call('eth_getLogs', [{ fromBlock: '0x0', toBlock: '0x20', address: chain.addresses.cnyf }]))).body
        .result,
    ).not.toEqual([]);
    for (const method of ['eth_blockNumber', 'eth_gasPrice', 'eth_maxPriorityFeePerGas'])
      expect((await rpc(call(method))).body.result).toMatch(/^0x/);
    expect((await rpc(call('eth_feeHistory', ['0x4', 'latest', [50]]))).body.result).toHaveProperty('baseFeePerGas');
  });

  it('answers several calls in order', async () => {
    const { body } = await rpc([1, 'two', 3].map((id) => ({ ...call('eth_chainId'), id })));
    expect(body.map(({ id, result }) => [id, result])).toEqual([1, 'two', 3].map((id) => [id, toHex(chain.chainId)]));
  });

  it('gives what a reverted call returned, in its own words', async () => {
    const request = {
      token: chain.addresses.cnyf,
      from: account.address,
      to: account.address,
      amount: 0n,
      fee: 0n,
      feeReceiver: account.address,
      reference: toHex(1n, { size: 32 }),
      validAfter: 0n,
      validBefore: 0n,
      salt: toHex(1n, { size: 32 }),
    } as const;
    const data = encodeFunctionData({ abi: relayAbi, functionName: 'relay', args: [request, '0x'] });
    const { status, body } = await rpc(call('eth_call', [{ to: chain.addresses.relay, data }, 'latest']));
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { error: { message: 'execution reverted', data: expect.stringMatching(/^0x[0-9a-f]{8}$/) } },
    });
  });

  it.each([
    'eth_sendRawTransaction',
    'eth_sendTransaction',
    'eth_accounts',
    'evm_snapshot',
    'hardhat_setBalance',
    'debug_traceCall',
    'personal_sign',
    'constructor',
    '__proto__',
  ])('does not carry %s', async (method) => {
    const seen = proxy.seen.length;
    expect(await rpc(call(method))).toMatchObject({ status: 403, body: { code: 'RPC_METHOD_NOT_ALLOWED' } });
    expect(await rpc([call('eth_chainId'), call(method)])).toMatchObject({ status: 403 });
    expect(proxy.seen.slice(seen)).not.toContain(method);
  });

  it.each([
    ['logs without a range', call('eth_getLogs', [{ address: '0x0000000000000000000000000000000000000001' }])],
    ['logs up to whatever is latest', call('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }])],
    ['logs of too many blocks', call('eth_getLogs', [{ fromBlock: '0x0', toBlock: '0x7d0' }])],
    [
      'a call with changed state',
      call('eth_call', [
        { to: '0x0000000000000000000000000000000000000001' },
        'latest',
        { '0x0000000000000000000000000000000000000001': { balance: '0x1' } },
      ]),
    ],
    [
      'a call with an unknown field',
      call('eth_call', [{ to: '0x0000000000000000000000000000000000000001', blobs: [] }, 'latest']),
    ],
    ['a block by another name', call('eth_getBalance', ['0x0000000000000000000000000000000000000001', 'newest'])],
    ['a history of fees without end', call('eth_feeHistory', ['0x10000', 'latest', []])],
    ['no call', []],
    ['another protocol', { ...call('eth_chainId'), jsonrpc: '1.0' }],
    ['too many calls', Array.from({ length: 51 }, () => call('eth_chainId'))],
  ])('does not carry %s', async (_, payload) => {
    expect(await rpc(payload)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });

  it('does not know other chains, nor bodies that are too large', async () => {
    expect(await rpc(call('eth_chainId'), '/rpc/1')).toMatchObject({ status: 400, body: { code: 'CHAIN_UNKNOWN' } });
    const large = await test.inject({
      method: 'POST',
      url: `/rpc/${chain.chainId}`,
      payload: { ...call('eth_call'), params: [{ data: `0x${'00'.repeat(140_000)}` }] },
    });
    expect(large.statusCode).toBe(413);
  });
});

describe('while the node is away', () => {
  it('says so, and shows no balance instead of zero', async () => {
    proxy.setAway(true);
    await until(
      'the chain is unavailable',
      async () => (await ann.get<Chains>('/v1/chains')).chains[0]?.status === 'unavailable',
    );
    expect(await ann.get<Balances>('/v1/balances')).toMatchObject({ onChain: [], unavailable: [chain.chainId] });
    const response = await test.inject({ method: 'POST', url: `/rpc/${chain.chainId}`, payload: call('eth_chainId') });
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBeDefined();
    expect(response.body).not.toContain(new URL(proxy.url).port);
    expect(
      await ann.post('/v1/quotes', { kind: 'relay', asset: toTokenAssetId(chain.chainId, chain.addresses.cnyf) }),
    ).toMatchObject({ status: 200 });
    proxy.setAway(false);
    await until(
      'the chain is followed',
      async () => (await ann.get<Chains>('/v1/chains')).chains[0]?.status === 'following',
    );
  });
});
