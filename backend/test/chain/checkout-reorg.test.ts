/** What becomes of payments in tokens when the blocks that they are in are replaced. */
import { parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CheckoutScene, cent, startCheckoutScene } from './checkout-scene.ts';
import { until, untilHead } from './harness.ts';

let scene: CheckoutScene;
beforeAll(async () => {
  scene = await startCheckoutScene();
  await scene.chain.finalize();
});
afterAll(() => scene.stop());
afterEach(() => scene.assertVerified());

const untilPayment = (requestId: string, state: string) =>
  until(`the payment is ${state}`, async () => (await scene.paymentsOf(requestId))[0]?.state === state);

/** Does something in blocks that are replaced by others without it; nothing gets into a block until the test says so. */
async function inLostBlocks<T>(work: () => Promise<T>): Promise<T> {
  const { client } = scene.chain;
  // The block that stays.
  await client.mine({ blocks: 1 });
  const id = await client.snapshot();
  const result = await work();
  await untilHead(scene.test.pool, scene.chain);
  await client.setAutomine(false);
  await client.revert({ id });
  for (let block = 0; block < 2; block += 1) await client.mine({ blocks: 1 });
  return result;
}
const mineAgain = async () => {
  await scene.chain.client.setAutomine(true);
  await scene.chain.client.mine({ blocks: 1 });
};
afterEach(() => scene.chain.client.setAutomine(true));

describe('when the block with a payment is replaced', () => {
  it.each([
    ['a small request, settled by that block,', '1000', 'settled'],
    ['a large one, which waits for it to be final,', '30000', 'processing'],
  ])('%s waits again, and settles with the next', async (_what, amount, before) => {
    const { ask, pay, payer, untilLike, chain, paymentsOf, entriesOf, shop } = scene;
    const request = await ask(amount);
    const paid = await inLostBlocks(async () => {
      const { status, body } = await pay(request, payer);
      expect(status).toBe(201);
      await untilPayment(request.id, 'mined');
      expect(await scene.look(request.id)).toMatchObject({ state: before, missing: '0' });
      return body;
    });
    await untilPayment(request.id, 'pending');
    expect(await scene.look(request.id)).toMatchObject({
      state: 'processing',
      coming: amount,
      received: '0',
      settledAt: null,
    });
    await mineAgain();
    await until('it is in a block again', async () => {
      await chain.client.mine({ blocks: 1 });
      return /^(?:mined|final)$/.test((await paymentsOf(request.id))[0]?.state ?? '');
    });
    await chain.finalize();
    await untilPayment(request.id, 'final');
    await untilLike(request.id, { state: 'settled', exception: 'none', received: amount });
    expect(await paymentsOf(request.id)).toMatchObject([{ id: paid.paymentId }]);
    await until('the payer sees that', async () => (await payer.entry(paid.historyId ?? '')).status === 'completed');
    expect(await entriesOf(shop, request.id)).toHaveLength(1);
    expect(await entriesOf(payer, request.id)).toHaveLength(1);
  });

  it('one that is not ours and does not come again never was, and the request can be paid', async () => {
    const { ask, payDirectly, guest, pay, payer, untilLike, paymentsOf, entriesOf, shop, chain } = scene;
    const request = await ask('1000');
    await inLostBlocks(async () => {
      await payDirectly(request, guest, 1_000n * cent);
      await untilLike(request.id, { state: 'settled' });
    });
    await untilLike(request.id, { state: 'new', exception: 'none', received: '0', missing: '1000' });
    expect(await paymentsOf(request.id)).toMatchObject([{ state: 'failed' }]);
    expect(await entriesOf(shop, request.id)).toEqual([]);
    await mineAgain();
    expect((await pay(await scene.look(request.id), payer)).status).toBe(201);
    await untilLike(request.id, { state: 'settled', received: '1000' });
    await chain.finalize();
    await until(
      'all is over',
      async () => (await paymentsOf(request.id)).map(({ state }) => state).join() === 'failed,final',
    );
  });

  it('one that is not ours and comes again is the same', async () => {
    const { ask, payDirectly, guest, untilLike, paymentsOf, chain } = scene;
    const request = await ask('1000');
    const raw = await inLostBlocks(async () => {
      const hash = await payDirectly(request, guest, 1_000n * cent);
      await untilLike(request.id, { state: 'settled' });
      return chain.client.getTransaction({ hash });
    });
    await untilPayment(request.id, 'failed');
    const [lost] = await paymentsOf(request.id);
    await mineAgain();
    expect(await payDirectly(request, guest, 1_000n * cent), 'the same bytes').toBe(raw.hash);
    await untilLike(request.id, { state: 'settled', received: '1000' });
    await chain.finalize();
    await untilPayment(request.id, 'final');
    expect(await paymentsOf(request.id)).toMatchObject([{ id: lost?.id }]);
  });

  it('ours fails once another transaction has its nonce for good', async () => {
    const { ask, pay, guest, untilLike, paymentsOf, chain } = scene;
    const relayer = privateKeyToAccount(chain.keys.relayer);
    const request = await ask('1000');
    const nonce = await chain.client.getTransactionCount({ address: relayer.address });
    await inLostBlocks(async () => {
      expect((await pay(request, guest)).status).toBe(201);
      await untilLike(request.id, { state: 'settled' });
    });
    await untilPayment(request.id, 'pending');
    const price = { maxFeePerGas: parseGwei('500'), maxPriorityFeePerGas: parseGwei('400') };
    await chain.client.sendTransaction({ account: relayer, to: relayer.address, nonce, gas: 21_000n, ...price });
    await chain.client.mine({ blocks: 1 });
    await untilHead(scene.test.pool, chain);
    expect(await scene.look(request.id), 'not before that is final').toMatchObject({ state: 'processing' });
    await chain.finalize(4);
    await untilPayment(request.id, 'failed');
    await untilLike(request.id, { state: 'new', coming: '0', missing: '1000' });
    expect(await paymentsOf(request.id)).toHaveLength(1);
  });
});
