import { randomUUID } from 'node:crypto';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { MovementWire, RelayWire } from '@feiqian/domain/api/chain';
import { type Address, parseGwei, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestChain } from '../support/chain.ts';
import { toRelayRequest } from '../support/relay.ts';
import type { Rich } from './checkout-scene.ts';
import { until } from './harness.ts';
import { type RelayScene, startRelayScene } from './relay-scene.ts';
import { issueTokens } from './traffic.ts';

let scene: RelayScene;
let chain: TestChain;
let ann: Rich;
let bob: Rich;
let asset: string;

beforeAll(async () => {
  scene = await startRelayScene();
  ({ chain, ann, bob, asset } = scene);
});
afterAll(() => scene.stop());

describe('moving a stablecoin without native coin', () => {
  it('is quoted with the contract that will do it', async () => {
    expect((await scene.quote()).relay).toBe(chain.addresses.relay);
  });

  it('pays the recipient and the fee by one signature, and both histories follow the chain to the end', async () => {
    const relayer = privateKeyToAccount(chain.keys.relayer).address;
    const [mine, theirs, earned] = [
      await scene.balanceOf(ann.account.address),
      await scene.balanceOf(bob.account.address),
      await scene.balanceOf(relayer),
    ];
    const wire = await scene.sign();
    const { status, body } = await ann.post<MovementWire>('/v1/relays', wire);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { kind: 'token_send', state: 'submitted', money: { asset, amount: '1000000' } },
    });
    const mined = await scene.untilStage(ann, body.historyId, 'mined');
    expect(mined).toMatchObject({
      direction: 'out',
      status: 'pending',
      holder: 'chain',
      fee: { asset, amount: wire.fee },
      txHash: expect.stringMatching(/^0x/),
    });
    await chain.finalize();
    expect(await scene.untilStage(ann, body.historyId, 'final')).toMatchObject({
      status: 'completed',
      txHash: mined.txHash,
    });
    const [received] = (await bob.get<{ items: { direction: string; money: object; status: string }[] }>('/v1/history'))
      .items;
    expect(received).toMatchObject({ direction: 'in', status: 'completed', money: { asset, amount: '1000000' } });
    expect(await chain.client.getBalance(ann.account)).toBe(0n);
    expect(await scene.balanceOf(ann.account.address)).toBe(mine - 1_000_000n - BigInt(wire.fee));
    expect(await scene.balanceOf(bob.account.address)).toBe(theirs + 1_000_000n);
    expect(await scene.balanceOf(relayer)).toBe(earned + BigInt(wire.fee));
  });

  it('refuses at once what an earlier payment, which no block has yet, does not leave', async () => {
    await chain.client.setAutomine(false);
    try {
      const have = await scene.balanceOf(ann.account.address);
      const most = `${(have * 2n) / 3n}`;
      const wires = await Promise.all(Array.from({ length: 6 }, () => scene.sign({ amount: most })));
      const answers = await Promise.all(
        wires.map((wire) => ann.post<MovementWire & { code?: string }>('/v1/relays', wire)),
      );
      expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([
        201,
        ...Array.from({ length: 5 }, () => 'INSUFFICIENT_FUNDS'),
      ]);
      await chain.finalize(4);
      const taken = answers.find(({ status }) => status === 201);
      await scene.untilStage(ann, taken?.body.historyId ?? '', 'final');
      expect(await scene.balanceOf(ann.account.address)).toBe(have - BigInt(most) - BigInt(wires[0]?.fee ?? 0));
      await issueTokens(chain, ann.account.address, BigInt(most));
    } finally {
      await chain.client.setAutomine(true);
    }
  });

  it('gives a repeated request the same answer and moves nothing twice', async () => {
    const before = await scene.balanceOf(bob.account.address);
    const wire = await scene.sign({ amount: '10000' });
    const key = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => ann.post<MovementWire>('/v1/relays', wire, key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    await scene.untilStage(ann, answers[0]?.body.historyId ?? '', 'mined');
    expect(await ann.post('/v1/relays', { ...wire, amount: '10001' }, key)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    await chain.finalize();
    expect(await scene.balanceOf(bob.account.address)).toBe(before + 10_000n);
  });

  it('carries one signature once, whatever key it comes under', async () => {
    const wire = await scene.sign({ amount: '20000' });
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
    const before = await scene.balanceOf(bob.account.address);
    const wire = await scene.sign({ amount: '30000' });
    await chain.client.setAutomine(false);
    const { body } = await ann.post<MovementWire>('/v1/relays', wire);
    await until(
      'it is broadcast',
      async () =>
        (
          await scene.database.pool.query(
            `SELECT FROM chain_transactions WHERE movement_id = $1 AND state = 'broadcast'`,
            [body.id],
          )
        ).rowCount === 1,
    );
    const admin = privateKeyToAccount(chain.keys.admin);
    const args = [toRelayRequest(wire), wire.signature] as const;
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
    const done = await scene.untilStage(ann, body.historyId, 'final');
    expect(done.status).toBe('completed');
    expect(await scene.balanceOf(bob.account.address)).toBe(before + 30_000n);
    const { items } = await ann.get<{ items: { txHash: string | null }[] }>('/v1/history?limit=100');
    expect(
      items.filter(({ txHash }) => txHash === done.txHash),
      'and is one entry',
    ).toHaveLength(1);
  });
});

