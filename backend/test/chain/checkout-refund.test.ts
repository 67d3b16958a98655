/** Payments in tokens that are given back through the checkout, by the payee's signature. */

import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import type { PaymentWire, RefundRequest, RefundWire } from '@feiqian/domain/api/payments';
import { erc20Abi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readWay, signRefund } from '../support/checkout.ts';
import { type CheckoutScene, cent, first, startCheckoutScene } from './checkout-scene.ts';
import { until, untilHead } from './harness.ts';
import { sendTokens } from './traffic.ts';

let scene: CheckoutScene;
beforeAll(async () => {
  scene = await startCheckoutScene();
  await scene.chain.finalize();
});
afterAll(() => scene.stop());
afterEach(async () => {
  await scene.chain.client.setAutomine(true);
  await scene.assertVerified();
});

const refund = (wire: RefundRequest, key?: string) => scene.shop.post<RefundWire>('/v1/refunds', wire, key);
const refundsOf = async (id: string) =>
  (await scene.shop.get<{ items: RefundWire[] }>(`/v1/payment-requests/${id}/refunds`)).items;
const untilRefund = (id: string, state: string) =>
  until(`the refund is ${state}`, async () => {
    const last = (await refundsOf(id)).at(-1);
    return last?.state === state && last;
  });

/** Waits while blocks go by. */
const untilBlocks = (what: string, look: () => Promise<boolean>) =>
  until(what, async () => {
    await scene.chain.client.mine({ blocks: 1 });
    return look();
  });

/** A request of ¥10 whose payment is final. */
async function aPaidOne(by: 'payer' | 'guest' = 'payer') {
  const { ask, pay, chain, paymentsOf } = scene;
  const request = await ask('1000');
  expect((await pay(request, scene[by])).status).toBe(201);
  await until('it is in a block', async () => (await paymentsOf(request.id))[0]?.state === 'mined');
  await chain.finalize();
  await until('it is final', async () => (await paymentsOf(request.id))[0]?.state === 'final');
  const [payment] = await paymentsOf(request.id);
  if (!payment) throw new Error('It was paid.');
  return { request, payment, read: async (): Promise<PaymentWire | undefined> => (await paymentsOf(request.id))[0] };
}

