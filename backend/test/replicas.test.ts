import { randomUUID } from 'node:crypto';
import type { RelayQuote } from '@feiqian/domain/api/chain';
import { type PaymentRequestWire, paymentRequestEvent } from '@feiqian/domain/api/payments';
import type { WebhookSecretWire } from '@feiqian/domain/api/webhooks';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { toAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gatewayReceivable, userCash } from '../src/ledger/accounts.ts';
import { readBalances } from '../src/ledger/balances.ts';
import { businessId } from '../src/ledger/ids.ts';
import { createLedger, type Ledger } from '../src/ledger/ledger.ts';
import { newDataKey, type Person, type Reply, startTestService, type TestService } from './chain/service.ts';
import { issueTokens, sendTokens, type TestAccount } from './chain/traffic.ts';
import { type SandboxProcess, sandboxAccounts, startSandboxProcess } from './payments/sandbox-process.ts';
import { startTestChain, type TestChain } from './support/chain.ts';
import { signPayment } from './support/checkout.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { draftRelay, signRelay } from './support/relay.ts';
import { startReceiver, verifyStock } from './webhooks/receiver.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const CNY = 'iso4217:CNY';
let database: TestDatabase;
let chain: TestChain;
let sandbox: SandboxProcess;
let ledger: Ledger;
let replicas: readonly [TestService, TestService];
let bob: Person;
/** Somebody rich whom the others pay, and who pays them. */
let cashier: Rich;
let treasurer: TestAccount;
let token: string;
const stranger: Address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';

beforeAll(async () => {
  database = await createTestDatabase();
  // Cash and tokens come from nowhere here.
  database.skipVerify();
  chain = await startTestChain();
  token = toTokenAssetId(chain.chainId, chain.addresses.cnyf);
  // The services' own issuer and this file would take each other's nonces; tokens go by a holder whom nobody else knows.
  treasurer = await chain.createAccount('5');
  await issueTokens(chain, treasurer.address, 1_500_000_000n);
  sandbox = await startSandboxProcess({ publicUrl: 'http://localhost:9' });
  ledger = createLedger({ pool: database.pool });
  const options = { dataKey: newDataKey(), gateway: sandbox.registration };
  replicas = [await startTestService(database, chain, options), await startTestService(database, chain, options)];
  bob = await replicas[0].somebody();
  cashier = await somebody(1_000_000n);
});
afterAll(async () => {
  for (const replica of replicas) await replica.stop();
  await ledger.close();
  await sandbox.close();
  await chain.stop();
});

type Rich = Person & { readonly account: TestAccount };

/** Somebody with this much cash and a hundred tokens. */
async function somebody(cash: bigint): Promise<Rich> {
  const account = await chain.createAccount();
  const person = await replicas[0].somebody(account);
  await sendTokens(chain, treasurer, account.address, 100_000_000n);
  await ledger.post({
    transfers: [
      {
        id: businessId('test funding', randomUUID()),
        phase: 'posted',
        debit: gatewayReceivable('test', CNY),
        credit: userCash(person.id, CNY),
        amount: toAmount(cash),
        kind: 'top_up',
      },
    ],
  });
  return { ...person, account };
}

/** Asks many times at once, every second time the other replica. */
const askAll = (person: Person, times: number, ask: (asker: Person, index: number) => Promise<Reply<object>>) =>
  Promise.all(
    Array.from({ length: times }, (_, index) =>
      ask(replicas[index % 2 === 0 ? 0 : 1].as(person.id, person.token), index),
    ),
  );
const availableTo = async ({ id }: Person) =>
  (await readBalances(database.pool, id)).find(({ asset }) => asset === CNY)?.available ?? 0n;
const handleOf = async ({ id }: Person) =>
  (await database.pool.query<{ handle: string }>('SELECT handle FROM users WHERE id = $1', [id])).rows[0]?.handle ?? '';

async function payByRelay({ account, post }: Rich): Promise<object> {
  const { body: quote } = await post<RelayQuote>('/v1/quotes', { kind: 'relay', asset: token });
  return signRelay(chain, account, draftRelay(chain, quote, { from: account.address, to: stranger }));
}

type Intent = { readonly url: string; readonly body: object; readonly other: object };

