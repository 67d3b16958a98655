import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Approvals, Revocation } from '@feiqian/domain/api/safety';
import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  erc20Abi,
  getAddress,
  type Hex,
  keccak256,
  maxUint256,
  parseGwei,
  type TransactionSerializableEIP1559,
  toEventSelector,
} from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { type NodeProxy, startNodeProxy } from './node-proxy.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

// A contract that writes Approval(word 0, word 1, word 2) for whoever calls it, and answers everything with 1.
const liar = getAddress('0x00000000000000000000000000000000c0de0002');
const liarCode =
  `0x6040355f526020355f357f${toEventSelector('Approval(address,address,uint256)').slice(2)}60205fa360015f5260205ff3` as Hex;

let chain: TestChain;
let proxy: NodeProxy;
let test: TestService;
let ann: Person;
let account: TestAccount;
let spender: TestAccount;

beforeAll(async () => {
  chain = await startTestChain();
  proxy = await startNodeProxy(chain.rpcUrl);
  const database = await createTestDatabase();
  // Ann's tokens are issued past the books.
  database.skipVerify();
  test = await startTestService(database, chain, { rpcUrl: proxy.url });
  [account, spender] = [await chain.createAccount('10'), await chain.createAccount('10')];
  ann = await test.somebody(account);
  await issueTokens(chain, account.address, 5_000_000n);
  await chain.client.setCode({ address: liar, bytecode: liarCode });
});
afterAll(async () => {
  await test.stop();
  proxy.close();
  await chain.stop();
});

const list = () => ann.get<Approvals>('/v1/approvals');
const approveCall = (to: Address, amount: bigint): Hex =>
  encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [to, amount] });

type Change = Partial<TransactionSerializableEIP1559>;
async function sign(change: Change = {}, from = account): Promise<Hex> {
  const nonce =
    change.nonce ?? (await chain.client.getTransactionCount({ address: from.address, blockTag: 'pending' }));
  return from.signTransaction({
    type: 'eip1559',
    chainId: chain.chainId,
    to: chain.addresses.cnyf,
    gas: 120_000n,
    maxFeePerGas: parseGwei('20'),
    maxPriorityFeePerGas: parseGwei('2'),
    ...change,
    nonce,
  });
}
async function send(raw: Hex): Promise<void> {
  const hash = await chain.client.sendRawTransaction({ serializedTransaction: raw });
  await chain.client.waitForTransactionReceipt({ hash });
}
const revoke = (raw: Hex, who = ann) => who.post<Revocation>('/v1/revocations', { chainId: chain.chainId, raw });
const allowanceOf = (to: Address) =>
  chain.client.readContract({
    address: chain.addresses.cnyf,
    abi: stablecoinAbi,
    functionName: 'allowance',
    args: [account.address, to],
  });
const one = (to: Address, amount: bigint, token = chain.addresses.cnyf) => ({
  chainId: chain.chainId,
  token,
  owner: account.address,
  spender: to,
  amount: `${amount}`,
});

