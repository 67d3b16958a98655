/** The part of the service behind the page that payers are sent to, on a database of its own. */
import { randomUUID } from 'node:crypto';
import type { CreatePaymentRequest, PaymentRequestWire } from '@feiqian/domain/api/payments';
import { listAssets } from '@feiqian/domain/chains';
import { zeroAmount } from '@feiqian/domain/money';
import { expect } from 'vitest';
import { createCarrier } from '../../src/chain/carrier.ts';
import { createSealer } from '../../src/database/sealed.ts';
import { createAnswerOnce } from '../../src/http/idempotency.ts';
import { postUnwatched } from '../../src/ledger/watched.ts';
import { createRequestFeed, type RequestFeed, type RequestFeedLimits } from '../../src/payment-requests/feed.ts';
import { registerLiveRequestRoutes } from '../../src/payment-requests/live-routes.ts';
import { createRefundStore } from '../../src/payment-requests/refund-store.ts';
import { registerPaymentRequestRoutes } from '../../src/payment-requests/routes.ts';
import { createPaymentRequestService, type PaymentRequestService } from '../../src/payment-requests/service.ts';
import { createPaymentRequestStore } from '../../src/payment-requests/store.ts';
import { registerReturnAddressRoutes } from '../../src/return-addresses/routes.ts';
import { createReturnAddressService } from '../../src/return-addresses/service.ts';
import { createReturnAddressStore } from '../../src/return-addresses/store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createTestApp, type Somebody, type TestApp } from '../support/people.ts';

export const CNY = 'iso4217:CNY';
const dataKey = Buffer.alloc(32, 7);
const operator = '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB';
const chains = [
  {
    chainId: 31_337,
    name: 'Local',
    native: { symbol: 'ETH', decimals: 18 },
    finality: { kind: 'depth', blocks: 3 },
    ephemeral: true,
    tokens: [
      { symbol: 'CNYF', name: 'Yuan', address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', decimals: 6, cash: CNY },
    ],
    relay: operator,
    checkout: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    startBlock: 0,
  },
] as const;

// biome-ignore lint/suspicious/noExplicitAny: answers of many routes, judged by each test.
export type Reply = { readonly status: number; readonly body: any };

export type Scene = TestApp & {
  readonly database: TestDatabase;
  /** Where it listens. */
  readonly url: string;
  readonly feed: RequestFeed;
  readonly service: PaymentRequestService;
  /** Moves the service's clock ahead. */
  readonly pass: (ms: number) => void;
  readonly call: (
    person: Somebody | undefined,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
    key?: string,
  ) => Promise<Reply>;
  readonly ask: (payee: Somebody, more?: Partial<CreatePaymentRequest>) => Promise<PaymentRequestWire>;
  /** A shop's own address with its secret. */
  readonly addReturn: (payee: Somebody, url: string) => Promise<{ readonly id: string; readonly secret: string }>;
};

export async function startScene(limits?: Partial<RequestFeedLimits>): Promise<Scene> {
  const database = await createTestDatabase();
  let shiftMs = 0;
  const clock = () => new Date(Date.now() + shiftMs);
  let feed: RequestFeed | undefined;
  let service: PaymentRequestService | undefined;
  const test = await createTestApp(database, ({ pool, ledger }) => {
    const answers = createAnswerOnce({ database: pool, hashKey: dataKey });
    const addresses = createReturnAddressStore(pool);
    service = createPaymentRequestService({
      ledger,
      postWatched: postUnwatched(ledger),
      store: createPaymentRequestStore(pool),
      refunds: createRefundStore(pool),
      assets: listAssets(chains),
      chains,
      publicUrl: 'http://localhost:8080',
      clock,
      findAddressOwner: async () => undefined,
      // No test here takes anything to a chain.
      carrier: createCarrier({
        database: pool,
        relayer: operator,
        simulate: async () => 'NoChain',
        getEpoch: async () => 1,
      }),
      relayer: operator,
      fee: zeroAmount,
      minedMax: zeroAmount,
      isReturnUrl: async (payeeId, url) => (await addresses.find(payeeId, url)) !== undefined,
    });
    feed = createRequestFeed({
      pool,
      read: service.get,
      limits: { clientsMax: 50, clientsPerAddressMax: 20, beatMs: 50, lifetimeMs: 60_000, ...limits },
    });
    const getHandle = async (id: string) =>
      (await pool.query<{ handle: string }>('SELECT handle FROM users WHERE id = $1', [id])).rows[0]?.handle ?? '';
    const createSale = () => Promise.reject(new Error('No test here pays at a gateway.'));
    return [
      ...registerPaymentRequestRoutes({ service, answers, getHandle, createSale }),
      registerLiveRequestRoutes({ feed }),
      registerReturnAddressRoutes({
        service: createReturnAddressService({ pool, store: addresses, sealer: createSealer(dataKey) }),
        answers,
        clock,
        getReturning: service.getReturning,
      }),
    ];
  });
  if (!feed || !service) throw new Error('The app has its routes.');
  const started = feed;
  await started.start();
  const url = await test.app.listen({ port: 0, host: '127.0.0.1' });

  const call: Scene['call'] = async (person, method, path, body, key = randomUUID()) => {
    const request = { method, url: path, headers: { 'idempotency-key': key }, ...(body ? { payload: body } : {}) };
    const response = await (person ? test.as(person, request) : test.app.inject(request));
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
    url,
    feed: started,
    service,
    pass: (ms) => {
      shiftMs += ms;
    },
    call,
    ask: (payee, more = {}) =>
      expectCall(payee, 'POST', '/v1/payment-requests', {
        money: { asset: CNY, amount: '1000' },
        description: '茶 & tea',
        ...more,
      }),
    addReturn: (payee, address) => expectCall(payee, 'POST', '/v1/return-addresses', { url: address }),
    async close() {
      await started.close();
      await test.close();
    },
  };
}
