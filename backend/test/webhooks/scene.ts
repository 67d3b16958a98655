/** The part of the service that tells merchants, with payment requests as something to tell of, on a database of its own. */
import { randomUUID } from 'node:crypto';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import type { WebhookDeliveryWire, WebhookSecretWire } from '@feiqian/domain/api/webhooks';
import type { InjectOptions } from 'fastify';
import { getAddress } from 'viem';
import { expect } from 'vitest';
import { createSealer } from '../../src/database/sealed.ts';
import { createAnswerOnce } from '../../src/http/idempotency.ts';
import { registerPaymentRequestRoutes } from '../../src/payment-requests/routes.ts';
import { createPaymentRequestService } from '../../src/payment-requests/service.ts';
import { createWebhookClient, type Resolve } from '../../src/webhooks/client.ts';
import { createDeliveryStore } from '../../src/webhooks/delivery-store.ts';
import { createWebhookDispatcher, type WebhookDispatcher, type WebhookPace } from '../../src/webhooks/dispatcher.ts';
import { createEndpointStore } from '../../src/webhooks/endpoint-store.ts';
import { createQueueStore } from '../../src/webhooks/queue-store.ts';
import { registerWebhookRoutes } from '../../src/webhooks/routes.ts';
import { createWebhookService } from '../../src/webhooks/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createGetHandle, createIdleDeps, noGateway, publicUrl } from '../support/payment-requests.ts';
import { createTestApp, type Somebody, type TestApp } from '../support/people.ts';
import { createMoves, type Move } from '../support/request-moves.ts';

export const CNY = 'iso4217:CNY';
export const dataKey = Buffer.alloc(32, 7);
export const hourMs = 3_600_000;
export type Scene = TestApp & {
  readonly database: TestDatabase;
  /** Moves this scene's time ahead of the database's. */
  readonly pass: (ms: number) => void;
  /** Moves time to when the next try is due. @returns how long that took. */
  readonly passUntilDue: () => Promise<number>;
  /** Another process that delivers. */
  readonly replica: (pace?: Partial<WebhookPace>) => WebhookDispatcher;
  /** The first of them. */
  readonly dispatcher: WebhookDispatcher;
  /** What went wrong inside of dispatchers. */
  readonly failures: readonly unknown[];
  readonly call: (
    person: Somebody,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    key?: string,
  ) => Promise<Reply>;
  readonly addEndpoint: (person: Somebody, url: string, more?: object) => Promise<WebhookSecretWire>;
  /** A request for ¥1, in cash or in tokens. */
  readonly askForPayment: (person: Somebody) => Promise<PaymentRequestWire>;
  /** Changes what becomes of a payment request as the ledger's commands do. */
  readonly move: (id: string, move: Move) => Promise<void>;
  readonly cancel: (person: Somebody, id: string) => Promise<void>;
  readonly deliveriesOf: (person: Somebody, endpointId: string) => Promise<WebhookDeliveryWire[]>;
};

// biome-ignore lint/suspicious/noExplicitAny: answers of many routes, judged by each test.
export type Reply = { readonly status: number; readonly body: any };

export const newKey = (): string => randomUUID();

export async function startScene({
  allowsLoopback = true,
  resolve,
  timeoutMs = 10_000,
}: {
  readonly allowsLoopback?: boolean;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
} = {}): Promise<Scene> {
  const database = await createTestDatabase();
  const client = createWebhookClient({ allowsLoopback, timeoutMs, ...(resolve ? { resolve } : {}) });
  const sealer = createSealer(dataKey);
  const owners = new Map<string, string>();
  const test = await createTestApp(database, ({ pool, ledger }) => {
    const answers = createAnswerOnce({ database: pool, hashKey: dataKey });
    const findAddressOwner = async (address: string) => owners.get(address);
    const paymentRequests = createPaymentRequestService(createIdleDeps({ pool, ledger, findAddressOwner }));
    const service = createWebhookService({
      pool,
      store: createEndpointStore(pool),
      deliveries: createDeliveryStore(pool),
      sealer,
      checkUrl: client.check,
    });
    return [
      ...registerPaymentRequestRoutes({
        service: paymentRequests,
        answers,
        getHandle: createGetHandle(pool),
        createSale: noGateway,
      }),
      registerWebhookRoutes({ service, answers }),
    ];
  });
  const { pool } = test;
  const failures: unknown[] = [];
  const replicas: WebhookDispatcher[] = [];
  let shift = 0;
  const times = { shiftMs: () => shift, random: () => 0.5 };
  const replica = (pace: Partial<WebhookPace> = {}) => {
    const dispatcher = createWebhookDispatcher({
      pool,
      client,
      sealer,
      publicUrl,
      pace: { ...times, stopGraceMs: 0, ...pace },
      onFailure: (error) => failures.push(error),
    });
    replicas.push(dispatcher);
    return dispatcher;
  };
  const queue = createQueueStore({ pool, leaseMs: 60_000, ...times });

  const call: Scene['call'] = async (person, method, url, body, key = newKey()) => {
    const request: InjectOptions = {
      method,
      url,
      headers: { 'idempotency-key': key },
      ...(body ? { payload: body } : {}),
    };
    const response = await test.as(person, request);
    return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
  };
  const expectCall = async (...args: Parameters<Scene['call']>) => {
    const { status, body } = await call(...args);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body;
  };
  return {
    ...test,
    database,
    pass: (ms) => {
      shift += ms;
    },
    async passUntilDue() {
      const ms = Math.ceil((await queue.soonestMs()) ?? 0);
      shift += ms;
      return ms;
    },
    replica,
    dispatcher: replica(),
    failures,
    call,
    addEndpoint: (person, url, more = {}) => expectCall(person, 'POST', '/v1/webhook-endpoints', { url, ...more }),
    askForPayment: (person) => {
      // As if everybody had proved an address that follows from their id.
      const address = getAddress(`0x${person.id.replaceAll('-', '')}00000000`);
      owners.set(address, person.id);
      const request = { money: { asset: CNY, amount: '100' }, description: '茶 & tea', address };
      return expectCall(person, 'POST', '/v1/payment-requests', request);
    },
    move: createMoves(pool, test.ledger),
    cancel: (person, id) => expectCall(person, 'POST', `/v1/payment-requests/${id}/cancel`),
    deliveriesOf: async (person, endpointId) =>
      (await expectCall(person, 'GET', `/v1/webhook-endpoints/${endpointId}/deliveries`)).items,
    async close() {
      for (const one of replicas) await one.stop();
      await client.close();
      await test.close();
    },
  };
}
