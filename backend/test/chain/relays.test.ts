import { randomBytes, randomUUID } from 'node:crypto';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { MovementWire, RelayQuote, RelayWire } from '@feiqian/domain/api/chain';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { buildRelayTypedData } from '@feiqian/domain/authorizations';
import { type Address, type Hex, parseGwei, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from './harness.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

let chain: TestChain;
let test: TestService;
let ann: Person;
let bob: Person;
let annAccount: TestAccount;
let bobAccount: TestAccount;
let asset: string;

beforeAll(async () => {
  chain = await startTestChain();
  const database = await createTestDatabase();
  // Ann's tokens are issued past the books.
  database.skipVerify();
  test = await startTestService(database, chain);
  [annAccount, bobAccount] = [await chain.createAccount(), await chain.createAccount()];
  [ann, bob] = [await test.somebody(annAccount), await test.somebody(bobAccount)];
  asset = toTokenAssetId(chain.chainId, chain.addresses.cnyf);
  await issueTokens(chain, annAccount.address, 100_000_000n);
  await chain.finalize();
});
afterAll(async () => {
  await test.stop();
  await chain.stop();
});

const bytes32 = (): Hex => `0x${randomBytes(32).toString('hex')}`;
const quote = async (person = ann) => (await person.post<RelayQuote>('/v1/quotes', { kind: 'relay', asset })).body;
const balanceOf = (address: Address) =>
  chain.client.readContract({
    address: chain.addresses.cnyf,
    abi: stablecoinAbi,
    functionName: 'balanceOf',
    args: [address],
  });

type Draft = Omit<RelayWire, 'signature'>;

/** What the wallet would sign, with whatever the test changes before signing. */
async function draft(change: Partial<Draft> = {}): Promise<Draft> {
  const price = await quote();
  const now = Math.floor(Date.now() / 1000);
  return {
    quoteId: price.id,
    chainId: chain.chainId,
    token: chain.addresses.cnyf,
    from: annAccount.address,
    to: bobAccount.address,
    amount: '25000000',
    fee: price.fee,
    feeReceiver: price.feeReceiver,
    reference: bytes32(),
    validAfter: '0',
    validBefore: `${now + 1800}`,
    salt: bytes32(),
    ...change,
  };
}

const toRequest = ({ amount, fee, validAfter, validBefore, token, from, to, feeReceiver, reference, salt }: Draft) => ({
  token,
  from,
  to,
  feeReceiver,
  reference,
  salt,
  amount: BigInt(amount),
  fee: BigInt(fee),
  validAfter: BigInt(validAfter),
  validBefore: BigInt(validBefore),
});

async function sign(wire: Draft, account = annAccount): Promise<RelayWire> {
  const domain = { name: 'Feiqian CNY', version: '1', chainId: chain.chainId, verifyingContract: wire.token };
  return {
    ...wire,
    signature: await account.signTypedData(buildRelayTypedData(domain, chain.addresses.relay, toRequest(wire))),
  };
}

const untilStage = (person: Person, historyId: string, stage: string) =>
  until(`the entry is ${stage}`, async () => {
    const entry = await person.entry(historyId);
    return entry.stage === stage && entry;
  });

describe('moving a stablecoin without native coin', () => {
  it('pays the recipient and the fee by one signature, and both histories follow the chain to the end', async () => {
    const relayer = privateKeyToAccount(chain.keys.relayer).address;
    const [mine, theirs, earned] = [
      await balanceOf(annAccount.address),
      await balanceOf(bobAccount.address),
      await balanceOf(relayer),
    ];
    const wire = await sign(await draft());
    const { status, body } = await ann.post<MovementWire>('/v1/relays', wire);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { kind: 'token_send', state: 'submitted', money: { asset, amount: '25000000' } },
    });
    const mined = await untilStage(ann, body.historyId, 'mined');
    expect(mined).toMatchObject({
      direction: 'out',
      status: 'pending',
      holder: 'chain',
      fee: { asset, amount: wire.fee },
      txHash: expect.stringMatching(/^0x/),
    });
    await chain.finalize();
    expect(await untilStage(ann, body.historyId, 'final')).toMatchObject({ status: 'completed', txHash: mined.txHash });
    const [received] = (await bob.get<{ items: { direction: string; money: object; status: string }[] }>('/v1/history'))
      .items;
    expect(received).toMatchObject({ direction: 'in', status: 'completed', money: { asset, amount: '25000000' } });
    expect(await chain.client.getBalance(annAccount)).toBe(0n);
    expect(await balanceOf(annAccount.address)).toBe(mine - 25_000_000n - BigInt(wire.fee));
    expect(await balanceOf(bobAccount.address)).toBe(theirs + 25_000_000n);
    expect(await balanceOf(relayer)).toBe(earned + BigInt(wire.fee));
  });

  it('refuses at once what an earlier payment, which no block has yet, does not leave', async () => {
    await chain.client.setAutomine(false);
    try {
      const have = await balanceOf(annAccount.address);
      const most = `${(have * 2n) / 3n}`;
      const wires = await Promise.all(Array.from({ length: 6 }, async () => sign(await draft({ amount: most }))));
      const answers = await Promise.all(
        wires.map((wire) => ann.post<MovementWire & { code?: string }>('/v1/relays', wire)),
      );
      expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([
        201,
        ...Array.from({ length: 5 }, () => 'INSUFFICIENT_FUNDS'),
      ]);
      await chain.finalize(4);
      const taken = answers.find(({ status }) => status === 201);
      await untilStage(ann, taken?.body.historyId ?? '', 'final');
      expect(await balanceOf(annAccount.address)).toBe(have - BigInt(most) - BigInt(wires[0]?.fee ?? 0));
      await issueTokens(chain, annAccount.address, BigInt(most));
    } finally {
      await chain.client.setAutomine(true);
    }
  });

  it('gives a repeated request the same answer and moves nothing twice', async () => {
    const before = await balanceOf(bobAccount.address);
    const wire = await sign(await draft({ amount: '10000' }));
    const key = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => ann.post<MovementWire>('/v1/relays', wire, key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    await untilStage(ann, answers[0]?.body.historyId ?? '', 'mined');
    expect(await ann.post('/v1/relays', { ...wire, amount: '10001' }, key)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    await chain.finalize();
    expect(await balanceOf(bobAccount.address)).toBe(before + 10_000n);
  });

  it('carries one signature once, whatever key it comes under', async () => {
    const wire = await sign(await draft({ amount: '20000' }));
    const both = await Promise.all([
      ann.post<MovementWire>('/v1/relays', wire),
      ann.post<MovementWire>('/v1/relays', wire),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 400]);
    expect(both.find(({ status }) => status === 400)?.body.code).toBe('AUTHORIZATION_INVALID');
  });
});

describe('a relay that somebody else submits first', () => {
  it('counts as done, because the money moved exactly as signed', async () => {
    const before = await balanceOf(bobAccount.address);
    const wire = await sign(await draft({ amount: '30000' }));
    await chain.client.setAutomine(false);
    const { body } = await ann.post<MovementWire>('/v1/relays', wire);
    await until(
      'it is broadcast',
      async () =>
        (
          await test.pool.query(`SELECT FROM chain_transactions WHERE movement_id = $1 AND state = 'broadcast'`, [
            body.id,
          ])
        ).rowCount === 1,
    );
    const admin = privateKeyToAccount(chain.keys.admin);
    const args = [toRequest(wire), wire.signature] as const;
    await chain.client.writeContract({
      account: admin,
      address: chain.addresses.relay,
      abi: relayAbi,
      functionName: 'relay',
      args,
      gas: 500_000n,
      maxFeePerGas: parseGwei('100'),
      maxPriorityFeePerGas: parseGwei('90'),
    });
    await chain.client.mine({ blocks: 1 });
    await chain.client.setAutomine(true);
    await chain.finalize();
    const done = await untilStage(ann, body.historyId, 'final');
    expect(done.status).toBe('completed');
    expect(await balanceOf(bobAccount.address)).toBe(before + 30_000n);
    const { items } = await ann.get<{ items: { txHash: string | null }[] }>('/v1/history?limit=100');
    expect(
      items.filter(({ txHash }) => txHash === done.txHash),
      'and is one entry',
    ).toHaveLength(1);
  });
});

describe('a relay that cannot be', () => {
  const refusals: readonly (readonly [string, number, string, () => Promise<RelayWire>])[] = [
    ['for another fee than quoted', 400, 'AUTHORIZATION_INVALID', async () => sign(await draft({ fee: '1' }))],
    [
      'for another fee receiver',
      400,
      'AUTHORIZATION_INVALID',
      async () => sign(await draft({ feeReceiver: bobAccount.address })),
    ],
    [
      'with somebody else’s quote',
      409,
      'QUOTE_EXPIRED',
      async () => sign(await draft({ quoteId: (await quote(bob)).id })),
    ],
    [
      'from an address of somebody else',
      403,
      'ADDRESS_NOT_LINKED',
      async () => sign(await draft({ from: bobAccount.address }), bobAccount),
    ],
    ['signed by somebody else', 400, 'SIGNATURE_INVALID', async () => sign(await draft(), bobAccount)],
    [
      'whose recipient was changed after signing',
      400,
      'SIGNATURE_INVALID',
      async () => ({ ...(await sign(await draft())), to: '0x000000000000000000000000000000000000dEaD' }),
    ],
    [
      'whose amount was changed after signing',
      400,
      'SIGNATURE_INVALID',
      async () => ({ ...(await sign(await draft())), amount: '26000000' }),
    ],
    ['to the token contract', 400, 'ADDRESS_IS_TOKEN', async () => sign(await draft({ to: chain.addresses.cnyf }))],
    ['to the relay contract', 400, 'ADDRESS_IS_TOKEN', async () => sign(await draft({ to: chain.addresses.relay }))],
    ['to nobody', 400, 'AUTHORIZATION_INVALID', async () => sign(await draft({ to: zeroAddress }))],
    ['of nothing', 400, 'AUTHORIZATION_INVALID', async () => sign(await draft({ amount: '0' }))],
    ['of more than there is', 409, 'INSUFFICIENT_FUNDS', async () => sign(await draft({ amount: '100000000' }))],
    ['that has ended', 409, 'AUTHORIZATION_EXPIRED', async () => sign(await draft({ validBefore: '1000' }))],
    ['of a token that is not ours', 400, 'ASSET_UNKNOWN', async () => sign(await draft({ token: bobAccount.address }))],
    ['on an unknown chain', 400, 'CHAIN_UNKNOWN', async () => sign(await draft({ chainId: 1 }))],
    [
      'with an address in small letters',
      400,
      'ADDRESS_CHECKSUM_WRONG',
      async () => ({ ...(await sign(await draft())), to: bobAccount.address.toLowerCase() as Address }),
    ],
  ];

  it.each(refusals)('is refused: %s', async (_, status, code, make) => {
    const answer = await ann.post('/v1/relays', await make());
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  });

  it('is refused while the address is frozen, with a word of its own', async () => {
    const admin = privateKeyToAccount(chain.keys.admin);
    const set = (functionName: 'freeze' | 'unfreeze') =>
      chain.client.writeContract({
        account: admin,
        address: chain.addresses.cnyf,
        abi: stablecoinAbi,
        functionName,
        args: [annAccount.address],
      });
    await set('freeze');
    expect(await ann.post('/v1/relays', await sign(await draft()))).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_FROZEN' },
    });
    await set('unfreeze');
  });

  it('leaves nothing behind', async () => {
    const { rows } = await test.pool.query(
      `SELECT state FROM movements WHERE user_id = $1 AND state NOT IN ('mined', 'final', 'submitted')`,
      [ann.id],
    );
    expect(rows).toEqual([]);
  });
});
