import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Simulation } from '@feiqian/domain/api/safety';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import {
  type Address,
  encodeErrorResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  maxUint256,
  parseAbi,
  parseEther,
} from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { type NodeProxy, startNodeProxy } from './node-proxy.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

// A contract whose code gives its own call data back as the reason of its refusal.
const refuser = getAddress('0x00000000000000000000000000000000c0de0001');
const refuserCode = '0x363d3d37363dfd';

let chain: TestChain;
let proxy: NodeProxy;
let test: TestService;
let ann: Person;
let account: TestAccount;
let second: TestAccount;
let stranger: TestAccount;

beforeAll(async () => {
  chain = await startTestChain();
  proxy = await startNodeProxy(chain.rpcUrl);
  const database = await createTestDatabase();
  // Ann's tokens are issued past the books.
  database.skipVerify();
  test = await startTestService(database, chain, { rpcUrl: proxy.url });
  [account, second, stranger] = [
    await chain.createAccount('10'),
    await chain.createAccount(),
    await chain.createAccount('10'),
  ];
  ann = await test.somebody(account, second);
  await issueTokens(chain, account.address, 5_000_000n);
  await chain.client.setCode({ address: refuser, bytecode: refuserCode });
  await chain.finalize();
});
afterAll(async () => {
  proxy.disturb(undefined);
  await test.stop();
  proxy.close();
  await chain.stop();
});

type Call = { readonly to: Address; readonly value?: bigint; readonly data?: Hex; readonly from?: Address };
const simulate = ({ to, value = 0n, data = '0x', from = account.address }: Call, more: object = {}) =>
  ann.post<Simulation>('/v1/simulations', { chainId: chain.chainId, from, to, value: `${value}`, data, ...more });
const tokenCall = (functionName: 'transfer' | 'approve', to: Address, amount: bigint): Call => ({
  to: chain.addresses.cnyf,
  data: encodeFunctionData({ abi: stablecoinAbi, functionName, args: [to, amount] }),
});
const refusal = (data: Hex) => simulate({ to: refuser, data });
const token = () => toTokenAssetId(chain.chainId, chain.addresses.cnyf);
const coin = () => toNativeAssetId(chain.chainId);

