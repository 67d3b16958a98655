import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFeiqian, type Feiqian } from '../src/feiqian.ts';
import { FeiqianError } from '../src/feiqian-error.ts';

/** A service that answers as the test says. The real one is asked in web/e2e/shop.test.ts. */
let service: Server;
let feiqian: Feiqian;
type Asked = { method: string; url: string; key: string; authorization: string; body: string };
let asked: Asked[];
let answers: ((response: ServerResponse) => void)[];

const request = {
  id: '1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  state: 'new',
  exception: 'none',
  reason: null,
  money: { asset: 'iso4217:CNY', amount: '2500' },
  received: '0',
  coming: '0',
  refunded: '0',
  missing: '2500',
  description: 'Latte',
  payee: { handle: 'shop' },
  token: null,
  url: 'http://localhost:8080/pay/1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  orderId: null,
  returnUrl: null,
  createdAt: '2026-11-30T07:59:00.000Z',
  expiresAt: null,
  settledAt: null,
};
const order = { money: { asset: 'iso4217:CNY', amount: '2500' }, description: 'Latte' };

const json = (status: number, body: object) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const problem = (status: number, code: string) =>
  json(status, { type: 'about:blank', title: 'No.', status, code, requestId: 'req-1' });
const hangUp = (response: ServerResponse) => void response.destroy();

beforeEach(async () => {
  [asked, answers] = [[], []];
  service = createServer(async (incoming: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    asked.push({
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      key: `${incoming.headers['idempotency-key']}`,
      authorization: incoming.headers.authorization ?? '',
      body: Buffer.concat(parts).toString(),
    });
    (answers.shift() ?? json(200, request))(response);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  feiqian = createFeiqian({ url: `http://127.0.0.1:${port}`, apiKey: 'fqk_test', waitMs: 1 });
});
afterEach(() => service.close());

describe('the client', () => {
  it('asks with the key, and gives back what was asked for', async () => {
    expect(await feiqian.paymentRequests.create(order, { idempotencyKey: 'order-17' })).toEqual(request);
    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/v1/payment-requests',
        key: 'order-17',
        authorization: 'Bearer fqk_test',
        body: JSON.stringify(order),
      },
    ]);
    answers = [json(200, { items: [request], nextCursor: 'next' })];
    expect(await feiqian.paymentRequests.list({ cursor: 'a b' })).toEqual({ items: [request], nextCursor: 'next' });
    expect(asked[1]?.url).toBe('/v1/payment-requests?limit=20&cursor=a+b');
    await feiqian.paymentRequests.get('../x');
    expect(asked[2]?.url).toBe('/v1/payment-requests/..%2Fx');
    await feiqian.paymentRequests.cancel(request.id);
    expect(asked[3]).toMatchObject({ method: 'POST', url: `/v1/payment-requests/${request.id}/cancel` });
  });

  it('sees what was paid, accepts it or gives it back, once', async () => {
    const payment = {
      id: '3b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
      requestId: request.id,
      rail: 'cash',
      state: 'final',
      money: { asset: 'iso4217:CNY', amount: '2600' },
      counts: true,
      payer: { handle: 'lin', address: null },
      gateway: null,
      chainId: null,
      txHash: null,
      refunding: '0',
      refunded: '0',
      paidAt: '2026-11-30T08:00:00.000Z',
    };
    const refund = {
      id: '4b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
      historyId: '5b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
      paymentId: payment.id,
      requestId: request.id,
      state: 'posted',
      money: { asset: 'iso4217:CNY', amount: '100' },
      reason: null,
      createdAt: '2026-11-30T08:01:00.000Z',
    };
    const { paymentRequests, refunds } = feiqian;
    const settled = { ...request, state: 'settled', exception: 'partial' };
    // The second answer never comes: the refund is asked for again, and is the same.
    answers = [
      json(200, { items: [payment] }),
      hangUp,
      json(201, refund),
      json(200, { items: [refund] }),
      json(200, settled),
    ];
    expect(await paymentRequests.listPayments(request.id)).toEqual([payment]);
    const asking = { paymentId: payment.id, amount: '100' };
    expect(await refunds.create(asking, { idempotencyKey: 'refund-17' })).toEqual(refund);
    expect(await paymentRequests.listRefunds(request.id)).toEqual([refund]);
    expect(await paymentRequests.accept(request.id)).toMatchObject({ state: 'settled', exception: 'partial' });
    const path = `/v1/payment-requests/${request.id}`;
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${path}/payments`,
      'POST /v1/refunds',
      'POST /v1/refunds',
      `GET ${path}/refunds`,
      `POST ${path}/accept`,
    ]);
    expect([asked[1], asked[2]]).toMatchObject([
      { key: 'refund-17', body: JSON.stringify(asking) },
      { key: 'refund-17', body: JSON.stringify(asking) },
    ]);
  });

  it('registers where it is told, and is told no more', async () => {
    const endpoint = {
      id: '2b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
      url: 'https://shop.example/feiqian',
      description: '',
      types: null,
      state: 'on',
      reason: null,
      retryAt: null,
      previousSecretUntil: null,
      createdAt: '2026-11-30T07:59:00.000Z',
      secret: 'whsec_x',
    };
    answers = [json(201, endpoint), (response) => void response.writeHead(204).end()];
    expect(await feiqian.webhookEndpoints.create({ url: endpoint.url })).toEqual(endpoint);
    expect(await feiqian.webhookEndpoints.remove(endpoint.id)).toBeUndefined();
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/webhook-endpoints',
      `DELETE /v1/webhook-endpoints/${endpoint.id}`,
    ]);
  });

  it('tries again under the same key what was not answered, or is to be tried again', async () => {
    answers = [hangUp, problem(503, 'SERVICE_UNAVAILABLE'), problem(429, 'RATE_LIMITED')];
    expect(await feiqian.paymentRequests.create(order)).toEqual(request);
    expect(asked).toHaveLength(4);
    expect(new Set(asked.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
    expect(asked[0]?.key.length).toBeGreaterThan(8);
  });

  it('gives up in the end, and at once on what no repetition changes', async () => {
    answers = [hangUp, hangUp, hangUp, hangUp];
    await expect(feiqian.paymentRequests.get(request.id)).rejects.toMatchObject({
      name: 'FeiqianError',
      code: 'SERVICE_UNAVAILABLE',
      status: 0,
    });
    expect(asked).toHaveLength(4);
    answers = [problem(403, 'SCOPE_MISSING')];
    const refusal = await feiqian.paymentRequests.create(order).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FeiqianError);
    expect(refusal).toMatchObject({ code: 'SCOPE_MISSING', status: 403, requestId: 'req-1', isRetryable: false });
    expect(asked).toHaveLength(5);
  });

  it('sends nothing that the service would not understand', async () => {
    const wrong = { ...order, money: { asset: 'iso4217:CNY', amount: '25.00' } };
    await expect(feiqian.paymentRequests.create(wrong)).rejects.toThrow('AMOUNT_MALFORMED');
    expect(asked).toEqual([]);
  });

  it('says so when something else than the service answers', async () => {
    answers = [(response) => void response.writeHead(404).end('<html>')];
    await expect(feiqian.paymentRequests.get(request.id)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      status: 404,
    });
  });
});