describe('a relay that cannot be', () => {
  const refusals: readonly (readonly [string, number, string, () => Promise<RelayWire>])[] = [
    ['for another fee than quoted', 400, 'AUTHORIZATION_INVALID', () => scene.sign({ fee: '1' })],
    ['for another fee receiver', 400, 'AUTHORIZATION_INVALID', () => scene.sign({ feeReceiver: bob.account.address })],
    [
      'with somebody else’s quote',
      409,
      'QUOTE_EXPIRED',
      async () => scene.sign({ quoteId: (await scene.quote(bob)).id }),
    ],
    [
      'from an address of somebody else',
      403,
      'ADDRESS_NOT_LINKED',
      () => scene.sign({ from: bob.account.address }, bob.account),
    ],
    ['signed by somebody else', 400, 'SIGNATURE_INVALID', () => scene.sign({}, bob.account)],
    [
      'whose recipient was changed after signing',
      400,
      'SIGNATURE_INVALID',
      async () => ({ ...(await scene.sign()), to: '0x000000000000000000000000000000000000dEaD' }),
    ],
    [
      'whose amount was changed after signing',
      400,
      'SIGNATURE_INVALID',
      async () => ({ ...(await scene.sign()), amount: '2000000' }),
    ],
    ['to the token contract', 400, 'ADDRESS_IS_TOKEN', () => scene.sign({ to: chain.addresses.cnyf })],
    ['to the relay contract', 400, 'ADDRESS_IS_TOKEN', () => scene.sign({ to: chain.addresses.relay })],
    ['to nobody', 400, 'AUTHORIZATION_INVALID', () => scene.sign({ to: zeroAddress })],
    ['of nothing', 400, 'AUTHORIZATION_INVALID', () => scene.sign({ amount: '0' })],
    ['of more than there is', 409, 'INSUFFICIENT_FUNDS', () => scene.sign({ amount: '100000000' })],
    ['that has ended', 409, 'AUTHORIZATION_EXPIRED', () => scene.sign({ validBefore: '1000' })],
    ['of a token that is not ours', 400, 'ASSET_UNKNOWN', () => scene.sign({ token: bob.account.address })],
    ['on an unknown chain', 400, 'CHAIN_UNKNOWN', () => scene.sign({ chainId: 1 })],
    [
      'with an address in small letters',
      400,
      'ADDRESS_CHECKSUM_WRONG',
      async () => ({ ...(await scene.sign()), to: bob.account.address.toLowerCase() as Address }),
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
        args: [ann.account.address],
      });
    await set('freeze');
    expect(await ann.post('/v1/relays', await scene.sign())).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_FROZEN' },
    });
    await set('unfreeze');
  });

  it('leaves nothing behind', async () => {
    const { rows } = await scene.database.pool.query(
      `SELECT state FROM movements WHERE user_id = $1 AND state NOT IN ('mined', 'final', 'submitted')`,
      [ann.id],
    );
    expect(rows).toEqual([]);
  });
});
