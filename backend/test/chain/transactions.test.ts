import { randomUUID } from 'node:crypto';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { MovementWire, OpenTransactionWire } from '@feiqian/domain/api/chain';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import type { Pool } from 'pg';
import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseEther,
  parseGwei,
  type TransactionSerializableEIP1559,
} from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from './harness.ts';
import { type NodeProxy, startNodeProxy } from './node-proxy.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

let chain: TestChain;
/** Sees what the service itself does not. */
let superuser: Pool;
/** Tells what the node was asked. */
let proxy: NodeProxy;
let test: TestService;
let ann: Person;
let account: TestAccount;
let other: TestAccount;

beforeAll(async () => {
  chain = await startTestChain();
  const database = await createTestDatabase();
  superuser = database.connect('superuser', 1);
  // Ann's tokens are issued past the books.
  database.skipVerify();
  proxy = await startNodeProxy(chain.rpcUrl);
  test = await startTestService(database, chain, { rpcUrl: proxy.url });
  [account, other] = [await chain.createAccount('10'), await chain.createAccount('10')];
  ann = await test.somebody(account);
  await issueTokens(chain, account.address, 5_000_000n);
  await chain.finalize();
});
afterAll(async () => {
  await test.stop();
  proxy.close();
  await chain.stop();
});

type Change = Partial<TransactionSerializableEIP1559>;

/** What the wallet would sign: 0.1 coin to somebody, at the next nonce. */
async function sign(change: Change = {}, from = account): Promise<Hex> {
  const nonce =
    change.nonce ?? (await chain.client.getTransactionCount({ address: from.address, blockTag: 'pending' }));
  return from.signTransaction({
    type: 'eip1559',
    chainId: chain.chainId,
    to: other.address,
    value: parseEther('0.1'),
    gas: 21_000n,
    maxFeePerGas: parseGwei('20'),
    maxPriorityFeePerGas: parseGwei('2'),
    ...change,
    nonce,
  });
}
const tokenCall = (to: Address, amount: bigint): Change => ({
  to: chain.addresses.cnyf,
  value: 0n,
  gas: 120_000n,
  data: encodeFunctionData({ abi: stablecoinAbi, functionName: 'transfer', args: [to, amount] }),
});
const send = (raw: Hex, key?: string) =>
  ann.post<MovementWire>('/v1/transactions', { chainId: chain.chainId, raw }, key);
const waiting = async (movementId: string, person = ann) =>
  (await person.get<{ open: OpenTransactionWire | null }>(`/v1/transactions/${movementId}`)).open;
const untilStage = (historyId: string, stage: string) =>
  until(`the entry is ${stage}`, async () => {
    const entry = await ann.entry(historyId);
    return entry.stage === stage && entry;
  });

describe('broadcasting a signed transaction', () => {
  it('sends coin and follows it until it is final', async () => {
    const raw = await sign();
    const { status, body } = await send(raw);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        kind: 'token_send',
        state: 'submitted',
        txHash: keccak256(raw),
        money: { asset: toNativeAssetId(chain.chainId), amount: `${parseEther('0.1')}` },
      },
    });
    await untilStage(body.historyId, 'mined');
    await chain.finalize();
    expect(await untilStage(body.historyId, 'final')).toMatchObject({
      direction: 'out',
      status: 'completed',
      counterparty: { kind: 'address', value: other.address },
    });
  });

  it('sends tokens, and says so in tokens', async () => {
    const { body } = await send(await sign(tokenCall(other.address, 1_000_000n)));
    expect(body.money).toEqual({ asset: toTokenAssetId(chain.chainId, chain.addresses.cnyf), amount: '1000000' });
    await untilStage(body.historyId, 'mined');
  });

  it('sends several in a row without waiting for one another', async () => {
    const nonce = await chain.client.getTransactionCount(account);
    const sent = [];
    for (const index of [0, 1, 2]) sent.push(await send(await sign({ nonce: nonce + index })));
    expect(sent.map(({ status }) => status)).toEqual([201, 201, 201]);
    for (const { body } of sent)
      await until('it is in a block', async () => ['mined', 'final'].includes((await ann.entry(body.historyId)).stage));
  });

  it('answers a repeated request as before, and the same bytes under another key with the same movement', async () => {
    await chain.client.setAutomine(false);
    const raw = await sign();
    const key = randomUUID();
    const [first, again, elsewhere] = [await send(raw, key), await send(raw, key), await send(raw)];
    expect(again).toEqual(first);
    expect(elsewhere.body).toEqual(first.body);
    await chain.client.mine({ blocks: 1 });
    await chain.client.setAutomine(true);
    await untilStage(first.body.historyId, 'mined');
  });
});

