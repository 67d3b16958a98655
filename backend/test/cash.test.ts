import { randomBytes, randomUUID } from 'node:crypto';
import type { PaymentRequestWire } from '@feiqian/domain/api/cash';
import { listAssets } from '@feiqian/domain/chains';
import { toAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCashTransferRoutes } from '../src/cash-transfers/routes.ts';
import { createCashTransferService } from '../src/cash-transfers/service.ts';
import { createFindPerson, readPersonName } from '../src/cash-transfers/store.ts';
import { createAnswerOnce } from '../src/http/idempotency.ts';
import { readBalances } from '../src/ledger/balances.ts';
import { registerPaymentRequestRoutes } from '../src/payment-requests/routes.ts';
import { createPaymentRequestService, type PaymentRequestService } from '../src/payment-requests/service.ts';
import { createPaymentRequestStore } from '../src/payment-requests/store.ts';
import { createTestDatabase } from './support/database.ts';
import { createTestApp, type Somebody, type TestApp } from './support/people.ts';

const CNY = 'iso4217:CNY';
const token = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const address: Address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const assets = listAssets([
  {
    chainId: 31337,
    name: 'Local',
    native: { symbol: 'ETH', decimals: 18 },
    finality: { kind: 'depth', blocks: 3 },
    ephemeral: true,
    tokens: [{ symbol: 'CNYF', name: 'Feiqian Yuan', address: token, decimals: 6, cash: CNY }],
    relay: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    startBlock: 0,
  },
]);
const owners = new Map<string, string>();
/** How far the service's clock is ahead. */
let aheadMs = 0;
let test: TestApp;
let requests: PaymentRequestService;

beforeAll(async () => {
  test = await createTestApp(await createTestDatabase(), ({ pool, ledger }) => {
    const findPerson = createFindPerson(pool);
    const transfers = createCashTransferService({
      ledger,
      currencies: new Set([CNY, 'iso4217:USD']),
      findPerson: async (query) => findPerson(readPersonName(query)),
    });
    requests = createPaymentRequestService({
      ledger,
      store: createPaymentRequestStore(pool),
      assets,
      publicUrl: 'http://localhost:8080',
      clock: () => new Date(Date.now() + aheadMs),
      findAddressOwner: async (candidate) => owners.get(candidate),
    });
    const getHandle = async (id: string) =>
      (await pool.query<{ handle: string }>('SELECT handle FROM users WHERE id = $1', [id])).rows[0]?.handle ?? '';
    const answers = createAnswerOnce({ database: pool, hashKey: randomBytes(32) });
    return [
      registerCashTransferRoutes({ service: transfers, answers }),
      registerPaymentRequestRoutes({ service: requests, answers, getHandle }),
    ];
  });
});
afterAll(() => test.close());

const available = async (person: Somebody) =>
  (await readBalances(test.pool, person.id)).find(({ asset }) => asset === CNY)?.available ?? 0n;
const key = () => randomUUID();
const send = (
  from: Somebody,
  recipient: string,
  amount: string,
  { idempotencyKey = key(), asset = CNY, note }: { idempotencyKey?: string; asset?: string; note?: string } = {},
) =>
  test.as(from, {
    method: 'POST',
    url: '/v1/cash-transfers',
    headers: { 'idempotency-key': idempotencyKey },
    payload: { recipient, money: { asset, amount }, ...(note === undefined ? {} : { note }) },
  });
const pair = async (cash: bigint) => {
  const [from, to] = [await test.somebody(), await test.somebody()];
  await test.fund(from, CNY, cash);
  return { from, to };
};

