import { randomUUID } from 'node:crypto';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Balances, HeldRelay, MovementWire, RelayWire } from '@feiqian/domain/api/chain';
import { buildRelayUndoTypedData, relayNonce } from '@feiqian/domain/authorizations';
import type { Pool } from 'pg';
import { type Hex, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestChain } from '../support/chain.ts';
import { domainOf, type RelayTerms, toRelayRequest } from '../support/relay.ts';
import type { Rich } from './checkout-scene.ts';
import { until } from './harness.ts';
import { type RelayScene, startRelayScene } from './relay-scene.ts';

let scene: RelayScene;
let chain: TestChain;
/** For what the service itself is refused. */
let superuser: Pool;
let ann: Rich;
let bob: Rich;
let asset: string;

beforeAll(async () => {
  scene = await startRelayScene();
  ({ chain, ann, bob, asset } = scene);
  superuser = scene.database.connect('superuser', 1);
});
afterAll(() => scene.stop());

const now = () => Math.floor(Date.now() / 1000);
const isUsed = (nonce: Hex) =>
  chain.client.readContract({
    address: chain.addresses.cnyf,
    abi: stablecoinAbi,
    functionName: 'authorizationState',
    args: [ann.account.address, nonce],
  });
const nonceOf = (wire: RelayWire) => relayNonce(chain.chainId, chain.addresses.relay, toRelayRequest(wire));

/** A payment that is good from so many seconds on, signed as the wallet does. */
const sign = (seconds: number, change: Partial<RelayTerms> = {}) =>
  scene.sign(() => {
    const validAfter = now() + seconds;
    return { validAfter: `${validAfter}`, validBefore: `${validAfter + 3600}`, ...change };
  });
const signUndo = (wire: RelayWire, account = ann.account) =>
  account.signTypedData(buildRelayUndoTypedData(domainOf(chain), chain.addresses.relay, toRelayRequest(wire)));
const hold = async (seconds: number, change: Partial<RelayTerms> = {}) => {
  const wire = await sign(seconds, change);
  const { status, body } = await ann.post<MovementWire>('/v1/relays', wire);
  expect({ status, code: body.code }).toEqual({ status: 201, code: undefined });
  return { wire, ...body };
};
const undo = async (held: { readonly id: string; readonly wire: RelayWire }, key?: string) =>
  ann.post<MovementWire>(`/v1/relays/${held.id}/undo`, { signature: await signUndo(held.wire) }, key);
const untilStage = (historyId: string, stage: string) => scene.untilStage(ann, historyId, stage);
/** The chain's clock passes the end of a window; the service's own has to as well, so windows that are to end are short. */
const mineAfter = async ({ wire }: { readonly wire: RelayWire }) =>
  until('its time has come', async () => {
    await chain.client.mine({ blocks: 1 });
    return (await chain.client.getBlock()).timestamp > BigInt(wire.validAfter);
  });