describe('a refund in tokens', () => {
  it.each(['payer', 'guest'] as const)(
    'goes back to the %s by the payee’s signature, and the request stays settled',
    async (who) => {
      const { shop, payer, guest, chain, balanceOf, look, entriesOf } = scene;
      const { request, payment, read } = await aPaidOne(who);
      const address = who === 'payer' ? payer.account.address : guest.address;
      const before = [await balanceOf(shop.account.address), await balanceOf(address)];
      await chain.client.setAutomine(false);
      const { status, body } = await refund(
        await signRefund(shop.account, request, payment, { amount: `${400n * cent}` }),
      );
      expect({ status, body }).toMatchObject({
        status: 201,
        body: { state: 'submitted', money: { amount: `${400n * cent}` } },
      });
      expect(await read()).toMatchObject({ refunding: `${400n * cent}`, refunded: '0' });
      await chain.client.setAutomine(true);
      await untilRefund(request.id, 'mined');
      expect(await look(request.id)).toMatchObject({ state: 'settled', refunded: '0' });
      await chain.finalize();
      await untilRefund(request.id, 'final');
      await until('the payment knows', async () => (await read())?.refunded === `${400n * cent}`);
      expect(await read()).toMatchObject({ refunding: '0' });
      expect(await look(request.id)).toMatchObject({
        state: 'settled',
        exception: 'none',
        received: '1000',
        refunded: '400',
      });
      expect([await balanceOf(shop.account.address), await balanceOf(address)]).toEqual([
        (before[0] ?? 0n) - 400n * cent - 20_000n,
        (before[1] ?? 0n) + 400n * cent,
      ]);
      const mine = (await entriesOf(shop, request.id)).filter(({ kind }) => kind === 'refund');
      expect(mine).toMatchObject([
        { id: body.historyId, direction: 'out', status: 'completed', fee: { amount: '20000' } },
      ]);
      if (who === 'payer') {
        const theirs = (await entriesOf(payer, request.id)).filter(({ kind }) => kind === 'refund');
        expect(theirs).toMatchObject([{ direction: 'in', status: 'completed', fee: null }]);
      }
    },
  );

  it('is no more than what was paid, in parts, at once or after another', async () => {
    const { shop } = scene;
    const { request, payment, read } = await aPaidOne();
    const part = (cents: bigint) => signRefund(shop.account, request, payment, { amount: `${cents * cent}` });
    const answers = await Promise.all([refund(await part(700n)), refund(await part(700n)), refund(await part(300n))]);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect(new Set(answers.flatMap(({ status, body }) => (status === 201 ? [] : [body.code])))).toEqual(
      new Set(['REFUND_NOT_COVERED']),
    );
    await untilBlocks('nothing is on its way', async () => (await read())?.refunding === '0');
    const { refunded } = (await read()) ?? { refunded: '' };
    expect(['7000000', '10000000']).toContain(refunded);
    expect((await refund(await part(1000n))).body.code).toBe('REFUND_NOT_COVERED');
  });

  it('is asked for once under one key, and signed for once under any', async () => {
    const { shop } = scene;
    const { request, payment, read } = await aPaidOne();
    const wire = await signRefund(shop.account, request, payment, { amount: '10000' });
    const key = '0123456789';
    const answers = await Promise.all([refund(wire, key), refund(wire, key)]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect((await refund(wire)).body.code).toBe('AUTHORIZATION_INVALID');
    await untilBlocks('it is back', async () => (await read())?.refunded === '10000');
    expect(await refundsOf(request.id)).toHaveLength(1);
  });

  it('that somebody else takes to the chain first is the same one', async () => {
    const { shop, chain, test } = scene;
    const { request, payment, read } = await aPaidOne();
    const wire = await signRefund(shop.account, request, payment, { amount: '50000' });
    await chain.client.setAutomine(false);
    const { body } = await refund(wire);
    await until(
      'ours is sent',
      async () =>
        (
          await test.pool.query(`SELECT FROM chain_transactions WHERE movement_id = $1 AND state = 'broadcast'`, [
            body.id,
          ])
        ).rowCount === 1,
    );
    const { contract, terms } = readWay(request);
    if (!wire.authorization || !payment.payer.address) throw new Error('It is signed.');
    const { fee, feeReceiver, validAfter, validBefore, salt, signature } = wire.authorization;
    const signed = {
      ...{ payer: payment.payer.address, amount: 50_000n, fee: BigInt(fee), feeReceiver, salt },
      ...{ validAfter: BigInt(validAfter), validBefore: BigInt(validBefore) },
    };
    await chain.client.writeContract({
      ...{ account: privateKeyToAccount(chain.keys.admin), address: contract, abi: checkoutAbi, ...first },
      ...{ functionName: 'refundWithAuthorization', args: [terms, signed, signature] },
    });
    await chain.client.mine({ blocks: 1 });
    await chain.client.setAutomine(true);
    await chain.finalize(4);
    await untilRefund(request.id, 'final');
    await until('the payment knows', async () => (await read())?.refunded === '50000');
    expect(await refundsOf(request.id)).toHaveLength(1);
  });

  it('whose block is replaced is on its way again, and goes back once', async () => {
    const { shop, chain, test, balanceOf, payer } = scene;
    const { request, payment, read } = await aPaidOne();
    const before = await balanceOf(payer.account.address);
    await chain.client.mine({ blocks: 1 });
    const id = await chain.client.snapshot();
    await refund(await signRefund(shop.account, request, payment, { amount: '70000' }));
    await untilRefund(request.id, 'mined');
    await untilHead(test.pool, chain);
    await chain.client.setAutomine(false);
    await chain.client.revert({ id });
    for (let block = 0; block < 2; block += 1) await chain.client.mine({ blocks: 1 });
    await untilRefund(request.id, 'submitted');
    expect(await read()).toMatchObject({ refunding: '70000', refunded: '0' });
    await chain.client.setAutomine(true);
    await untilBlocks('it is in a block again', async () =>
      /^(?:mined|final)$/.test((await refundsOf(request.id)).at(-1)?.state ?? ''),
    );
    await chain.finalize();
    await until('the payment knows', async () => (await read())?.refunded === '70000');
    expect(await balanceOf(payer.account.address)).toBe(before + 70_000n);
  });

  it('that its payee’s address can’t pay any more fails, and can be tried again', async () => {
    const { shop, chain, guest, balanceOf } = scene;
    const { request, payment, read } = await aPaidOne();
    await chain.client.setBalance({ address: shop.account.address, value: 10n ** 18n });
    await chain.client.setAutomine(false);
    const all = await balanceOf(shop.account.address);
    const { body } = await refund(await signRefund(shop.account, request, payment, { amount: '80000' }));
    expect(body.state).toBe('submitted');
    await until(
      'it is sent',
      async () =>
        (
          await scene.test.pool.query(`SELECT FROM chain_transactions WHERE movement_id = $1 AND state = 'broadcast'`, [
            body.id,
          ])
        ).rowCount === 1,
    );
    // Another order of the same two: what was checked before is not so any more.
    await chain.client.writeContract({
      ...{ account: shop.account, address: chain.addresses.cnyf, abi: erc20Abi, ...first },
      ...{ functionName: 'transfer', args: [guest.address, all] },
    });
    await chain.client.mine({ blocks: 1 });
    await chain.client.setAutomine(true);
    await untilBlocks('it failed', async () => (await refundsOf(request.id)).at(-1)?.state === 'failed');
    await until('the payment knows', async () => (await read())?.refunding === '0');
    expect(await read()).toMatchObject({ refunded: '0' });
    await sendTokens(chain, guest, shop.account.address, all);
    expect((await refund(await signRefund(shop.account, request, payment))).status).toBe(201);
    await untilBlocks('all of it is back', async () => (await read())?.refunded === '10000000');
  });
});

describe('a refund in tokens that cannot be', () => {
  it('is refused: unsigned, by somebody else, for another amount, before the payment is final', async () => {
    const { shop, payer, guest, ask, pay, paymentsOf, chain } = scene;
    const { request, payment } = await aPaidOne();
    const good = await signRefund(shop.account, request, payment, { amount: '10000' });
    const code = async (wire: RefundRequest) => (await refund(wire)).body.code;
    expect(await code({ paymentId: payment.id })).toBe('REFUND_NEEDS_SIGNATURE');
    expect(await code(await signRefund(guest, request, payment))).toBe('SIGNATURE_INVALID');
    expect(await code({ ...good, amount: '20000' })).toBe('SIGNATURE_INVALID');
    expect(await code(await signRefund(shop.account, request, payment, { fee: '0' }))).toBe('AUTHORIZATION_INVALID');
    expect(await code(await signRefund(shop.account, request, payment, { validBefore: '1000' }))).toBe(
      'AUTHORIZATION_EXPIRED',
    );
    expect((await payer.post<RefundWire>('/v1/refunds', good)).body.code).toBe('NOT_FOUND');
    const fresh = await ask('1000');
    await pay(fresh, payer);
    await until('it is in a block', async () => (await paymentsOf(fresh.id))[0]?.state === 'mined');
    const [mined] = await paymentsOf(fresh.id);
    if (mined) expect(await code(await signRefund(shop.account, fresh, mined))).toBe('REFUND_NOT_POSSIBLE');
    expect(await refundsOf(request.id)).toEqual([]);
    await chain.finalize();
    await until('all is final', async () => (await paymentsOf(fresh.id))[0]?.state === 'final');
  });

  it('is refused for what did not come through the checkout, which is sent back as it came', async () => {
    const { shop, ask, relayUnder, guest, paymentsOf, chain } = scene;
    const request = await ask('1000');
    await relayUnder(request, guest, 400n * cent);
    await until('it is in a block', async () => (await paymentsOf(request.id)).length === 1);
    await chain.finalize();
    await until('it is final', async () => (await paymentsOf(request.id))[0]?.state === 'final');
    const [relayed] = await paymentsOf(request.id);
    if (!relayed) throw new Error('It came.');
    expect((await refund(await signRefund(shop.account, request, relayed))).body.code).toMatch(
      /^REFUND_NOT_(?:POSSIBLE|COVERED)$/,
    );
  });
});
