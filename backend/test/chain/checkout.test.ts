/** Payments of requests in tokens, on a real chain. */
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Address } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signPayment } from '../support/checkout.ts';
import { type CheckoutScene, cent, startCheckoutScene } from './checkout-scene.ts';
import { until } from './harness.ts';
import { issueTokens } from './traffic.ts';

let scene: CheckoutScene;
beforeAll(async () => {
  scene = await startCheckoutScene();
  await scene.chain.finalize();
});
afterAll(() => scene.stop());
afterEach(() => scene.assertVerified());

describe('a payment that its payer signs', () => {
  it('is waited for, settles a small request with its block, and is one entry on each side', async () => {
    const { ask, pay, payer, shop, chain, untilLike, paymentsOf, entriesOf, balanceOf } = scene;
    const relayer = privateKeyToAccount(chain.keys.relayer).address;
    const before = await Promise.all(
      [payer.account, shop.account, { address: relayer }].map(({ address }) => balanceOf(address)),
    );
    const request = await ask('1000');
    await chain.client.setAutomine(false);
    const { status, body } = await pay(request, payer);
    expect(status).toBe(201);
    expect(await untilLike(request.id, { state: 'processing' })).toMatchObject({ coming: '1000', missing: '0' });
    expect(await paymentsOf(request.id)).toMatchObject([
      { id: body.paymentId, rail: 'token', state: 'pending', counts: true, txHash: null },
    ]);
    await until(
      'it is sent',
      async () => (await chain.client.getTransactionCount({ address: relayer, blockTag: 'pending' })) > 0,
    );
    await chain.client.setAutomine(true);
    await chain.client.mine({ blocks: 1 });
    const settled = await untilLike(request.id, { state: 'settled' });
    expect(settled).toMatchObject({ exception: 'none', received: '1000', coming: '0', missing: '0' });
    const [mined] = await paymentsOf(request.id);
    expect(mined).toMatchObject({
      id: body.paymentId,
      state: 'mined',
      payer: { address: payer.account.address },
      money: { asset: scene.asset, amount: `${1000n * cent}` },
    });
    await chain.finalize();
    await until('it is final', async () => (await paymentsOf(request.id))[0]?.state === 'final');
    expect(await paymentsOf(request.id)).toMatchObject([{ id: body.paymentId, txHash: mined?.txHash }]);
    expect(await scene.look(request.id), 'nothing else becomes of it').toEqual(settled);
    const fee = 20_000n;
    expect(await balanceOf(payer.account.address)).toBe((before[0] ?? 0n) - 1000n * cent - fee);
    expect(await balanceOf(shop.account.address)).toBe((before[1] ?? 0n) + 1000n * cent);
    expect(await balanceOf(relayer)).toBe((before[2] ?? 0n) + fee);
    const shown = { kind: 'payment', status: 'completed', txHash: mined?.txHash, note: 'Tea' };
    await until('the payer sees that', async () => (await payer.entry(body.historyId ?? '')).status === 'completed');
    expect(await entriesOf(payer, request.id)).toMatchObject([
      { ...shown, id: body.historyId, direction: 'out', fee: { amount: '20000' } },
    ]);
    expect(await entriesOf(shop, request.id)).toMatchObject([{ ...shown, direction: 'in', fee: null }]);
  });

  it('settles a large one only when it is final, also from somebody without an account', async () => {
    const { ask, pay, guest, shop, chain, untilLike, paymentsOf, entriesOf } = scene;
    const request = await ask('30000');
    const { status, body } = await pay(request, guest);
    expect([status, body.historyId]).toEqual([201, null]);
    await until('it is in a block', async () => (await paymentsOf(request.id))[0]?.state === 'mined');
    expect(await scene.look(request.id)).toMatchObject({ state: 'processing', coming: '30000', received: '0' });
    expect(await entriesOf(shop, request.id)).toMatchObject([{ kind: 'payment', status: 'pending', direction: 'in' }]);
    await chain.finalize();
    expect(await untilLike(request.id, { state: 'settled' })).toMatchObject({ received: '30000', coming: '0' });
    expect(await paymentsOf(request.id)).toMatchObject([
      { id: body.paymentId, state: 'final', payer: { handle: null, address: guest.address } },
    ]);
    expect(await entriesOf(shop, request.id)).toMatchObject([
      { status: 'completed', counterparty: { kind: 'address', value: guest.address } },
    ]);
    const { rows } = await scene.test.pool.query('SELECT FROM movements WHERE payment_request_id = $1', [request.id]);
    expect(rows, 'nobody has a movement of it').toEqual([]);
  });

  it('waits for its block also where the request is small, if that says so, and does not where it is large', async () => {
    const { ask, pay, payer, untilLike, paymentsOf, chain } = scene;
    const [patient, quick] = [await ask('100', { settleAt: 'final' }), await ask('40000', { settleAt: 'mined' })];
    expect([(await pay(patient, payer)).status, (await pay(quick, payer)).status]).toEqual([201, 201]);
    await untilLike(quick.id, { state: 'settled' });
    await until('the other is in a block', async () => (await paymentsOf(patient.id))[0]?.state === 'mined');
    expect(await scene.look(patient.id)).toMatchObject({ state: 'processing' });
    await chain.finalize();
    await untilLike(patient.id, { state: 'settled' });
  });

  it('is carried once, whoever hands it in', async () => {
    const { ask, hand, payer, shop, untilLike, paymentsOf, balanceOf, chain } = scene;
    const before = await balanceOf(shop.account.address);
    const request = await ask('500');
    const wire = await signPayment(payer.account, request, { amount: `${200n * cent}` });
    const answers = await Promise.all([hand(request, wire, payer), hand(request, wire, payer), hand(request, wire)]);
    expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([
      201,
      'AUTHORIZATION_INVALID',
      'AUTHORIZATION_INVALID',
    ]);
    await untilLike(request.id, { exception: 'partial', received: '200' });
    await chain.finalize();
    await until('it is final', async () => (await paymentsOf(request.id))[0]?.state === 'final');
    expect(await paymentsOf(request.id)).toHaveLength(1);
    expect(await balanceOf(shop.account.address)).toBe(before + 200n * cent);
    expect((await hand(request, wire, payer)).body.code, 'nor later').toBe('AUTHORIZATION_INVALID');
  });
});

