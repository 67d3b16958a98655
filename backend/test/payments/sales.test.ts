/** Payment requests that are paid on a gateway's page, with or without an account. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRequests, type Requests } from './requests.ts';
import { newKey, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 60_000 });

let scene: Scene;
let requests: Requests;
/** How far the service's clock is ahead. */
let aheadMs = 0;
beforeAll(async () => {
  scene = await startScene({ clock: () => new Date(Date.now() + aheadMs) });
  requests = createRequests(scene);
});
afterAll(() => scene.close());
afterEach(() => scene.sandbox.clearFaults());

describe('a payment through a gateway', () => {
  it('by somebody without an account settles the request, and is the payee’s', async () => {
    const payee = await scene.somebody();
    const { id } = await requests.ask(payee);
    const { back } = await requests.payAtGateway(id);
    expect(back).toMatch(new RegExp(`/pay/${id}$`));
    await requests.untilLike(id, { state: 'settled', exception: 'none', received: '10000', missing: '0' });
    expect(await requests.paymentsOf(payee, id)).toMatchObject([
      {
        ...{ rail: 'gateway', state: 'final', counts: true, gateway: 'sandbox' },
        payer: { handle: null, address: null },
      },
    ]);
    expect(await scene.cashOf(payee)).toBe(10_000n);
    expect(await requests.historyOf(payee)).toMatchObject([{ kind: 'payment', direction: 'in', status: 'completed' }]);
  });

  it('by somebody who is logged in shows to both', async () => {
    const [payee, payer] = [await scene.somebody(), await scene.somebody()];
    const { id } = await requests.ask(payee);
    await requests.payAtGateway(id, payer);
    await requests.untilLike(id, { state: 'settled' });
    const [payment] = await requests.paymentsOf(payee, id);
    expect(payment?.payer.handle).not.toBeNull();
    expect(await requests.historyOf(payer)).toMatchObject([{ kind: 'payment', direction: 'out', status: 'completed' }]);
    expect(await scene.cashOf(payer), 'nothing of it was their cash').toBe(0n);
  });

  it('is begun once for one key, and leads to one page', async () => {
    const { id } = await requests.ask(await scene.somebody());
    const key = newKey();
    const answers = await Promise.all([1, 2, 3].map(() => requests.begin(id, undefined, key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { rowCount } = await scene.database.pool.query('SELECT FROM movements WHERE payment_request_id = $1', [id]);
    expect(rowCount).toBe(1);
    const other = await scene.call(undefined, 'POST', `/v1/payment-requests/${id}/gateway-payments`, {
      body: { gateway: 'another' },
      key,
    });
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('is not for its own payee, a gateway that is not here, or a request that is over', async () => {
    const payee = await scene.somebody();
    const { id } = await requests.ask(payee);
    expect((await requests.begin(id, payee)).body).toMatchObject({ code: 'RECIPIENT_IS_SELF' });
    const unknown = { body: { gateway: 'nowhere' }, key: newKey() };
    expect(
      (await scene.call(undefined, 'POST', `/v1/payment-requests/${id}/gateway-payments`, unknown)).body.code,
    ).toBe('GATEWAY_UNKNOWN');
    await scene.call(payee, 'POST', `/v1/payment-requests/${id}/cancel`);
    expect((await requests.begin(id)).body).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
      details: { state: 'invalid' },
    });
    expect(await requests.historyOf(payee)).toEqual([]);
  });

  it('that nobody makes is nobody’s history, and leaves the request as it was', async () => {
    const [payee, payer] = [await scene.somebody(), await scene.somebody()];
    const { id } = await requests.ask(payee);
    await requests.begin(id, payer);
    expect([await requests.historyOf(payee), await requests.historyOf(payer)]).toEqual([[], []]);
    await scene.sandbox.act(await requests.orderOf(id), 'expire');
    await until(async () => {
      const { rows } = await scene.database.pool.query('SELECT state FROM movements WHERE payment_request_id = $1', [
        id,
      ]);
      expect(rows).toEqual([{ state: 'expired' }]);
    });
    expect(await requests.look(id)).toMatchObject({ state: 'new', exception: 'none' });
    expect([await requests.historyOf(payee), await requests.historyOf(payer)]).toEqual([[], []]);
    await requests.payAtGateway(id, payer);
    await requests.untilLike(id, { state: 'settled' });
  });

  it('beside another, or one from cash, is too much, and all of it is the payee’s', async () => {
    const [payee, payer] = [await scene.somebody(), await scene.somebody()];
    await scene.topUp(payer).then(({ redirectUrl }) => scene.sandbox.pressOnPage(redirectUrl ?? '', 'pay'));
    await until(async () => expect(await scene.cashOf(payer)).toBe(10_000n));
    const { id } = await requests.ask(payee);
    const pages = [await requests.begin(id), await requests.begin(id, payer)];
    expect((await requests.payCash(payer, id)).status).toBe(201);
    await requests.untilLike(id, { state: 'settled', exception: 'none' });
    await Promise.all(pages.map(({ body }) => scene.sandbox.pressOnPage(body.redirectUrl ?? '', 'pay')));
    await requests.untilLike(id, { state: 'settled', exception: 'over', received: '30000' });
    expect(await scene.cashOf(payee)).toBe(30_000n);
    expect((await requests.paymentsOf(payee, id)).map(({ rail }) => rail).sort()).toEqual([
      'cash',
      'gateway',
      'gateway',
    ]);
  });

  it('of which the gateway tells late is late, and its payee may take it for good', async () => {
    const payee = await scene.somebody();
    const { id } = await requests.ask(payee, { expiresIn: 600 });
    const { body } = await requests.begin(id);
    expect(Date.parse(body.expiresAt ?? '')).toBeLessThanOrEqual(Date.parse((await requests.look(id)).expiresAt ?? ''));
    const order = await requests.orderOf(id);
    await scene.sandbox.act(order, 'expire');
    await until(async () => {
      const { rows } = await scene.database.pool.query('SELECT state FROM movements WHERE payment_request_id = $1', [
        id,
      ]);
      expect(rows).toEqual([{ state: 'expired' }]);
    });
    aheadMs = 601_000;
    try {
      await requests.untilLike(id, { state: 'expired', exception: 'none' });
      await scene.sandbox.act(order, 'pay_late');
      await requests.untilLike(id, { state: 'expired', exception: 'late', received: '10000' });
      expect(await scene.cashOf(payee)).toBe(10_000n);
      const accepted = await scene.call(payee, 'POST', `/v1/payment-requests/${id}/accept`);
      expect(accepted.body).toMatchObject({ state: 'settled', exception: 'late' });
    } finally {
      aheadMs = 0;
    }
  });

  it.each(['paid_wrong_amount', 'paid_wrong_currency'] as const)(
    'that is not what was ordered (%s) waits for a person, and the request for its money',
    async (fault) => {
      const payee = await scene.somebody();
      const { id } = await requests.ask(payee);
      await requests.begin(id);
      const order = await requests.orderOf(id);
      await scene.sandbox.arm(fault, order);
      await scene.sandbox.act(order, 'pay');
      await until(async () => {
        const { rows } = await scene.database.pool.query('SELECT state FROM movements WHERE payment_request_id = $1', [
          id,
        ]);
        expect(rows).toEqual([{ state: 'review' }]);
      });
      expect(await requests.look(id)).toMatchObject({ state: 'new', received: '0' });
      expect(await requests.paymentsOf(payee, id)).toEqual([]);
      expect(await scene.cashOf(payee)).toBe(0n);
    },
  );

  it.each(['notice_lost', 'notice_duplicate', 'api_answer_lost'] as const)(
    'is counted once whatever the gateway does wrong: %s',
    async (fault) => {
      const payee = await scene.somebody();
      const { id } = await requests.ask(payee);
      await requests.begin(id);
      const order = await requests.orderOf(id);
      await scene.sandbox.arm(fault, order);
      await scene.sandbox.act(order, 'pay');
      await requests.untilLike(id, { state: 'settled', exception: 'none', received: '10000' });
      expect(await requests.paymentsOf(payee, id)).toHaveLength(1);
      expect(await scene.cashOf(payee)).toBe(10_000n);
    },
  );
});