describe('taking the place of a transaction', () => {
  const inPool = async (raw: Hex) =>
    until(
      'the node has it',
      async () => (await chain.client.getTransaction({ hash: keccak256(raw) }).catch(() => undefined)) !== undefined,
    );
  const onHold = async (work: () => Promise<void>) => {
    await chain.client.setAutomine(false);
    try {
      await work();
    } finally {
      await chain.client.setAutomine(true);
      await chain.finalize();
    }
  };

  it('with the same payment at a higher fee stays one payment', async () => {
    let historyId = '';
    const dear = { maxFeePerGas: parseGwei('40'), maxPriorityFeePerGas: parseGwei('4') };
    await onHold(async () => {
      const nonce = await chain.client.getTransactionCount(account);
      const cheap = await sign({ nonce });
      const first = await send(cheap);
      historyId = first.body.historyId;
      await inPool(cheap);
      expect(await send(await sign({ nonce, maxFeePerGas: parseGwei('21') }))).toMatchObject({
        status: 400,
        body: { code: 'TRANSACTION_INVALID', details: { reason: 'replacement fee too low' } },
      });
      const raw = await sign({ nonce, ...dear });
      const second = await send(raw);
      expect(second.body).toEqual({ ...first.body, txHash: keccak256(raw) });
      await inPool(raw);
      expect(await waiting(first.body.id)).toEqual({ chainId: chain.chainId, payment: raw, cancels: [] });
      await chain.client.mine({ blocks: 1 });
    });
    expect(await untilStage(historyId, 'final')).toMatchObject({ status: 'completed' });
  });

  it('is nobody else’s to know of', async () => {
    const stranger = await test.somebody();
    const nextOf = async (person: Person) =>
      (
        await person.get<{ next: string | null }>(
          `/v1/transactions/nonce?chainId=${chain.chainId}&address=${account.address}`,
        )
      ).next;
    await onHold(async () => {
      const nonce = await chain.client.getTransactionCount(account);
      // Too cheap for any block, so that the node does not count it.
      const cheap = await sign({ nonce, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n });
      const { body } = await send(cheap);
      await inPool(cheap);
      expect(await nextOf(ann)).toBe(`${nonce + 1}`);
      expect(await nextOf(stranger)).toBeNull();
      expect(await waiting(body.id)).not.toBeNull();
      expect(await waiting(body.id, stranger)).toBeNull();
      const dear = await sign({ nonce, maxFeePerGas: parseGwei('40'), maxPriorityFeePerGas: parseGwei('4') });
      await send(dear);
      await inPool(dear);
      await chain.client.mine({ blocks: 1 });
    });
  });

  it('with nothing to oneself does not cancel what was faster', async () => {
    let historyId = '';
    await onHold(async () => {
      const nonce = await chain.client.getTransactionCount(account);
      const payment = await sign({ nonce });
      historyId = (await send(payment)).body.historyId;
      await inPool(payment);
      await chain.client.mine({ blocks: 1 });
      const late = await sign({ nonce, to: account.address, value: 0n, maxFeePerGas: parseGwei('90') });
      expect(await send(late)).toMatchObject({ status: 409, body: { code: 'NONCE_TOO_LOW' } });
    });
    expect(await untilStage(historyId, 'final')).toMatchObject({ status: 'completed' });
  });

  it('with nothing to oneself cancels it', async () => {
    let historyId = '';
    await onHold(async () => {
      const nonce = await chain.client.getTransactionCount(account);
      const payment = await sign({ nonce });
      const first = await send(payment);
      historyId = first.body.historyId;
      await inPool(payment);
      const nothing = await sign({
        nonce,
        to: account.address,
        value: 0n,
        maxFeePerGas: parseGwei('40'),
        maxPriorityFeePerGas: parseGwei('4'),
      });
      expect((await send(nothing)).body.historyId).toBe(historyId);
      await inPool(nothing);
      expect(await waiting(first.body.id)).toEqual({ chainId: chain.chainId, payment, cancels: [nothing] });
      const cancelling = await until('the cancelling is on its way', async () => {
        const entry = await ann.entry(historyId);
        return entry.legs.some(({ kind, status }) => kind === 'cancel' && status === 'pending') && entry;
      });
      expect(cancelling).toMatchObject({ stage: 'submitted', txHash: keccak256(payment) });
      expect(cancelling.legs.at(-1)?.reference).toBe(keccak256(nothing));
      const sent = () => proxy.seen.filter((method) => method === 'eth_sendRawTransaction').length;
      const before = sent();
      await until('both were sent again, and the node would not have the cheaper', async () => sent() >= before + 2);
      expect(await waiting(first.body.id)).not.toBeNull();
      expect((await ann.entry(historyId)).stage, 'nothing is decided yet').toBe('submitted');
      await chain.client.mine({ blocks: 1 });
    });
    const over = await untilStage(historyId, 'dropped');
    expect(over).toMatchObject({ status: 'cancelled', reason: 'CANCELLED' });
    expect(over.legs.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['transfer dropped', 'cancel completed']);
    expect(await waiting(over.movementId ?? '')).toBeNull();
  });

  it('with another payment drops the first once the second is final', async () => {
    let entries: string[] = [];
    await onHold(async () => {
      const nonce = await chain.client.getTransactionCount(account);
      const payment = await sign({ nonce });
      const first = await send(payment);
      await inPool(payment);
      const second = await sign({
        nonce,
        value: parseEther('0.2'),
        maxFeePerGas: parseGwei('40'),
        maxPriorityFeePerGas: parseGwei('4'),
      });
      entries = [first.body.historyId, (await send(second)).body.historyId];
      await inPool(second);
      await chain.client.mine({ blocks: 1 });
    });
    await untilStage(entries[1] ?? '', 'final');
    expect(await untilStage(entries[0] ?? '', 'dropped')).toMatchObject({ reason: 'NONCE_USED' });
  });

  it('outside of the service is noticed too', async () => {
    let historyId = '';
    await onHold(async () => {
      const nonce = await chain.client.getTransactionCount(account);
      const payment = await sign({ nonce });
      historyId = (await send(payment)).body.historyId;
      await inPool(payment);
      const elsewhere = await sign({
        nonce,
        value: parseEther('0.3'),
        maxFeePerGas: parseGwei('60'),
        maxPriorityFeePerGas: parseGwei('6'),
      });
      await chain.client.sendRawTransaction({ serializedTransaction: elsewhere });
      await chain.client.mine({ blocks: 1 });
    });
    expect(await untilStage(historyId, 'dropped')).toMatchObject({ reason: 'NONCE_USED' });
  });
});