describe('the list of approvals', () => {
  it('is empty for somebody who allowed nothing', async () => {
    expect(await list()).toEqual({ approvals: [], unavailable: [], isComplete: true });
  });

  it('shows what is allowed now, and no longer once it is gone', async () => {
    await send(await sign({ data: approveCall(spender.address, maxUint256) }));
    expect((await list()).approvals).toEqual([one(spender.address, maxUint256)]);
    await send(await sign({ data: approveCall(spender.address, 7n) }));
    expect((await list()).approvals).toEqual([one(spender.address, 7n)]);
    const { status, body } = await revoke(await sign({ data: approveCall(spender.address, 0n) }));
    expect(status).toBe(201);
    expect(body.txHash).toMatch(/^0x[0-9a-f]{64}$/);
    await chain.client.waitForTransactionReceipt({ hash: body.txHash });
    expect(await allowanceOf(spender.address)).toBe(0n);
    expect((await list()).approvals).toEqual([]);
  });

  it('finds it also long after, in blocks that it has not read yet', async () => {
    await send(await sign({ data: approveCall(spender.address, 9n) }));
    await chain.client.mine({ blocks: 4_500 });
    expect((await list()).approvals).toEqual([one(spender.address, 9n)]);
    // Read once, remembered for good.
    let reads = 0;
    proxy.tamper(({ method, params }, result) => {
      // The indexer reads logs too, but never of allowances alone.
      if (method === 'eth_getLogs' && JSON.stringify(params).includes(account.address.slice(2).toLowerCase()))
        reads += 1;
      return result;
    });
    expect((await list()).approvals).toEqual([one(spender.address, 9n)]);
    proxy.tamper(undefined);
    expect(reads).toBe(1);
  });

  it('follows a chain whose blocks are replaced', async () => {
    const other = (await chain.createAccount()).address;
    const snapshot = await chain.client.snapshot();
    await send(await sign({ data: approveCall(other, 5n) }));
    expect((await list()).approvals).toContainEqual(one(other, 5n));
    await chain.client.revert({ id: snapshot });
    await chain.client.mine({ blocks: 3 });
    expect((await list()).approvals).not.toContainEqual(one(other, 5n));
    await send(await sign({ data: approveCall(other, 6n) }));
    expect((await list()).approvals).toContainEqual(one(other, 6n));
  });

  it('believes a strange contract only in what the person sent', async () => {
    const words = encodeAbiParameters(
      [{ type: 'address' }, { type: 'address' }, { type: 'uint256' }],
      [account.address, spender.address, 1n],
    );
    await send(await sign({ to: liar, data: words }, spender));
    expect((await list()).approvals).not.toContainEqual(one(spender.address, 1n, liar));
    await send(await sign({ to: liar, data: words }));
    expect((await list()).approvals).toContainEqual(one(spender.address, 1n, liar));
  });

  it('names a chain that cannot be asked, instead of showing nothing for it', async () => {
    proxy.setFault('error');
    expect(await list()).toMatchObject({ approvals: [], unavailable: [chain.chainId] });
    proxy.setFault(undefined);
  });

  it('shows nobody else’s', async () => {
    const bea = await test.somebody(await chain.createAccount());
    expect((await bea.get<Approvals>('/v1/approvals')).approvals).toEqual([]);
    expect((await test.inject({ method: 'GET', url: '/v1/approvals' })).statusCode).toBe(401);
  });
});

describe('revoking', () => {
  it.each([
    ['an allowance where there was none', () => sign({ data: approveCall(liar, 1n) }), 'TRANSACTION_INVALID'],
    [
      'a transfer',
      () =>
        sign({ data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [spender.address, 1n] }) }),
      'TRANSACTION_INVALID',
    ],
    ['bytes behind it', () => sign({ data: `${approveCall(spender.address, 0n)}00` }), 'TRANSACTION_INVALID'],
    ['coin along with it', () => sign({ data: approveCall(spender.address, 0n), value: 1n }), 'TRANSACTION_INVALID'],
    ['a nonce with a gap', () => sign({ data: approveCall(spender.address, 0n), nonce: 9_999 }), 'TRANSACTION_INVALID'],
    ['a nonce that is used up', () => sign({ data: approveCall(spender.address, 0n), nonce: 0 }), 'NONCE_TOO_LOW'],
    ['somebody else’s address', () => sign({ data: approveCall(account.address, 0n) }, spender), 'ADDRESS_NOT_LINKED'],
    [
      'more fee than there is',
      () => sign({ data: approveCall(spender.address, 0n), maxFeePerGas: parseGwei('900000') }),
      'INSUFFICIENT_FUNDS',
    ],
  ] as const)('refuses %s', async (_what, make, code) => {
    expect((await revoke(await make())).body.code).toBe(code);
  });

  it('can leave a smaller allowance, and never a larger one', async () => {
    await send(await sign({ data: approveCall(spender.address, maxUint256) }));
    const same = await revoke(await sign({ data: approveCall(spender.address, maxUint256) }));
    expect(same.body.code).toBe('TRANSACTION_INVALID');
    const { status, body } = await revoke(await sign({ data: approveCall(spender.address, 6n) }));
    expect(status).toBe(201);
    await chain.client.waitForTransactionReceipt({ hash: body.txHash });
    expect(await allowanceOf(spender.address)).toBe(6n);
    const more = await revoke(await sign({ data: approveCall(spender.address, 7n) }));
    expect(more.body.code).toBe('TRANSACTION_INVALID');
  });

  it('takes the same bytes again without harm while they wait', async () => {
    await send(await sign({ data: approveCall(spender.address, 4n) }));
    await chain.client.setAutomine(false);
    const raw = await sign({ data: approveCall(spender.address, 0n) });
    const first = await revoke(raw);
    const again = await revoke(raw);
    await chain.client.mine({ blocks: 1 });
    await chain.client.setAutomine(true);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.txHash).toBe(keccak256(raw));
    expect(await allowanceOf(spender.address)).toBe(0n);
  });
});