/** One thing that each money route is asked for, and another under the same key. */
const intents: Record<string, (person: Rich) => Promise<Intent>> = {
  'cash-transfers': async () => {
    const body = { recipient: await handleOf(bob), money: { asset: CNY, amount: '100' } };
    return { url: '/v1/cash-transfers', body, other: { ...body, money: { asset: CNY, amount: '101' } } };
  },
  'top-ups': async () => {
    const body = { gateway: 'sandbox', money: { asset: CNY, amount: '10000' }, target: { kind: 'cash' } };
    return { url: '/v1/top-ups', body, other: { ...body, money: { asset: CNY, amount: '10001' } } };
  },
  withdrawals: async () => {
    const bankAccount = { holder: '李雷', number: sandboxAccounts.good };
    const body = { gateway: 'sandbox', money: { asset: CNY, amount: '2500' }, bankAccount };
    const other = { ...body, bankAccount: { ...bankAccount, number: sandboxAccounts.undecided } };
    return { url: '/v1/withdrawals', body, other };
  },
  conversions: async ({ account }) => {
    const body = { direction: 'issue', money: { asset: CNY, amount: '300' }, token, address: account.address };
    return { url: '/v1/conversions', body, other: { ...body, money: { asset: CNY, amount: '301' } } };
  },
  payments: async () => {
    const link = { money: { asset: CNY, amount: '400' }, description: '一壶茶' };
    const { body: request } = await bob.post<PaymentRequestWire>('/v1/payment-requests', link);
    return {
      url: `/v1/payment-requests/${request.id}/payments`,
      body: { rail: 'cash' },
      other: { rail: 'cash', a: 1 },
    };
  },
  relays: async (person) => {
    const body = await payByRelay(person);
    return { url: '/v1/relays', body, other: { ...body, amount: '1000001' } };
  },
  authorizations: async ({ account }) => {
    const link = { money: { asset: CNY, amount: '400' }, description: '一壶茶', address: cashier.account.address };
    const { body: request } = await cashier.post<PaymentRequestWire>('/v1/payment-requests', link);
    const body = await signPayment(account, request);
    return { url: `/v1/payment-requests/${request.id}/authorizations`, body, other: { ...body, amount: '4000001' } };
  },
  refunds: async (person) => {
    // The one who gives back is the one who was paid.
    const link = { money: { asset: CNY, amount: '400' }, description: '一壶茶' };
    const { body: request } = await person.post<PaymentRequestWire>('/v1/payment-requests', link);
    const pay = await cashier.post(`/v1/payment-requests/${request.id}/payments`, { rail: 'cash' });
    expect(pay.status).toBe(201);
    const { items } = await person.get<{ items: { id: string }[] }>(`/v1/payment-requests/${request.id}/payments`);
    const body = { paymentId: items[0]?.id, amount: '100' };
    return { url: '/v1/refunds', body, other: { ...body, amount: '101' } };
  },
  'payment-requests': async () => {
    const body = { money: { asset: CNY, amount: '500' }, description: '一壶茶' };
    return { url: '/v1/payment-requests', body, other: { ...body, description: '两壶茶' } };
  },
};

