/** Payment links on a database of their own, with people and wallets, for tests in which no chain is followed. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { createAnswerOnce } from '../../src/http/idempotency.ts';
import { readBalances } from '../../src/ledger/balances.ts';
import { registerPayCodeRoutes } from '../../src/pay-codes/routes.ts';
import { createPayCodeService } from '../../src/pay-codes/service.ts';
import { createPayCodeStore } from '../../src/pay-codes/store.ts';
import { registerPaymentRequestRoutes } from '../../src/payment-requests/routes.ts';
import { createPaymentRequestService, type PaymentRequestService } from '../../src/payment-requests/service.ts';
import { signPayment } from './checkout.ts';
import { createTestDatabase } from './database.ts';
import { createGetHandle, createIdleDeps, noGateway } from './payment-requests.ts';
import { createTestApp, type Somebody, type TestApp } from './people.ts';

export const CNY = 'iso4217:CNY';
/** Where any payee may send payers back to. */
export const shopUrl = 'https://shop.example/thanks';

/** How a signed payment is handed in. */
type Handing = {
  /** Absent for somebody who is not logged in. */
  readonly payer?: Somebody;
  readonly change?: Parameters<typeof signPayment>[2];
  readonly key?: string;
};

export type Links = TestApp & {
  readonly requests: PaymentRequestService;
  /** Puts the service's clock ahead of ours. */
  readonly setAhead: (ms: number) => void;
  readonly available: (person: Somebody) => Promise<bigint>;
  /** Two people, the first of them with cash. */
  readonly pair: (cash: bigint) => Promise<{ readonly payer: Somebody; readonly payee: Somebody }>;
  /** A wallet whose address counts as this person's. */
  readonly walletOf: (person: Somebody) => PrivateKeyAccount;
  /** Asks for ¥10 for a pot of tea, unless told otherwise. */
  readonly create: (payee: Somebody, change?: object) => Promise<LightMyRequestResponse>;
  readonly link: (payee: Somebody, change?: object) => Promise<PaymentRequestWire>;
  readonly look: (id: string) => Promise<PaymentRequestWire>;
  readonly payCash: (payer: Somebody, id: string, key?: string) => Promise<LightMyRequestResponse>;
  /** Signs a payment and hands it in. */
  readonly authorize: (
    account: PrivateKeyAccount,
    request: PaymentRequestWire,
    handing?: Handing,
  ) => Promise<LightMyRequestResponse>;
  readonly paymentsOf: (payee: Somebody, id: string) => Promise<PaymentWire[]>;
};

export const newKey = (): string => randomUUID();

/** A request that changes something. */
export const post = (url: string, payload: object, key = newKey()): InjectOptions => ({
  method: 'POST',
  url,
  headers: { 'idempotency-key': key },
  payload,
});

export async function startLinks(): Promise<Links> {
  const owners = new Map<string, string>();
  let aheadMs = 0;
  let requests: PaymentRequestService | undefined;
  const clock = () => new Date(Date.now() + aheadMs);
  const test = await createTestApp(await createTestDatabase(), ({ pool, ledger }) => {
    requests = createPaymentRequestService(
      createIdleDeps({
        pool,
        ledger,
        clock,
        findAddressOwner: async (address) => owners.get(address),
        returnUrls: [shopUrl],
      }),
    );
    const answers = createAnswerOnce({ database: pool, hashKey: randomBytes(32) });
    const getHandle = createGetHandle(pool);
    const { getPayable, get, payByCash } = requests;
    const payCodes = createPayCodeService({
      store: createPayCodeStore(pool),
      hashKey: randomBytes(32),
      clock,
      currencies: new Set([CNY]),
      getPayable,
      getRequest: get,
      payByCash,
    });
    return [
      ...registerPaymentRequestRoutes({ service: requests, answers, getHandle, createSale: noGateway }),
      registerPayCodeRoutes({ service: payCodes }),
    ];
  });
  if (!requests) throw new Error('The app has no routes.');
  const create: Links['create'] = (payee, change = {}) =>
    test.as(
      payee,
      post('/v1/payment-requests', { money: { asset: CNY, amount: '1000' }, description: '一壶茶', ...change }),
    );
  return {
    ...test,
    requests,
    setAhead: (ms) => {
      aheadMs = ms;
    },
    available: async (person) =>
      (await readBalances(test.pool, person.id)).find(({ asset }) => asset === CNY)?.available ?? 0n,
    async pair(cash) {
      const [payer, payee] = [await test.somebody(), await test.somebody()];
      await test.fund(payer, CNY, cash);
      return { payer, payee };
    },
    walletOf(person) {
      const account = privateKeyToAccount(generatePrivateKey());
      owners.set(account.address, person.id);
      return account;
    },
    create,
    link: async (payee, change) => (await create(payee, change)).json<PaymentRequestWire>(),
    look: async (id) => (await test.app.inject(`/v1/payment-requests/${id}`)).json<PaymentRequestWire>(),
    payCash: (payer, id, key) => test.as(payer, post(`/v1/payment-requests/${id}/payments`, { rail: 'cash' }, key)),
    async authorize(account, request, { payer, change = {}, key } = {}) {
      const body = await signPayment(account, request, change);
      const asking = post(`/v1/payment-requests/${request.id}/authorizations`, body, key);
      return payer ? test.as(payer, asking) : test.app.inject(asking);
    },
    paymentsOf: async (payee, id) =>
      (await test.as(payee, { url: `/v1/payment-requests/${id}/payments` })).json<{ items: PaymentWire[] }>().items,
  };
}
