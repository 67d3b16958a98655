/** Payment requests in a scene with a gateway: asked for, paid there, and given back. */
import type { GatewayPaymentWire, PaymentRequestWire, PaymentWire, RefundWire } from '@feiqian/domain/api/payments';
import { expect } from 'vitest';
import { CNY } from './payments-service.ts';
import { newKey, type Person, type Reply, type Scene, until } from './scene.ts';

export type Requests = ReturnType<typeof createRequests>;

export function createRequests(scene: Scene) {
  const look = async (id: string) =>
    (await scene.call<PaymentRequestWire>(undefined, 'GET', `/v1/payment-requests/${id}`)).body;
  const paymentsOf = async (payee: Person, id: string) =>
    (await scene.call<{ items: PaymentWire[] }>(payee, 'GET', `/v1/payment-requests/${id}/payments`)).body.items;
  const refundsOf = async (payee: Person, id: string) =>
    (await scene.call<{ items: RefundWire[] }>(payee, 'GET', `/v1/payment-requests/${id}/refunds`)).body.items;
  const begin = (id: string, payer?: Person, key = newKey()): Promise<Reply<GatewayPaymentWire>> =>
    scene.call(payer, 'POST', `/v1/payment-requests/${id}/gateway-payments`, { body: { gateway: 'sandbox' }, key });
  return {
    look,
    paymentsOf,
    refundsOf,
    begin,
    /** ¥100, unless told otherwise. */
    async ask(payee: Person, change: object = {}): Promise<PaymentRequestWire> {
      const body = { money: { asset: CNY, amount: '10000' }, description: '两杯拿铁', ...change };
      const asked = await scene.call<PaymentRequestWire>(payee, 'POST', '/v1/payment-requests', {
        body,
        key: newKey(),
      });
      expect(asked.status, JSON.stringify(asked.body)).toBe(201);
      return asked.body;
    },
    /** Goes to the gateway's page and pays there. */
    async payAtGateway(id: string, payer?: Person): Promise<{ readonly back: string | null }> {
      const { status, body } = await begin(id, payer);
      expect(status, JSON.stringify(body)).toBe(201);
      return { back: await scene.sandbox.pressOnPage(body.redirectUrl ?? '', 'pay') };
    },
    payCash: (payer: Person, id: string) =>
      scene.call(payer, 'POST', `/v1/payment-requests/${id}/payments`, { body: { rail: 'cash' }, key: newKey() }),
    refund: (payee: Person, body: { paymentId: string; amount?: string; note?: string }, key = newKey()) =>
      scene.call<RefundWire>(payee, 'POST', '/v1/refunds', { body, key }),
    untilLike: (id: string, like: Partial<PaymentRequestWire>) =>
      until(async () => expect(await look(id)).toMatchObject(like)),
    untilRefund: (payee: Person, id: string, like: Partial<RefundWire>) =>
      until(async () => expect((await refundsOf(payee, id)).at(-1)).toMatchObject(like)),
    async orderOf(requestId: string): Promise<string> {
      const { rows } = await scene.database.pool.query<{ order_number: string }>(
        `SELECT a.order_number FROM gateway_attempts a JOIN movements m ON m.id = a.movement_id
         WHERE m.payment_request_id = $1 AND a.direction = 'payment' ORDER BY a.created_at DESC LIMIT 1`,
        [requestId],
      );
      return rows[0]?.order_number ?? '';
    },
    historyOf: async (person: Person) =>
      (
        await scene.database.pool.query<{ kind: string; direction: string; status: string; reason: string | null }>(
          'SELECT kind, direction, status, reason FROM history_entries WHERE user_id = $1 ORDER BY occurred_at, id',
          [person.id],
        )
      ).rows,
  };
}