describe('a transaction that cannot be', () => {
  const refusals: readonly (readonly [string, number, string, () => Promise<Hex>])[] = [
    ['with a nonce that is used', 409, 'NONCE_TOO_LOW', () => sign({ nonce: 0 })],
    [
      'with a nonce that leaves a gap',
      400,
      'TRANSACTION_INVALID',
      async () => sign({ nonce: (await chain.client.getTransactionCount(account)) + 2 }),
    ],
    ['of somebody else’s address', 403, 'ADDRESS_NOT_LINKED', () => sign({}, other)],
    ['for another chain', 400, 'TRANSACTION_INVALID', () => sign({ chainId: 1 })],
    ['of more coin than there is', 409, 'INSUFFICIENT_FUNDS', () => sign({ value: parseEther('11') })],
    ['of more tokens than there are', 409, 'INSUFFICIENT_FUNDS', () => sign(tokenCall(other.address, 6_000_000n))],
    ['whose fee is more than there is', 409, 'INSUFFICIENT_FUNDS', () => sign({ maxFeePerGas: parseGwei('1000000') })],
    ['with too little gas', 400, 'TRANSACTION_INVALID', () => sign({ ...tokenCall(other.address, 1n), gas: 30_000n })],
    ['of coin to a token contract', 400, 'ADDRESS_IS_TOKEN', () => sign({ to: chain.addresses.cnyf })],
    ['of coin to the relay contract', 400, 'ADDRESS_IS_TOKEN', () => sign({ to: chain.addresses.relay })],
    ['of tokens to a token contract', 400, 'ADDRESS_IS_TOKEN', () => sign(tokenCall(chain.addresses.usdf, 1n))],
    ['of nothing', 400, 'AMOUNT_NOT_POSITIVE', () => sign({ value: 0n })],
    ['of no tokens', 400, 'AMOUNT_NOT_POSITIVE', () => sign(tokenCall(other.address, 0n))],
    [
      'that makes a contract',
      400,
      'TRANSACTION_INVALID',
      () => sign({ to: null, data: '0x6000', value: 0n, gas: 100_000n }),
    ],
    [
      'that allows somebody to spend',
      400,
      'TRANSACTION_INVALID',
      () =>
        sign({
          ...tokenCall(other.address, 1n),
          data: encodeFunctionData({ abi: stablecoinAbi, functionName: 'approve', args: [other.address, 1n] }),
        }),
    ],
    [
      'with bytes behind the call',
      400,
      'TRANSACTION_INVALID',
      () => sign({ ...tokenCall(other.address, 1n), data: `${tokenCall(other.address, 1n).data ?? '0x'}00` }),
    ],
    ['that calls an unknown contract', 400, 'TRANSACTION_INVALID', () => sign({ data: '0x12345678', gas: 50_000n })],
    ['that cancels nothing', 400, 'TRANSACTION_INVALID', () => sign({ to: account.address, value: 0n })],
    [
      'that anybody could replay elsewhere',
      400,
      'TRANSACTION_INVALID',
      async () =>
        account.signTransaction({
          type: 'legacy',
          to: other.address,
          value: 1n,
          gas: 21_000n,
          gasPrice: parseGwei('20'),
          nonce: await chain.client.getTransactionCount(account),
        }),
    ],
    ['that is cut off', 400, 'TRANSACTION_INVALID', async () => (await sign()).slice(0, -2) as Hex],
    ['that is no transaction', 400, 'TRANSACTION_INVALID', async () => '0x01'],
  ];

  it.each(refusals)('is refused: %s', async (_, status, code, make) => {
    const answer = await send(await make());
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  });

  it('is refused on an unknown chain and without a session', async () => {
    expect(await ann.post('/v1/transactions', { chainId: 5, raw: await sign() })).toMatchObject({
      status: 400,
      body: { code: 'CHAIN_UNKNOWN' },
    });
    const stranger = await test.inject({
      method: 'POST',
      url: '/v1/transactions',
      payload: { chainId: chain.chainId, raw: '0x01' },
    });
    expect(stranger.statusCode).toBe(401);
  });
});

it('leaves a history that the facts alone would give again', async () => {
  const { rows } = await superuser.query('SELECT problem, id, stage, legs FROM history_differences');
  expect(rows).toEqual([]);
});