describe('a hundred copies of one request, at two replicas', () => {
  it.each(Object.entries(intents))('to %s make one thing and get one answer', async (route, makeIntent) => {
    const person = await somebody(20_000n);
    const { url, body, other } = await makeIntent(person);
    const key = randomUUID();
    // What guests may do is limited for each address.
    const copies = route === 'authorizations' ? 40 : 100;
    const answers = await askAll(person, copies, (asker) => asker.post(url, body, key));
    expect([...new Set(answers.map((answer) => answer.status))]).toEqual([201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    const table = route === 'payment-requests' ? 'payment_requests WHERE payee_id' : 'movements WHERE user_id';
    expect((await database.pool.query(`SELECT FROM ${table} = $1`, [person.id])).rowCount).toBe(1);
    if (route === 'authorizations')
      expect((await database.pool.query('SELECT FROM payments WHERE payer_id = $1', [person.id])).rowCount).toBe(1);
    for (const replica of replicas) {
      const asker = replica.as(person.id, person.token);
      expect((await asker.post(url, body, key)).body, 'and later').toEqual(answers[0]?.body);
      const refused = await asker.post(url, other, key);
      // A body of no documented form is refused before its key is looked at.
      expect(refused).toMatchObject(
        route === 'payments' ? { status: 400 } : { status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } },
      );
    }
  });

  it('ask the gateway for one payment', async () => {
    const { rows } = await database.pool.query<{ order_number: string }>(
      `SELECT order_number FROM gateway_attempts WHERE direction = 'payment'`,
    );
    expect(rows).toHaveLength(1);
    const { payments } = await sandbox.state();
    expect(payments.map(({ orderNumber }) => orderNumber)).toEqual(rows.map((row) => row.order_number));
  });
});

describe('two hundred requests to spend what is there once, at two replicas', () => {
  it.each([
    ['cash-transfers', async () => ({ recipient: await handleOf(bob), money: { asset: CNY, amount: '700' } })],
    [
      'withdrawals',
      async () => ({
        gateway: 'sandbox',
        money: { asset: CNY, amount: '700' },
        bankAccount: { holder: '李雷', number: sandboxAccounts.undecided },
      }),
    ],
  ] as const)('by %s succeed once and are otherwise cleanly refused', async (route, makeBody) => {
    const [person, body] = [await somebody(700n), await makeBody()];
    const answers = await askAll(person, 200, (asker) => asker.post(`/v1/${route}`, body));
    const outcomes = answers.map((answer) => `${answer.status} ${answer.body.code ?? 'done'}`);
    expect(outcomes.filter((outcome) => outcome === '201 done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === '409 INSUFFICIENT_FUNDS')).toHaveLength(199);
    expect(await availableTo(person)).toBe(0n);
    const { rows } = await database.pool.query(`SELECT FROM movements WHERE user_id = $1`, [person.id]);
    expect(rows, 'nothing of the others is left').toHaveLength(1);
  });

  it('over all routes at once spend it once', async () => {
    const person = await somebody(700n);
    const money = { asset: CNY, amount: '700' };
    const bankAccount = { holder: '李雷', number: sandboxAccounts.undecided };
    const ways: readonly (readonly [string, object])[] = [
      ['/v1/cash-transfers', { recipient: await handleOf(bob), money }],
      ['/v1/withdrawals', { gateway: 'sandbox', money, bankAccount }],
      ['/v1/conversions', { direction: 'issue', money, token, address: person.account.address }],
    ];
    const answers = await askAll(person, 60, (asker, index) =>
      asker.post(...(ways[Math.floor(index / 2) % 3] ?? ['', {}])),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'INSUFFICIENT_FUNDS')).toHaveLength(59);
    expect(await availableTo(person)).toBe(0n);
  });
});

describe('a shop', () => {
  it('is told of what happens at any replica, once, and figures say that nothing waits', async () => {
    const receiver = await startReceiver();
    try {
      const [shop, payer] = [await replicas[0].somebody(), await somebody(100n)];
      const endpoint = await shop.post<WebhookSecretWire>('/v1/webhook-endpoints', { url: receiver.url });
      const asked = await shop.post<PaymentRequestWire>('/v1/payment-requests', {
        money: { asset: CNY, amount: '100' },
        description: 'tea',
      });
      const elsewhere = replicas[1].as(payer.id, payer.token);
      expect((await elsewhere.post(`/v1/payment-requests/${asked.body.id}/payments`, { rail: 'cash' })).status).toBe(
        201,
      );
      await receiver.untilReceived(2);
      const settled = await shop.get(`/v1/payment-requests/${asked.body.id}`);
      const told = receiver.received.map((one) => verifyStock(endpoint.body.secret ?? '', one));
      expect(told).toMatchObject([
        { type: 'payment_request.created', data: { id: asked.body.id, state: 'new' } },
        { type: 'payment_request.settled', data: paymentRequestEvent.parse(settled) },
      ]);
      await vi.waitFor(async () => {
        const { body } = await replicas[1].inject('/metrics');
        expect(body).toContain('feiqian_webhooks_waiting 0');
      });
      expect(receiver.received).toHaveLength(2);
    } finally {
      await receiver.close();
    }
  });
});
