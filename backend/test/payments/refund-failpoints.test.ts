/** Kills the service at every failpoint on the way of a refund through a gateway, starts it again, and looks whether the money went back once. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GatewayPaymentWire, PaymentRequestWire, PaymentWire, RefundWire } from '@feiqian/domain/api/payments';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveAndDie } from './dying-service.ts';
import { newKey, type Person, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const source = fileURLToPath(new URL('../../src/payment-requests/', import.meta.url));
const names = globSync(`${source}**/*.ts`).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map((match) => match[1] ?? ''),
);

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ isServed: false });
});
afterAll(() => scene.close());

/** Sends a request until it is answered, always with the same key, as a wallet does. */
async function insist<Body>(person: Person, path: string, body: object): Promise<Body> {
  const key = newKey();
  let answered: Body | undefined;
  await until(async () => {
    const { status, body: answer } = await scene.call<Body>(person, 'POST', path, { body, key });
    expect(status).toBe(201);
    answered = answer;
  });
  if (answered === undefined) throw new Error('It was never answered.');
  return answered;
}

async function look<Body>(person: Person, path: string): Promise<Body> {
  return (await scene.call<Body>(person, 'GET', path)).body;
}

describe('a service that dies while it gives money back', () => {
  it('has failpoints before and after the gateway is asked', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(3);
  });

  it.each(names)('at %s gives it back once', async (failAt) => {
    const service = await serveAndDie(scene, failAt);
    try {
      const [shop, payer] = [await scene.somebody(), await scene.somebody()];
      const money = { asset: 'iso4217:CNY', amount: '10000' };
      const { id } = await insist<PaymentRequestWire>(shop, '/v1/payment-requests', { money, description: 'Tea' });
      const path = `/v1/payment-requests/${id}`;
      const page = await insist<GatewayPaymentWire>(payer, `${path}/gateway-payments`, { gateway: 'sandbox' });
      await scene.sandbox.pressOnPage(page.redirectUrl ?? '', 'pay');
      await until(async () => expect((await look<PaymentRequestWire>(shop, path)).state).toBe('settled'));
      const [payment] = (await look<{ items: PaymentWire[] }>(shop, `${path}/payments`)).items;
      const { id: refundId } = await insist<RefundWire>(shop, '/v1/refunds', {
        paymentId: payment?.id,
        amount: '2500',
      });
      await until(async () =>
        expect(await look<PaymentRequestWire>(shop, path)).toMatchObject({ state: 'settled', refunded: '2500' }),
      );
      expect(service.deaths()).toBe(1);
      expect(await scene.cashOf(shop)).toBe(7500n);
      expect((await scene.transfersOf(refundId)).map(({ phase }) => phase)).toEqual(['pending', 'post']);
      expect((await look<{ items: RefundWire[] }>(shop, `${path}/refunds`)).items).toMatchObject([
        { state: 'settled' },
      ]);
    } finally {
      await service.stop();
    }
  });
});