describe('cash to a person', () => {
  it('arrives at once, by handle or by e-mail, and shows to both sides', async () => {
    const { from, to } = await pair(1000n);
    expect((await send(from, to.handle, '300', { note: '午饭' })).statusCode).toBe(201);
    expect((await send(from, to.email, '200')).statusCode).toBe(201);
    expect([await available(from), await available(to)]).toEqual([500n, 500n]);
    const { rows } = await test.pool.query(
      'SELECT user_id, direction, note FROM history_entries WHERE user_id = ANY($1) AND note IS NOT NULL',
      [[from.id, to.id]],
    );
    expect(rows.map((row) => [row.user_id === from.id, row.direction, row.note]).sort()).toEqual([
      [false, 'in', '午饭'],
      [true, 'out', '午饭'],
    ]);
  });

  it('happens once for one key, however often and however concurrently it is sent', async () => {
    const { from, to } = await pair(1000n);
    const idempotencyKey = key();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(from, to.handle, '100', { idempotencyKey })),
    );
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(await available(to)).toBe(100n);
    expect((await send(from, to.handle, '101', { idempotencyKey })).json()).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('lets exactly one of many at once spend the whole balance', async () => {
    const { from, to } = await pair(100n);
    const answers = await Promise.all(Array.from({ length: 40 }, () => send(from, to.handle, '100')));
    const codes = answers.map((answer) => (answer.statusCode === 201 ? 'sent' : answer.json<{ code: string }>().code));
    expect(codes.filter((code) => code === 'sent')).toHaveLength(1);
    expect(codes.filter((code) => code === 'INSUFFICIENT_FUNDS')).toHaveLength(39);
    expect([await available(from), await available(to)]).toEqual([0n, 100n]);
  });

  it.each([
    ['more than there is', 'INSUFFICIENT_FUNDS', (to: Somebody) => ({ recipient: to.handle, amount: '1001' })],
    ['nothing', 'AMOUNT_NOT_POSITIVE', (to: Somebody) => ({ recipient: to.handle, amount: '0' })],
    ['a fraction', 'AMOUNT_MALFORMED', (to: Somebody) => ({ recipient: to.handle, amount: '1.5' })],
    ['a negative amount', 'AMOUNT_MALFORMED', (to: Somebody) => ({ recipient: to.handle, amount: '-5' })],
    ['to nobody', 'RECIPIENT_UNKNOWN', () => ({ recipient: 'nobody_at_all', amount: '5' })],
    [
      'another currency than there is',
      'INSUFFICIENT_FUNDS',
      (to: Somebody) => ({ recipient: to.handle, amount: '5', asset: 'iso4217:USD' }),
    ],
    [
      'a currency that is not here',
      'ASSET_UNKNOWN',
      (to: Somebody) => ({ recipient: to.handle, amount: '5', asset: 'iso4217:EUR' }),
    ],
    [
      'a token as if it were cash',
      'ASSET_UNKNOWN',
      (to: Somebody) => ({ recipient: to.handle, amount: '5', asset: `eip155:31337/erc20:${token}` }),
    ],
  ])('refuses %s and moves nothing', async (_what, code, change) => {
    const { from, to } = await pair(1000n);
    const { recipient, amount, asset } = { asset: CNY, ...change(to) };
    expect((await send(from, recipient, amount, { asset })).json()).toMatchObject({ code });
    expect([await available(from), await available(to)]).toEqual([1000n, 0n]);
  });

  it('refuses oneself, strangers without a session, and a missing key', async () => {
    const { from, to } = await pair(10n);
    expect((await send(from, from.email, '5')).json()).toMatchObject({ code: 'RECIPIENT_IS_SELF' });
    const payload = { recipient: to.handle, money: { asset: CNY, amount: '5' } };
    expect((await test.app.inject({ method: 'POST', url: '/v1/cash-transfers', payload })).json()).toMatchObject({
      code: 'SESSION_EXPIRED',
    });
    expect((await test.as(from, { method: 'POST', url: '/v1/cash-transfers', payload })).json()).toMatchObject({
      code: 'IDEMPOTENCY_KEY_MISSING',
    });
  });
});

