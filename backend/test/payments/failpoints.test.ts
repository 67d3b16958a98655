/** Kills the service at every failpoint of the money paths through gateways, starts it again, and looks whether each effect happened once. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { GatewayPaymentWire, PaymentRequestWire, RefundWire } from '@feiqian/domain/api/payments';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WithdrawalWire } from '../../src/withdrawals/service.ts';
import { serveAndDie } from './dying-service.ts';
import { createRequests } from './requests.ts';
import { newKey, type Person, type Reply, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const names = ['gateways', 'top-ups', 'withdrawals'].flatMap((noun) =>
  globSync(`${source}${noun}/**/*.ts`).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map((match) => match[1] ?? ''),
  ),
);

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ isServed: false });
});
afterAll(() => scene.close());

/** Sends a request until it is answered, always with the same key, as a wallet does. */
async function insist<Body>(person: Person | undefined, path: string, body: object): Promise<Reply<Body>> {
  const key = newKey();
  let reply: Reply<Body> | undefined;
  await until(async () => {
    reply = await scene.call<Body>(person, 'POST', path, { body, key });
    expect(reply.status).toBe(201);
  });
  if (!reply) throw new Error('It was never answered.');
  return reply;
}

describe('a service that dies', () => {
  it('has failpoints in every part of the way', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(10);
  });

  it.each(names)('at %s loses nothing and repeats nothing', async (failAt) => {
    const service = await serveAndDie(scene, failAt);
    try {
      const person = await scene.somebody();
      const topUp = await insist<TopUp>(person, '/v1/top-ups', {
        gateway: 'sandbox',
        money: { asset: 'iso4217:CNY', amount: '10000' },
        target: { kind: 'cash' },
      });
      expect(topUp.body.redirectUrl).not.toBeNull();
      await scene.sandbox.pressOnPage(topUp.body.redirectUrl ?? '', 'pay');
      await scene.untilState(person, topUp.body.id, 'credited');
      await until(async () => expect(await unprocessed()).toBe(0));
      const bankAccount = { holder: '李雷', number: '6222020000001234' };
      const withdrawal = await insist<WithdrawalWire>(person, '/v1/withdrawals', {
        gateway: 'sandbox',
        money: { asset: 'iso4217:CNY', amount: '2500' },
        bankAccount,
      });
      await scene.untilState(person, withdrawal.body.id, 'settled');
      await until(async () => expect(await unprocessed()).toBe(0));
      const [sale, refund] = await sellAndGiveBack(person);
      await until(async () => expect(await unprocessed()).toBe(0));
      expect(service.deaths()).toBe(1);
      expect(await scene.cashOf(person)).toBe(7500n + 600n);
      expect((await scene.transfersOf(sale)).map(({ kind }) => kind)).toEqual(['top_up']);
      expect((await scene.transfersOf(refund)).map(({ phase }) => phase)).toEqual(['pending', 'post']);
      expect((await scene.transfersOf(topUp.body.id)).map(({ kind }) => kind)).toEqual(['top_up']);
      expect((await scene.transfersOf(withdrawal.body.id)).map(({ phase }) => phase)).toEqual(['pending', 'post']);
      expect(await movementsOf(person)).toBe(4);
      expect(await ordersOf(person)).toEqual({ payments: 2, payouts: 1, refunds: 1 });
    } finally {
      await service.stop();
    }
  });
});

/** A guest pays a request of ¥10 at the gateway, and gets ¥4 back. @returns the movements of both. */
async function sellAndGiveBack(payee: Person): Promise<[sale: string, refund: string]> {
  const { look, paymentsOf, untilRefund } = createRequests(scene);
  const asking = { money: { asset: 'iso4217:CNY', amount: '1000' }, description: 'Tea' };
  const { id } = (await insist<PaymentRequestWire>(payee, '/v1/payment-requests', asking)).body;
  const path = `/v1/payment-requests/${id}/gateway-payments`;
  const page = (await insist<GatewayPaymentWire>(undefined, path, { gateway: 'sandbox' })).body;
  await scene.sandbox.pressOnPage(page.redirectUrl ?? '', 'pay');
  await until(async () =>
    expect(await look(id)).toMatchObject({ state: 'settled', exception: 'none', received: '1000' }),
  );
  const [payment] = await paymentsOf(payee, id);
  const refund = await insist<RefundWire>(payee, '/v1/refunds', { paymentId: payment?.id, amount: '400' });
  await untilRefund(payee, id, { id: refund.body.id, state: 'settled' });
  await until(async () => expect(await look(id)).toMatchObject({ refunded: '400' }));
  const { rows } = await scene.database.pool.query<{ id: string }>(
    `SELECT id FROM movements WHERE payment_request_id = $1 AND kind = 'top_up'`,
    [id],
  );
  expect(rows).toHaveLength(1);
  return [rows[0]?.id ?? '', refund.body.id];
}

async function unprocessed(): Promise<number> {
  return (
    (
      await scene.database.pool.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM gateway_events WHERE processed_at IS NULL',
      )
    ).rows[0]?.n ?? 0
  );
}

async function movementsOf({ id }: Person): Promise<number> {
  return (
    (
      await scene.database.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM movements WHERE user_id = $1', [
        id,
      ])
    ).rows[0]?.n ?? 0
  );
}

/** What the gateway itself has of a person's orders. */
async function ordersOf({ id }: Person): Promise<Record<string, number>> {
  const { rows } = await scene.database.pool.query<{ order_number: string }>(
    'SELECT order_number FROM gateway_attempts a JOIN movements m ON m.id = a.movement_id WHERE m.user_id = $1',
    [id],
  );
  const ours = new Set(rows.map(({ order_number: orderNumber }) => orderNumber));
  const state = await scene.sandbox.state();
  const count = (orders: readonly { readonly orderNumber: string }[]) =>
    orders.filter(({ orderNumber }) => ours.has(orderNumber)).length;
  return { payments: count(state.payments), payouts: count(state.payouts), refunds: count(state.refunds) };
}