describe('a payment that can be undone', () => {
  it('waits where it is, says until when, and nobody else hears of it', async () => {
    const before = await scene.balanceOf(bob.account.address);
    const held = await hold(120);
    expect(held.state).toBe('held');
    const entry = await ann.entry(held.historyId);
    expect(entry).toMatchObject({ stage: 'held', status: 'pending', holder: 'you', direction: 'out' });
    const due = new Date(Number(held.wire.validAfter) * 1000).toISOString();
    expect(entry.legs[0]).toMatchObject({ rail: 'chain', kind: 'transfer', status: 'waiting', at: due });
    const { items } = await bob.get<{ items: object[] }>('/v1/history');
    expect(items).toEqual([]);
    const { held: promised } = await ann.get<Balances>('/v1/balances');
    const total = `${BigInt(held.wire.amount) + BigInt(held.wire.fee)}`;
    expect(promised).toEqual([{ asset, address: ann.account.address, amount: total }]);
    expect(await scene.balanceOf(bob.account.address)).toBe(before);
    await undo(held);
  });

  it('is refused by the contract before its time, whoever submits it', async () => {
    const held = await hold(600);
    const account = privateKeyToAccount(chain.keys.admin);
    const submitted = chain.client.simulateContract({
      account,
      address: chain.addresses.relay,
      abi: relayAbi,
      functionName: 'relay',
      args: [toRelayRequest(held.wire), held.wire.signature],
    });
    await expect(submitted).rejects.toThrow(/AuthorizationNotYetValid|reverted/);
    await undo(held);
  });

  it('goes out by itself when its time has come', async () => {
    const before = await scene.balanceOf(bob.account.address);
    const held = await hold(2);
    await mineAfter(held);
    await untilStage(held.historyId, 'mined');
    await chain.finalize();
    expect(await untilStage(held.historyId, 'final')).toMatchObject({
      status: 'completed',
      txHash: expect.any(String),
    });
    expect(await scene.balanceOf(bob.account.address)).toBe(before + 1_000_000n);
    expect((await ann.get<Balances>('/v1/balances')).held).toEqual([]);
    expect(await undo(held)).toMatchObject({ status: 409, body: { code: 'UNDO_TOO_LATE' } });
  });

  it('is undone for good: at once here, and on chain, so that no copy of it is worth anything', async () => {
    const before = [await scene.balanceOf(ann.account.address), await scene.balanceOf(bob.account.address)];
    const held = await hold(120);
    const { status, body } = await undo(held);
    expect({ status, body }).toMatchObject({ status: 200, body: { id: held.id, state: 'dropped' } });
    expect(await ann.entry(held.historyId)).toMatchObject({ stage: 'dropped', status: 'cancelled', reason: 'UNDONE' });
    expect((await ann.get<Balances>('/v1/balances')).held).toEqual([]);
    await until('the chain knows', () => isUsed(nonceOf(held.wire)));
    await chain.finalize();
    const entry = await until('it is final', async () => {
      const found = await ann.entry(held.historyId);
      return found.legs.some(({ kind, status: legStatus }) => kind === 'undo' && legStatus === 'completed') && found;
    });
    expect(entry).toMatchObject({ stage: 'dropped', status: 'cancelled', reason: 'UNDONE' });
    expect([await scene.balanceOf(ann.account.address), await scene.balanceOf(bob.account.address)]).toEqual(before);
    const { rows } = await scene.database.pool.query(
      `SELECT data FROM chain_transactions WHERE movement_id = $1 AND purpose = 'relay'`,
      [held.id],
    );
    expect(rows, 'its bytes are forgotten').toEqual([{ data: null }]);
  });

  it('is undone once by a double click and two tabs', async () => {
    const held = await hold(120);
    const key = randomUUID();
    const answers = await Promise.all([undo(held, key), undo(held, key), undo(held), undo(held)]);
    expect(answers.map(({ status, body }) => `${status} ${body.state}`)).toEqual(Array(4).fill('200 dropped'));
    const { rows } = await scene.database.pool.query(
      `SELECT purpose, count(*)::integer AS count FROM chain_transactions WHERE movement_id = $1 GROUP BY purpose ORDER BY purpose`,
      [held.id],
    );
    expect(rows).toEqual([
      { purpose: 'relay', count: 1 },
      { purpose: 'undo', count: 1 },
    ]);
  });

  it('gives the wallet its own words back, and nobody else', async () => {
    const held = await hold(120);
    const { quoteId: _, ...signed } = held.wire;
    const told = await ann.get<HeldRelay>(`/v1/relays/${held.id}`);
    expect(told).toEqual({ ...signed, heldUntil: new Date(Number(signed.validAfter) * 1000).toISOString() });
    expect(await bob.get(`/v1/relays/${held.id}`)).toMatchObject({ status: 404 });
    const signature = await signUndo(held.wire);
    expect(await bob.post(`/v1/relays/${held.id}/undo`, { signature })).toMatchObject({ status: 404 });
    expect(
      await ann.post(`/v1/relays/${held.id}/undo`, { signature: await signUndo(held.wire, bob.account) }),
    ).toMatchObject({ status: 400, body: { code: 'SIGNATURE_INVALID' } });
    const other = await sign(120);
    expect(await ann.post(`/v1/relays/${held.id}/undo`, { signature: await signUndo(other) })).toMatchObject({
      status: 400,
      body: { code: 'SIGNATURE_INVALID' },
    });
    expect((await ann.entry(held.historyId)).stage).toBe('held');
    await undo(held);
  });
});

describe('the window', () => {
  it.each([
    ['has passed before it arrives', 409, 'UNDO_WINDOW_PASSED', () => sign(-5)],
    ['is longer than a day', 400, 'AUTHORIZATION_INVALID', () => sign(90_000)],
    [
      'is followed by more than an hour',
      400,
      'AUTHORIZATION_INVALID',
      () => sign(120, { validBefore: `${now() + 120 + 3700}` }),
    ],
    ['begins after more than there is', 409, 'INSUFFICIENT_FUNDS', () => sign(120, { amount: '100000000' })],
  ])('%s: nothing is held', async (_, status, code, make) => {
    const answer = await ann.post('/v1/relays', await make());
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  });

  it('counts what is promised already', async () => {
    const half = `${((await scene.balanceOf(ann.account.address)) * 2n) / 3n}`;
    const held = await hold(120, { amount: half });
    expect(await ann.post('/v1/relays', await sign(120, { amount: half }))).toMatchObject({
      status: 409,
      body: { code: 'INSUFFICIENT_FUNDS' },
    });
    await undo(held);
    await undo(await hold(120, { amount: half }));
  });

  it('is refused to whoever undoes too often, while what is held can always be undone', async () => {
    const held = await hold(120);
    await superuser.query('SET session_replication_role = replica');
    await superuser.query(
      `INSERT INTO movements (id, version, kind, user_id, state, reason, asset, amount)
       SELECT gen_random_uuid(), 1, 'token_send', $1, 'dropped', 'UNDONE', 'many', 1 FROM generate_series(1, 40)`,
      [ann.id],
    );
    expect(await ann.post('/v1/relays', await sign(120))).toMatchObject({
      status: 409,
      body: { code: 'UNDONE_TOO_OFTEN' },
    });
    expect(await undo(held)).toMatchObject({ status: 200 });
    await superuser.query(`DELETE FROM movements WHERE asset = 'many'`);
  });
});