describe('a payment link', () => {
  const create = async (payee: Somebody, change: object = {}) =>
    test.as(payee, {
      method: 'POST',
      url: '/v1/payment-requests',
      headers: { 'idempotency-key': key() },
      payload: { money: { asset: CNY, amount: '1000' }, description: '一壶茶', ...change },
    });
  const link = async (payee: Somebody, change: object = {}) => (await create(payee, change)).json<PaymentRequestWire>();
  const pay = (payer: Somebody, id: string, idempotencyKey = key()) =>
    test.as(payer, {
      method: 'POST',
      url: `/v1/payment-requests/${id}/payments`,
      headers: { 'idempotency-key': idempotencyKey },
      payload: { rail: 'cash' },
    });
  const look = async (id: string) => (await test.app.inject(`/v1/payment-requests/${id}`)).json<PaymentRequestWire>();

  it('is seen by whoever has it, and is paid from cash as one event on both sides', async () => {
    const { from: payer, to: payee } = await pair(1500n);
    const request = await link(payee);
    expect(await look(request.id)).toMatchObject({
      state: 'open',
      description: '一壶茶',
      payee: { handle: payee.handle },
      token: null,
    });
    expect((await pay(payer, request.id)).statusCode).toBe(201);
    expect(await look(request.id)).toMatchObject({ state: 'paid' });
    expect([await available(payer), await available(payee)]).toEqual([500n, 1000n]);
    const { rows } = await test.pool.query(
      'SELECT kind, direction FROM history_entries WHERE payment_request_id = $1 ORDER BY direction',
      [request.id],
    );
    expect(rows).toEqual([
      { kind: 'payment', direction: 'in' },
      { kind: 'payment', direction: 'out' },
    ]);
  });

  it('is paid once: of many payers at the same time one pays and the others keep their money', async () => {
    const payee = await test.somebody();
    const payers = await Promise.all(Array.from({ length: 8 }, () => test.somebody()));
    for (const payer of payers) await test.fund(payer, CNY, 1000n);
    const { id } = await link(payee);
    const answers = await Promise.all(payers.map((payer) => pay(payer, id)));
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    for (const answer of answers)
      if (answer.statusCode !== 201)
        expect(answer.json()).toMatchObject({ code: 'PAYMENT_REQUEST_CLOSED', details: { state: 'paid' } });
    expect(await available(payee)).toBe(1000n);
  });

  it('pays once when one payer clicks twice', async () => {
    const { from: payer, to: payee } = await pair(5000n);
    const { id } = await link(payee);
    const idempotencyKey = key();
    const answers = await Promise.all([pay(payer, id, idempotencyKey), pay(payer, id, idempotencyKey)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(answers[0]?.body).toBe(answers[1]?.body);
    expect(await available(payee)).toBe(1000n);
  });

  it('gives its payer the same answer again, though by then it is paid and the money is spent', async () => {
    const { from: payer, to: payee } = await pair(1000n);
    const { id } = await link(payee);
    const payment = key();
    const first = await pay(payer, id, payment);
    const again = await pay(payer, id, payment);
    expect(first.statusCode).toBe(201);
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    expect((await pay(payer, id)).json()).toMatchObject({ code: 'PAYMENT_REQUEST_CLOSED' });
  });

  it('can be taken back until it is paid, by its owner only', async () => {
    const { from: payer, to: payee } = await pair(5000n);
    const { id } = await link(payee);
    const cancel = (person: Somebody) => test.as(person, { method: 'POST', url: `/v1/payment-requests/${id}/cancel` });
    expect((await cancel(payer)).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await cancel(payee)).json()).toMatchObject({ state: 'cancelled' });
    expect((await pay(payer, id)).json()).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
      details: { state: 'cancelled' },
    });
    expect(await available(payer)).toBe(5000n);
  });

  it('asks for the token at par when the payee names an address of their own, and for nobody else’s address', async () => {
    const payee = await test.somebody();
    expect((await create(payee, { address })).json()).toMatchObject({ code: 'ADDRESS_NOT_LINKED' });
    owners.set(address, payee.id);
    const request = await link(payee, { address });
    expect(request.token).toMatchObject({ asset: `eip155:31337/erc20:${token}`, amount: '10000000', address });
    expect((await link(payee, { address })).token?.reference).not.toBe(request.token?.reference);
  });

  it('waits for the chain while a token payment is under way, and opens again when that becomes impossible', async () => {
    const { from: payer, to: payee } = await pair(5000n);
    owners.set(address, payee.id);
    const request = await link(payee, { address });
    if (!request.token) throw new Error('expected a token');
    const movementId = randomUUID();
    const payment = {
      payerId: payer.id,
      movementId,
      asset: request.token.asset,
      to: address,
      amount: toAmount(10_000_000n),
      reference: request.token.reference,
      validBefore: 4_000_000_000n,
    };
    await expect(requests.beginTokenPayment(request.id, { ...payment, amount: toAmount(1n) })).rejects.toMatchObject({
      code: 'AUTHORIZATION_INVALID',
    });
    const { change } = await requests.beginTokenPayment(request.id, payment);
    await test.ledger.post({ transfers: [], changes: [change] });
    expect((await pay(payer, request.id)).json()).toMatchObject({
      code: 'PAYMENT_REQUEST_CLOSED',
      details: { state: 'processing' },
    });
    const end = await requests.endTokenPayment(movementId, 'impossible');
    if (!end) throw new Error('expected a change');
    await test.ledger.post({ transfers: [], changes: [end] });
    expect((await pay(payer, request.id)).statusCode).toBe(201);
  });

  it('ends at its time: it is not paid any more, and is put down as expired', async () => {
    const { from: payer, to: payee } = await pair(5000n);
    const [{ id }, endless] = [await link(payee, { expiresIn: 60 }), await link(payee)];
    expect(await look(id)).toMatchObject({ state: 'open', expiresAt: expect.any(String) });
    expect(await look(endless.id)).toMatchObject({ expiresAt: null });
    const stored = async () =>
      (await test.pool.query('SELECT state FROM payment_requests WHERE id = $1', [id])).rows[0]?.state;
    await requests.sweep();
    expect(await stored()).toBe('open');
    aheadMs = 60_000;
    try {
      expect(await look(id)).toMatchObject({ state: 'expired' });
      expect((await pay(payer, id)).json()).toMatchObject({
        code: 'PAYMENT_REQUEST_CLOSED',
        details: { state: 'expired' },
      });
      await requests.sweep();
      expect([await stored(), (await look(id)).state, (await look(endless.id)).state]).toEqual([
        'expired',
        'expired',
        'open',
      ]);
      expect((await pay(payer, id)).json()).toMatchObject({ details: { state: 'expired' } });
    } finally {
      aheadMs = 0;
    }
    expect(await available(payer)).toBe(5000n);
    for (const expiresIn of [59, 2_592_001, 1.5])
      expect((await create(payee, { expiresIn })).json()).toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('takes no token payment that could come late, and waits past its time for one that came before', async () => {
    const { from: payer, to: payee } = await pair(5000n);
    owners.set(address, payee.id);
    const request = await link(payee, { address, expiresIn: 600 });
    if (!request.token || !request.expiresAt) throw new Error('expected a token and an end');
    const endsAt = BigInt(Math.floor(Date.parse(request.expiresAt) / 1000));
    const payment = {
      payerId: payer.id,
      movementId: randomUUID(),
      asset: request.token.asset,
      to: address,
      amount: toAmount(10_000_000n),
      reference: request.token.reference,
    };
    await expect(
      requests.beginTokenPayment(request.id, { ...payment, validBefore: endsAt + 1n }),
    ).rejects.toMatchObject({ code: 'AUTHORIZATION_INVALID', details: { field: 'validBefore' } });
    const { change } = await requests.beginTokenPayment(request.id, { ...payment, validBefore: endsAt });
    await test.ledger.post({ transfers: [], changes: [change] });
    aheadMs = 700_000;
    try {
      await requests.sweep();
      expect((await look(request.id)).state).toBe('processing');
      const end = await requests.endTokenPayment(payment.movementId, 'paid');
      if (!end) throw new Error('expected a change');
      await test.ledger.post({ transfers: [], changes: [end] });
      expect((await look(request.id)).state).toBe('paid');
    } finally {
      aheadMs = 0;
    }
  });

  it('lists a payee’s own links page by page, each once', async () => {
    const payee = await test.somebody();
    const made = await Promise.all(Array.from({ length: 5 }, () => link(payee)));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (
        await test.as(payee, { url: `/v1/payment-requests?limit=2${cursor ? `&cursor=${cursor}` : ''}` })
      ).json<{ items: PaymentRequestWire[]; nextCursor?: string }>();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen.sort()).toEqual(made.map(({ id }) => id).sort());
  });
});
