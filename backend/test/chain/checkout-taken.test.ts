/** A payment's signature is in the open once it is sent: whoever takes it to the chain first, it is the payment that was given to us, once. */
import { parseEther, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signPayment } from '../support/checkout.ts';
import { type CheckoutScene, startCheckoutScene } from './checkout-scene.ts';
import { until } from './harness.ts';

let scene: CheckoutScene;
beforeAll(async () => {
  scene = await startCheckoutScene();
  await scene.chain.finalize();
});
afterAll(() => scene.stop());
afterEach(() => scene.assertVerified());

/** The transaction that carries a payment, as the service sees it. */
async function readTransaction(paymentId: string) {
  const { rows } = await scene.test.pool.query<{ state: string; reason: string | null; reverted: boolean }>(
    'SELECT t.state, t.reason, t.reverted FROM payments p JOIN chain_transactions t ON t.id = p.chain_transaction_id WHERE p.id = $1',
    [paymentId],
  );
  const [row] = rows;
  if (!row) throw new Error('Nothing carries it.');
  return row;
}

type Given = { readonly paymentId: string; readonly take: () => Promise<unknown> };

/** Mines a block that only what offers enough gets into: not ours. */
async function mineWithoutOurs(): Promise<void> {
  await scene.chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('60') });
  await scene.chain.client.mine({ blocks: 1 });
}

const orders: Record<string, (given: Given) => Promise<void>> = {
  'in the block in which ours fails': async ({ paymentId, take }) => {
    await until('ours is sent', async () => (await readTransaction(paymentId)).state === 'broadcast');
    await take();
    await scene.chain.client.mine({ blocks: 1 });
    await until('ours failed', async () => (await readTransaction(paymentId)).reverted);
  },
  'long before ours gets into a block': async ({ paymentId, take }) => {
    await until('ours is sent', async () => (await readTransaction(paymentId)).state === 'broadcast');
    await take();
    for (let block = 0; block < 5; block += 1) await mineWithoutOurs();
    await until(
      'the payment is final',
      async () =>
        (await scene.test.pool.query(`SELECT FROM payments WHERE id = $1 AND state = 'final'`, [paymentId]))
          .rowCount === 1,
    );
    expect((await readTransaction(paymentId)).state).toBe('broadcast');
    await scene.chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 1n });
    await scene.chain.client.mine({ blocks: 1 });
    await until('ours failed', async () => (await readTransaction(paymentId)).reverted);
  },
};

describe.each(['somebody with an account', 'a guest'] as const)('what %s signed', (who) => {
  it.each(Object.entries(orders))('and somebody else took to the chain %s is paid once', async (_order, run) => {
    const { ask, hand, payer, guest, shop, submit, chain, paymentsOf, untilLike, entriesOf, balanceOf } = scene;
    const before = await balanceOf(shop.account.address);
    const request = await ask('30000');
    const isGuest = who === 'a guest';
    const wire = await signPayment(isGuest ? guest : payer.account, request);
    await chain.client.setAutomine(false);
    try {
      const { status, body } = await hand(request, wire, isGuest ? undefined : payer);
      expect(status).toBe(201);
      await run({ paymentId: body.paymentId, take: () => submit(request, wire) });
      await chain.finalize(5);
      await untilLike(request.id, { state: 'settled', exception: 'none', received: '30000', coming: '0' });
      expect(await paymentsOf(request.id)).toMatchObject([{ id: body.paymentId, state: 'final' }]);
      await until('ours is over', async () => /^(?:final|failed)$/.test((await readTransaction(body.paymentId)).state));
      expect(await untilLike(request.id, { state: 'settled' })).toMatchObject({ exception: 'none', received: '30000' });
      expect(await paymentsOf(request.id), 'nothing comes of it any more').toHaveLength(1);
      expect(await balanceOf(shop.account.address)).toBe(before + 300_000_000n);
      expect(await entriesOf(shop, request.id)).toHaveLength(1);
      if (!isGuest) {
        await until('it is complete', async () => (await payer.entry(body.historyId ?? '')).status === 'completed');
        expect(await entriesOf(payer, request.id)).toHaveLength(1);
      }
    } finally {
      await chain.client.setAutomine(true);
    }
  });

  it('and somebody else took to the chain before we could sign ours is paid once', async () => {
    const { ask, hand, payer, guest, submit, chain, paymentsOf, untilLike } = scene;
    const relayer = privateKeyToAccount(chain.keys.relayer).address;
    const request = await ask('30000');
    const isGuest = who === 'a guest';
    const wire = await signPayment(isGuest ? guest : payer.account, request);
    await chain.client.setBalance({ address: relayer, value: 1n });
    const { status, body } = await hand(request, wire, isGuest ? undefined : payer);
    expect(status).toBe(201);
    await until('it waits', async () => (await readTransaction(body.paymentId)).reason === 'SENDER_FUNDS_MISSING');
    await submit(request, wire);
    await until('it is in a block', async () => (await paymentsOf(request.id))[0]?.state === 'mined');
    expect(await scene.look(request.id)).toMatchObject({ state: 'processing', coming: '30000' });
    await chain.client.setBalance({ address: relayer, value: parseEther('10') });
    await chain.finalize();
    await untilLike(request.id, { state: 'settled', exception: 'none', received: '30000', coming: '0' });
    await until('ours is over', async () => /^(?:final|failed)$/.test((await readTransaction(body.paymentId)).state));
    expect(await paymentsOf(request.id)).toMatchObject([{ id: body.paymentId, state: 'final' }]);
  });
});

describe('a payment of one’s own that looks like one that we carry', () => {
  it('is another one: both count', async () => {
    const { ask, hand, guest, submit, chain, paymentsOf, untilLike } = scene;
    const request = await ask('30000');
    const half = { amount: '150000000' };
    const [carried, own] = [await signPayment(guest, request, half), await signPayment(guest, request, half)];
    await chain.client.setAutomine(false);
    try {
      const { body } = await hand(request, carried);
      await until('ours is sent', async () => (await readTransaction(body.paymentId)).state === 'broadcast');
      await submit(request, own);
      await mineWithoutOurs();
      await until('one is in a block', async () =>
        (await paymentsOf(request.id)).some(({ state }) => state === 'mined'),
      );
      await scene.chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 1n });
      await chain.client.mine({ blocks: 1 });
      await untilLike(request.id, { state: 'processing', coming: '30000' });
      await until(
        'both are',
        async () => (await paymentsOf(request.id)).filter(({ state }) => state === 'mined').length === 2,
      );
      await scene.assertVerified();
      await chain.finalize(5);
      await untilLike(request.id, { state: 'settled', exception: 'none', received: '30000' });
      const payments = await paymentsOf(request.id);
      expect(payments.map(({ state }) => state)).toEqual(['final', 'final']);
      expect(new Set(payments.map(({ txHash }) => txHash)).size).toBe(2);
    } finally {
      await chain.client.setAutomine(true);
    }
  });
});