describe('payments of one request', () => {
  it('by two people at once leave one of them with their money', async () => {
    const { ask, pay, payer, guest, untilLike, paymentsOf } = scene;
    const request = await ask('700');
    const answers = await Promise.all([pay(request, payer), pay(request, guest)]);
    expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([201, 'PAYMENT_REQUEST_CLOSED']);
    await untilLike(request.id, { state: 'settled', exception: 'none' });
    expect(await paymentsOf(request.id)).toHaveLength(1);
  });

  it('in halves by two people at once are both taken', async () => {
    const { ask, pay, payer, guest, untilLike, paymentsOf } = scene;
    const request = await ask('700');
    const half = { amount: `${350n * cent}` };
    const answers = await Promise.all([pay(request, payer, half), pay(request, guest, half)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    await untilLike(request.id, { state: 'settled', exception: 'none', received: '700' });
    expect(await paymentsOf(request.id)).toHaveLength(2);
  });

  it('can be a part by a transaction of one’s own, and the rest from cash', async () => {
    const { ask, payDirectly, payCash, fund, payer, guest, untilLike, paymentsOf, entriesOf, shop } = scene;
    const request = await ask('900');
    await payDirectly(request, guest, 333n * cent + 1n);
    expect(await untilLike(request.id, { exception: 'partial' })).toMatchObject({
      state: 'new',
      received: '333',
      missing: '567',
      token: { missing: `${567n * cent - 1n}` },
    });
    await fund(payer, 1_000n);
    expect((await payCash(request, payer)).status).toBe(201);
    expect(await untilLike(request.id, { state: 'settled' })).toMatchObject({ exception: 'none', received: '900' });
    expect((await paymentsOf(request.id)).map(({ rail, money }) => `${rail} ${money.amount}`)).toEqual([
      `token ${333n * cent + 1n}`,
      'cash 567',
    ]);
    expect(await entriesOf(shop, request.id)).toHaveLength(2);
    await scene.chain.finalize();
    await until('all is final', async () => (await paymentsOf(request.id)).every(({ state }) => state === 'final'));
  });

  it('that both land, one from cash and one on chain, are too much', async () => {
    const { ask, payDirectly, payCash, fund, payer, guest, untilLike, paymentsOf, chain, look } = scene;
    const request = await ask('800');
    await chain.client.setAutomine(false);
    try {
      await payDirectly(request, guest, 800n * cent);
      await fund(payer, 1_000n);
      expect((await payCash(request, payer)).status).toBe(201);
      expect(await look(request.id)).toMatchObject({ state: 'settled', exception: 'none' });
      await chain.client.mine({ blocks: 1 });
    } finally {
      await chain.client.setAutomine(true);
    }
    expect(await untilLike(request.id, { exception: 'over' })).toMatchObject({ state: 'settled', received: '1600' });
    await chain.finalize();
    await until('all is final', async () => (await paymentsOf(request.id)).every(({ state }) => state === 'final'));
    expect(await look(request.id)).toMatchObject({ state: 'settled', exception: 'over', received: '1600' });
  });

  it('that a stranger has made impossible by paying a part first fails, and the request is open again', async () => {
    const { ask, pay, payDirectly, payer, guest, untilLike, paymentsOf, chain } = scene;
    const request = await ask('600');
    await chain.client.setAutomine(false);
    try {
      // The node takes the one with the higher price first.
      expect((await pay(request, payer)).status).toBe(201);
      await until('it waits for a block', async () => {
        const { rows } = await scene.test.pool.query(`SELECT FROM chain_transactions WHERE state = 'broadcast'`);
        return rows.length > 0;
      });
      await payDirectly(request, guest, 1n * cent);
      await chain.client.mine({ blocks: 1 });
    } finally {
      await chain.client.setAutomine(true);
    }
    await chain.client.mine({ blocks: 1 });
    await until('both are there', async () => (await paymentsOf(request.id)).length === 2);
    await chain.finalize(5);
    await until('nothing waits', async () =>
      (await paymentsOf(request.id)).every(({ state }) => state === 'final' || state === 'failed'),
    );
    expect((await paymentsOf(request.id)).map(({ state }) => state).sort()).toEqual(['failed', 'final']);
    const open = await untilLike(request.id, { state: 'new', coming: '0' });
    expect(open.exception).toBe('partial');
    expect((await pay(open, payer)).status, 'the rest, signed again').toBe(201);
    await untilLike(request.id, { state: 'settled' });
  });
});

describe('money that a request did not ask for', () => {
  it('of another token is listed and counts for nothing', async () => {
    const { ask, relayUnder, guest, untilLike, paymentsOf, chain, pay } = scene;
    await issueTokens(chain, guest.address, 1_000n * cent, chain.addresses.usdf);
    const request = await ask('100');
    await relayUnder(request, guest, 100n * cent, chain.addresses.usdf);
    await until('it is seen', async () => (await paymentsOf(request.id)).length === 1);
    await chain.finalize();
    await until('it is final', async () => (await paymentsOf(request.id))[0]?.state === 'final');
    const [payment] = await paymentsOf(request.id);
    expect(payment).toMatchObject({ counts: false, money: { amount: `${100n * cent}` } });
    expect(payment?.money.asset).not.toBe(scene.asset);
    expect(await scene.look(request.id)).toMatchObject({
      state: 'new',
      exception: 'none',
      received: '0',
      missing: '100',
    });
    expect((await pay(await scene.look(request.id), guest)).status).toBe(201);
    await untilLike(request.id, { state: 'settled', exception: 'none' });
  });

  it('past the checkout may be more than it asked for', async () => {
    const { ask, relayUnder, guest, untilLike } = scene;
    const request = await ask('100');
    await relayUnder(request, guest, 150n * cent);
    await untilLike(request.id, { state: 'settled', exception: 'over', received: '150' });
  });

  it('and that came after it was taken back is late, until its payee takes it for good', async () => {
    const { ask, payDirectly, guest, shop, untilLike, paymentsOf, chain } = scene;
    const request = await ask('100');
    const accept = () => shop.post(`/v1/payment-requests/${request.id}/accept`, {});
    expect((await shop.post(`/v1/payment-requests/${request.id}/cancel`, {})).status).toBe(200);
    expect((await accept()).body.code, 'nothing came').toBe('STATE_CONFLICT');
    // A block takes the second in which it comes.
    await chain.client.setNextBlockTimestamp({ timestamp: BigInt(Math.ceil(Date.now() / 1000)) + 2n });
    await payDirectly(request, guest, 100n * cent);
    await untilLike(request.id, { state: 'invalid', exception: 'late', received: '100' });
    expect((await accept()).status).toBe(200);
    expect(await untilLike(request.id, { state: 'settled' })).toMatchObject({ exception: 'late', reason: null });
    await chain.finalize();
    await until('it is final', async () => (await paymentsOf(request.id))[0]?.state === 'final');
    expect(await scene.look(request.id)).toMatchObject({ state: 'settled', exception: 'late' });
  });
});

describe('a payment that cannot be', () => {
  const freeze = (functionName: 'freeze' | 'unfreeze', address: Address) =>
    scene.chain.client.writeContract({
      account: privateKeyToAccount(scene.chain.keys.admin),
      address: scene.chain.addresses.cnyf,
      abi: stablecoinAbi,
      functionName,
      args: [address],
    });

  it.each(['payer', 'shop'] as const)(
    'is refused while the %s’s address is frozen, and nothing is written',
    async (who) => {
      const { ask, pay, payer, paymentsOf, look } = scene;
      const request = await ask('100');
      await freeze('freeze', scene[who].account.address);
      try {
        expect(await pay(request, payer)).toMatchObject({ status: 409, body: { code: 'ACCOUNT_FROZEN' } });
      } finally {
        await freeze('unfreeze', scene[who].account.address);
      }
      expect(await paymentsOf(request.id)).toEqual([]);
      expect(await look(request.id)).toMatchObject({ state: 'new', coming: '0' });
      const { rows } = await scene.test.pool.query('SELECT FROM movements WHERE payment_request_id = $1', [request.id]);
      expect(rows).toEqual([]);
    },
  );

  it('is refused when the address holds less, and when the contract has it paid already', async () => {
    const { ask, pay, payDirectly, payer, guest, chain, untilLike, paymentsOf } = scene;
    const request = await ask('2000000');
    expect((await pay(request, payer)).body.code).toBe('INSUFFICIENT_FUNDS');
    const paid = await ask('100');
    const wire = await signPayment(payer.account, paid);
    await payDirectly(paid, guest, 100n * cent);
    const answer = await scene.hand(paid, wire, payer);
    expect(answer.body.code).toMatch(/^(?:PAYMENT_REQUEST_CLOSED|AUTHORIZATION_INVALID)$/);
    await untilLike(paid.id, { state: 'settled' });
    await chain.finalize();
    await until('it is final', async () => (await paymentsOf(paid.id))[0]?.state === 'final');
  });

  it('is refused when the chain says that its time is over, though our clock does not', async () => {
    const { ask, pay, guest, chain, paymentsOf } = scene;
    const request = await ask('100', { expiresIn: 120 });
    const { timestamp } = await chain.client.getBlock();
    const end = BigInt(request.token?.validBefore ?? 0);
    expect(timestamp).toBeLessThan(end);
    await chain.client.setNextBlockTimestamp({ timestamp: end });
    await chain.client.mine({ blocks: 1 });
    expect(await pay(request, guest)).toMatchObject({
      status: 409,
      body: { code: 'PAYMENT_REQUEST_CLOSED', details: { state: 'expired' } },
    });
    expect(await paymentsOf(request.id)).toEqual([]);
  });
});
