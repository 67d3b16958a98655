import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCashTransferRoutes } from '../src/cash-transfers/routes.ts';
import { createCashTransferService } from '../src/cash-transfers/service.ts';
import { createFindPerson, readPersonName } from '../src/cash-transfers/store.ts';
import { createAnswerOnce } from '../src/http/idempotency.ts';
import { readBalances } from '../src/ledger/balances.ts';
import { postUnwatched } from '../src/ledger/watched.ts';
import { createTestDatabase } from './support/database.ts';
import { createTestApp, type Somebody, type TestApp } from './support/people.ts';

const CNY = 'iso4217:CNY';
let test: TestApp;

beforeAll(async () => {
  test = await createTestApp(await createTestDatabase(), ({ pool, ledger }) => {
    const findPerson = createFindPerson(pool);
    const transfers = createCashTransferService({
      postWatched: postUnwatched(ledger),
      currencies: new Set([CNY, 'iso4217:USD']),
      findPerson: async (query) => findPerson(readPersonName(query)),
    });
    const answers = createAnswerOnce({ database: pool, hashKey: randomBytes(32) });
    return [registerCashTransferRoutes({ service: transfers, answers })];
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
      (to: Somebody) => ({
        recipient: to.handle,
        amount: '5',
        asset: 'eip155:31337/erc20:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      }),
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
