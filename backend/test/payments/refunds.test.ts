/** Payments that are given back the way they came: from cash, and through a gateway. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAttemptStore } from '../../src/gateways/attempts.ts';
import { createGatewayRegistry } from '../../src/gateways/registry.ts';
import { createRefundService } from '../../src/payment-requests/service.ts';
import { createIdleDeps } from '../support/payment-requests.ts';
import { createRequests, type Requests } from './requests.ts';
import { newKey, type Person, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 60_000 });

let scene: Scene;
let requests: Requests;
beforeAll(async () => {
  scene = await startScene();
  requests = createRequests(scene);
});
afterAll(() => scene.close());
afterEach(() => scene.sandbox.clearFaults());

/** Somebody with ¥100 of cash. */
async function somebodyWithCash(): Promise<Person> {
  const person = await scene.somebody();
  const { redirectUrl } = await scene.topUp(person);
  await scene.sandbox.pressOnPage(redirectUrl ?? '', 'pay');
  await until(async () => expect(await scene.cashOf(person)).toBe(10_000n));
  return person;
}

/** A settled request of ¥100 and its payment. */
async function aSettledOne(
  by: 'cash' | 'gateway',
  { isLoggedIn = true, isPayeeRich = false }: { isLoggedIn?: boolean; isPayeeRich?: boolean } = {},
) {
  const payee = isPayeeRich ? await somebodyWithCash() : await scene.somebody();
  const payer = by === 'cash' ? await somebodyWithCash() : await scene.somebody();
  const { id } = await requests.ask(payee);
  if (by === 'cash') expect((await requests.payCash(payer, id)).status).toBe(201);
  else await requests.payAtGateway(id, isLoggedIn ? payer : undefined);
  await requests.untilLike(id, { state: 'settled' });
  const [payment] = await requests.paymentsOf(payee, id);
  if (!payment) throw new Error('It was paid.');
  return { payee, payer, requestId: id, paymentId: payment.id };
}

const refundedAtGateway = async (refundId: string) => {
  const { rows } = await scene.database.pool.query<{ order_number: string }>(
    `SELECT order_number FROM gateway_attempts WHERE movement_id = $1 AND direction = 'refund'`,
    [refundId],
  );
  const { refunds } = await scene.sandbox.state();
  return refunds.filter(({ refundNumber }) => rows.some((row) => row.order_number === refundNumber));
};