describe('a payment is undone or sent, and never both', () => {
  it('when both happen in the same moment', async () => {
    const before = await scene.balanceOf(bob.account.address);
    // Around the moment at which the sender finds it due: the first second that is later than the signed one.
    const moments = [0.8, 0.9, 1, 1.1, 1.3, 1.6];
    const many = await Promise.all(moments.map((_, index) => hold(4 + (index % 3))));
    const answers = await Promise.all(
      many.map(async (held, index) => {
        const signature = await signUndo(held.wire);
        await until(
          'its time is near',
          async () => Date.now() / 1000 > Number(held.wire.validAfter) + (moments[index] ?? 1),
        );
        await chain.client.mine({ blocks: 1 });
        return ann.post<MovementWire>(`/v1/relays/${held.id}/undo`, { signature });
      }),
    );
    const ends = await Promise.all(
      many.map(({ historyId }) =>
        until('it is over', async () => {
          await chain.client.mine({ blocks: 1 });
          const { stage } = await ann.entry(historyId);
          return ['final', 'dropped'].includes(stage) && stage;
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(ends.map((stage) => (stage === 'dropped' ? 200 : 409)));
    const sent = ends.filter((stage) => stage === 'final').length;
    expect(await scene.balanceOf(bob.account.address)).toBe(before + BigInt(sent) * 1_000_000n);
  });

  it('when the service is away while its time comes', async () => {
    const before = await scene.balanceOf(bob.account.address);
    const [kept, gone] = [await hold(6), await hold(6)];
    expect((await undo(gone)).status).toBe(200);
    ({ ann, bob } = await scene.restart(() => mineAfter(kept)));
    await untilStage(kept.historyId, 'mined');
    await until('the chain knows of the other', () => isUsed(nonceOf(gone.wire)));
    await chain.finalize();
    await untilStage(kept.historyId, 'final');
    expect((await ann.entry(gone.historyId)).reason).toBe('UNDONE');
    expect(await scene.balanceOf(bob.account.address)).toBe(before + 1_000_000n);
  });

  it('when a block with the undoing is replaced', async () => {
    const held = await hold(600);
    const snapshot = await chain.client.snapshot();
    await undo(held);
    await until('the chain knows', () => isUsed(nonceOf(held.wire)));
    await chain.client.revert({ id: snapshot });
    await chain.client.mine({ blocks: 2 });
    await until('the chain knows again', async () => {
      await chain.client.mine({ blocks: 1 });
      return isUsed(nonceOf(held.wire));
    });
    expect((await ann.entry(held.historyId)).reason).toBe('UNDONE');
  });

  it('and says so honestly when a copy of it was faster than the undoing', async () => {
    const before = await scene.balanceOf(bob.account.address);
    const relayer = privateKeyToAccount(chain.keys.relayer).address;
    const held = await hold(2);
    // The operator cannot pay for the undoing just now.
    await chain.client.setBalance({ address: relayer, value: 1n });
    expect((await undo(held)).status).toBe(200);
    await mineAfter(held);
    const hash = await chain.client.writeContract({
      account: privateKeyToAccount(chain.keys.admin),
      address: chain.addresses.relay,
      abi: relayAbi,
      functionName: 'relay',
      args: [toRelayRequest(held.wire), held.wire.signature],
    });
    await chain.client.setBalance({ address: relayer, value: parseEther('10') });
    await chain.finalize(5);
    expect(await untilStage(held.historyId, 'final')).toMatchObject({
      status: 'completed',
      reason: null,
      txHash: hash,
    });
    expect(await scene.balanceOf(bob.account.address)).toBe(before + 1_000_000n);
    const { items } = await ann.get<{ items: { txHash: string | null }[] }>('/v1/history?limit=100');
    expect(
      items.filter(({ txHash }) => txHash === hash),
      'and is one entry',
    ).toHaveLength(1);
  });
});

it('leaves a history that the facts alone would give again', async () => {
  const { rows } = await superuser.query('SELECT problem, id, stage, legs FROM history_differences');
  expect(rows).toEqual([]);
});