describe('simulating a call on the operator’s node', () => {
  it('tells the coin that would leave, and nothing of other people’s', async () => {
    const { status, body } = await simulate({ to: stranger.address, value: parseEther('1') });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        outcome: 'succeeds',
        changes: [{ asset: coin(), address: account.address, amount: `-${parseEther('1')}` }],
        approvals: [],
      },
    });
  });

  it('tells both sides when both are the person’s own', async () => {
    const { body } = await simulate(tokenCall('transfer', second.address, 2_000_000n));
    expect(body).toMatchObject({
      outcome: 'succeeds',
      changes: [
        { asset: token(), address: account.address, amount: '-2000000' },
        { asset: token(), address: second.address, amount: '2000000' },
      ],
    });
  });

  it('tells what could be taken afterwards', async () => {
    const { body } = await simulate(tokenCall('approve', stranger.address, maxUint256));
    expect(body).toEqual({
      outcome: 'succeeds',
      changes: [],
      approvals: [{ asset: token(), owner: account.address, spender: stranger.address, amount: `${maxUint256}` }],
    });
  });

  it('changes nothing', async () => {
    await simulate(tokenCall('transfer', stranger.address, 5_000_000n));
    await simulate(tokenCall('approve', stranger.address, maxUint256));
    const read = (functionName: 'balanceOf' | 'allowance', args: readonly Address[]) =>
      chain.client.readContract({ address: chain.addresses.cnyf, abi: stablecoinAbi, functionName, args } as never);
    expect(await read('balanceOf', [account.address])).toBe(5_000_000n);
    expect(await read('allowance', [account.address, stranger.address])).toBe(0n);
    expect(await chain.client.getTransactionCount({ address: account.address, blockTag: 'pending' })).toBe(0);
  });

  it.each([
    [
      'a custom error of ours',
      () => simulate(tokenCall('transfer', stranger.address, 9_000_000n)),
      { kind: 'error', name: 'ERC20InsufficientBalance' },
    ],
    [
      'tokens to their own contract',
      () => simulate(tokenCall('transfer', chain.addresses.cnyf, 1n)),
      { kind: 'error', name: 'StablecoinReceiverIsToken' },
    ],
    ['coin that is not there', () => simulate({ to: stranger.address, value: parseEther('11') }), { kind: 'funds' }],
    [
      'a text',
      () =>
        refusal(
          encodeErrorResult({
            abi: parseAbi(['error Error(string)']),
            errorName: 'Error',
            args: ['paused until noon'],
          }),
        ),
      { kind: 'message', text: 'paused until noon' },
    ],
    [
      'a panic',
      () => refusal(encodeErrorResult({ abi: parseAbi(['error Panic(uint256)']), errorName: 'Panic', args: [0x11n] })),
      { kind: 'panic', code: 0x11 },
    ],
    ['an error of nobody', () => refusal('0x12345678'), { kind: 'unknown' }],
    ['no reason at all', () => refusal('0x'), { kind: 'unknown' }],
  ] as const)('explains a refusal: %s', async (_what, ask, failure) => {
    expect((await ask()).body).toEqual({ outcome: 'fails', failure });
  });

  it('says only whether it goes well where the node does not trace', async () => {
    proxy.disturb((calls, truth) => {
      const traced = calls.filter(({ method }) => method === 'debug_traceCall').map(({ id }) => id);
      if (traced.length === 0) return undefined;
      const replies = (JSON.parse(truth) as { id: number }[]).map((reply) =>
        traced.includes(reply.id)
          ? { jsonrpc: '2.0', id: reply.id, error: { code: -32_601, message: 'the method does not exist' } }
          : reply,
      );
      return { body: JSON.stringify(replies) };
    });
    expect((await simulate(tokenCall('transfer', stranger.address, 1n))).body).toEqual({
      outcome: 'succeeds',
      changes: null,
      approvals: null,
    });
    expect((await simulate(tokenCall('transfer', stranger.address, 9_000_000n))).body).toEqual({
      outcome: 'fails',
      failure: { kind: 'error', name: 'ERC20InsufficientBalance' },
    });
    proxy.disturb(undefined);
  });

  it.each(['not a trace', { type: 'CALL' }, { from: '0x1', type: 7 }])(
    'does not believe a node that answers %j',
    async (lie) => {
      proxy.tamper(({ method }, result) => (method === 'debug_traceCall' ? lie : result));
      expect((await simulate({ to: stranger.address, value: 1n })).body).toEqual({ outcome: 'not_simulated' });
      proxy.tamper(undefined);
    },
  );

  it('says that nothing was simulated when the node is away', async () => {
    proxy.setFault('error');
    expect((await simulate({ to: stranger.address, value: 1n })).body).toEqual({ outcome: 'not_simulated' });
    proxy.setFault(undefined);
  });

  it('asks only for the person’s own addresses, and takes no state, block or gas', async () => {
    expect(await simulate({ to: second.address, from: stranger.address })).toMatchObject({
      status: 403,
      body: { code: 'ADDRESS_NOT_LINKED' },
    });
    for (const more of [{ stateOverrides: {} }, { block: '0x1' }, { gas: '30000000' }]) {
      expect(await simulate({ to: second.address }, more)).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID' },
      });
    }
    expect(await simulate({ to: second.address }, { chainId: 5 })).toMatchObject({ body: { code: 'CHAIN_UNKNOWN' } });
    const payload = { chainId: chain.chainId, from: account.address, to: second.address, value: '0', data: '0x' };
    expect((await test.inject({ method: 'POST', url: '/v1/simulations', payload })).statusCode).toBe(401);
  });

  it('answers a person who asks without end more slowly', async () => {
    const bea = await test.somebody(await chain.createAccount());
    const asked = await Promise.all(Array.from({ length: 70 }, () => bea.post<Simulation>('/v1/simulations', {})));
    expect(asked.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  });
});