describe('a refund of cash', () => {
  it('goes back at once, in parts up to all of it, and the request stays settled', async () => {
    const { payee, payer, requestId, paymentId } = await aSettledOne('cash');
    const { status, body } = await requests.refund(payee, { paymentId, amount: '3000', note: '一杯凉了' });
    expect({ status, body }).toMatchObject({ status: 201, body: { state: 'posted', money: { amount: '3000' } } });
    expect([await scene.cashOf(payee), await scene.cashOf(payer)]).toEqual([7_000n, 3_000n]);
    expect(await requests.look(requestId)).toMatchObject({ state: 'settled', received: '10000', refunded: '3000' });
    expect((await requests.refund(payee, { paymentId, amount: '7001' })).body).toMatchObject({
      code: 'REFUND_NOT_COVERED',
      details: { left: '7000' },
    });
    expect((await requests.refund(payee, { paymentId })).body, 'the rest of it').toMatchObject({
      money: { amount: '7000' },
    });
    expect((await requests.refund(payee, { paymentId })).body.code).toBe('REFUND_NOT_COVERED');
    expect([await scene.cashOf(payee), await scene.cashOf(payer)]).toEqual([0n, 10_000n]);
    expect(await requests.look(requestId)).toMatchObject({ state: 'settled', exception: 'none', refunded: '10000' });
    expect(await requests.paymentsOf(payee, requestId)).toMatchObject([{ refunded: '10000', refunding: '0' }]);
    expect((await requests.refundsOf(payee, requestId)).map(({ money }) => money.amount)).toEqual(['3000', '7000']);
    const kinds = async (person: Person) =>
      (await requests.historyOf(person)).map(({ kind, direction }) => `${kind} ${direction}`);
    expect(await kinds(payee)).toEqual(['payment in', 'refund out', 'refund out']);
    expect(await kinds(payer)).toEqual(['top_up in', 'payment out', 'refund in', 'refund in']);
  });

  it('happens once for one key, and not past what was paid, however many ask at once', async () => {
    const { payee, payer, requestId, paymentId } = await aSettledOne('cash', { isPayeeRich: true });
    const key = newKey();
    const same = await Promise.all([1, 2, 3].map(() => requests.refund(payee, { paymentId, amount: '2000' }, key)));
    expect(new Set(same.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect((await requests.refund(payee, { paymentId, amount: '2001' }, key)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const others = await Promise.all([1, 2, 3, 4].map(() => requests.refund(payee, { paymentId, amount: '3000' })));
    expect(others.map(({ status, body }) => body.code ?? status).sort()).toEqual([
      ...[201, 201],
      ...['REFUND_NOT_COVERED', 'REFUND_NOT_COVERED'],
    ]);
    expect(await scene.cashOf(payer)).toBe(8_000n);
    expect(await requests.look(requestId)).toMatchObject({ refunded: '8000' });
  });

  it('is its payee’s alone, needs their money, and is of a payment', async () => {
    const { payee, payer, requestId, paymentId } = await aSettledOne('cash');
    expect((await requests.refund(payer, { paymentId })).body.code).toBe('NOT_FOUND');
    expect((await requests.refund(payee, { paymentId: requestId })).body.code).toBe('NOT_FOUND');
    expect((await requests.refund(payee, { paymentId, amount: '0' })).body.code).toBe('REFUND_NOT_COVERED');
    expect((await scene.call(payer, 'GET', `/v1/payment-requests/${requestId}/refunds`)).body.code).toBe('NOT_FOUND');
    const leaving = await scene.withdraw(payee, { amount: '9000', number: '6222020000002222' });
    expect(leaving.status).toBe(201);
    expect((await requests.refund(payee, { paymentId })).body.code).toBe('INSUFFICIENT_FUNDS');
    expect(await requests.paymentsOf(payee, requestId), 'and nothing of it is left').toMatchObject([
      { refunded: '0', refunding: '0' },
    ]);
    expect((await requests.refund(payee, { paymentId, amount: '1000' })).status).toBe(201);
  });
});

describe('a refund through a gateway', () => {
  it.each([true, false])(
    'is set aside, sent, and gone when the gateway says so (payer logged in: %s)',
    async (isLoggedIn) => {
      const { payee, requestId, paymentId } = await aSettledOne('gateway', { isLoggedIn });
      const { status, body } = await requests.refund(payee, { paymentId, amount: '4000' });
      expect({ status, body }).toMatchObject({ status: 201, body: { state: 'reserved', money: { amount: '4000' } } });
      expect(await scene.cashOf(payee), 'set aside at once').toBe(6_000n);
      await requests.untilRefund(payee, requestId, { id: body.id, state: 'settled' });
      await requests.untilLike(requestId, { state: 'settled', refunded: '4000' });
      expect(await requests.paymentsOf(payee, requestId)).toMatchObject([{ refunded: '4000', refunding: '0' }]);
      expect((await scene.transfersOf(body.id)).map(({ phase, kind }) => `${phase} ${kind}`)).toEqual([
        'pending refund_reserve',
        'post refund',
      ]);
      expect(await refundedAtGateway(body.id)).toMatchObject([{ amount: '4000', status: 'succeeded' }]);
      expect((await requests.historyOf(payee)).at(-1)).toMatchObject({
        kind: 'refund',
        direction: 'out',
        status: 'completed',
      });
      expect((await requests.refund(payee, { paymentId, amount: '6001' })).body.code).toBe('REFUND_NOT_COVERED');
      const rest = await requests.refund(payee, { paymentId });
      expect(rest.body.money.amount).toBe('6000');
      await requests.untilRefund(payee, requestId, { id: rest.body.id, state: 'settled' });
      expect(await scene.cashOf(payee)).toBe(0n);
    },
  );

  it('that the gateway fails is the payee’s money again, and can be tried again', async () => {
    const { payee, requestId, paymentId } = await aSettledOne('gateway');
    await scene.sandbox.arm('refund_fails', await requests.orderOf(requestId));
    const { body } = await requests.refund(payee, { paymentId });
    await requests.untilRefund(payee, requestId, { id: body.id, state: 'failed', reason: 'ACCOUNT_CLOSED' });
    expect(await scene.cashOf(payee)).toBe(10_000n);
    expect(await requests.paymentsOf(payee, requestId)).toMatchObject([{ refunded: '0', refunding: '0' }]);
    expect(await requests.look(requestId)).toMatchObject({ refunded: '0' });
    expect((await requests.historyOf(payee)).at(-1)).toMatchObject({ kind: 'refund', status: 'failed' });
    const again = await requests.refund(payee, { paymentId });
    await requests.untilRefund(payee, requestId, { id: again.body.id, state: 'settled' });
    expect(await scene.cashOf(payee)).toBe(0n);
  });

  it.each([
    'api_answer_lost',
    'api_unavailable',
    'api_answer_forged',
    'notice_lost',
    'notice_duplicate',
    'notice_out_of_order',
  ] as const)('goes back once whatever the gateway does wrong: %s', async (fault) => {
    const { payee, requestId, paymentId } = await aSettledOne('gateway');
    await scene.sandbox.arm(fault, await requests.orderOf(requestId));
    const { body } = await requests.refund(payee, { paymentId, amount: '2500' });
    await requests.untilRefund(payee, requestId, { id: body.id, state: 'settled' });
    expect(await refundedAtGateway(body.id)).toMatchObject([{ amount: '2500' }]);
    expect(await scene.cashOf(payee)).toBe(7_500n);
    await scene.untilIdle();
    expect(await requests.paymentsOf(payee, requestId)).toMatchObject([{ refunded: '2500', refunding: '0' }]);
  });

  it('of which two hear the end at once is booked by one of them, and the other sees that it is over', async () => {
    const { payee, requestId, paymentId } = await aSettledOne('gateway');
    const { body } = await requests.refund(payee, { paymentId, amount: '4000' });
    await requests.untilRefund(payee, requestId, { id: body.id, state: 'settled' });
    const { pool } = scene.database;
    const attempts = createAttemptStore(pool);
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM gateway_attempts WHERE movement_id = $1 AND direction = 'refund'`,
      [body.id],
    );
    const over = await attempts.find(rows[0]?.id ?? '');
    if (!over) throw new Error('It was sent.');
    // As the other one had read it a moment before it was booked.
    const before = { ...over, state: 'open', version: over.version - 1 } as const;
    let reads = 0;
    const other = createRefundService({
      ...createIdleDeps({ pool, ledger: scene.service().ledger, findAddressOwner: async () => undefined }),
      registry: createGatewayRegistry([scene.sandbox.connect({ timeoutMs: 2000 })]),
      delays: { minMs: 150, maxMs: 1000, tailMs: 60_000 },
      attempts: {
        ...attempts,
        find: async (id) => {
          reads += 1;
          return reads === 1 ? before : attempts.find(id);
        },
      },
    });
    expect(await other.followRefund(before)).toBe(true);
    expect(reads, 'and has read it anew').toBe(2);
    expect(await requests.paymentsOf(payee, requestId)).toMatchObject([{ refunded: '4000', refunding: '0' }]);
    expect(await scene.cashOf(payee)).toBe(6_000n);
  });

  it('is not more than was paid, however many ask at once', async () => {
    const { payee, requestId, paymentId } = await aSettledOne('gateway', { isPayeeRich: true });
    const answers = await Promise.all([1, 2, 3].map(() => requests.refund(payee, { paymentId, amount: '4000' })));
    expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([201, 201, 'REFUND_NOT_COVERED']);
    await requests.untilLike(requestId, { refunded: '8000' });
    expect(await scene.cashOf(payee)).toBe(12_000n);
    const ours = await requests.orderOf(requestId);
    const { refunds } = await scene.sandbox.state();
    expect(refunds.filter(({ orderNumber }) => orderNumber === ours)).toHaveLength(2);
  });
});
