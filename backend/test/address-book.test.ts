import { randomBytes, randomUUID } from 'node:crypto';
import { addressBookTextMax } from '@feiqian/domain/api/address-book';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerAddressBookRoutes } from '../src/address-book/routes.ts';
import { createAddressBookStore } from '../src/address-book/store.ts';
import { buildApp } from '../src/app.ts';
import { openPool, type Pool } from '../src/database/pool.ts';
import { createHistoryFeed, type HistoryFeed } from '../src/history/feed.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

let database: TestDatabase;
let pool: Pool;
let app: FastifyInstance;
let feed: HistoryFeed;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = openPool({ url: database.serviceUrl, name: 'test', onIdleError: () => undefined });
  feed = createHistoryFeed({ pool });
  await feed.start();
  app = await buildApp({
    logger: false,
    publicUrl: 'http://localhost:8080',
    webFolder: '/nowhere',
    sessionCookie: 'session',
    findPrincipal: async (token) => ({ userId: token, sessionId: token }),
    routes: [registerAddressBookRoutes({ store: createAddressBookStore(pool) })],
    probe: async () => ({ ready: true, parts: {} }),
  });
});
afterAll(async () => {
  await app?.close();
  await feed?.close();
  await pool?.end();
});

async function aPerson(): Promise<string> {
  const id = randomUUID();
  await database.pool.query(
    `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, $2, $2, '{}', '', 'zh', 'CNY')`,
    [id, `p${randomBytes(6).toString('hex')}`],
  );
  return id;
}

const get = (who: string) => app.inject({ url: '/v1/address-book', headers: { cookie: `session=${who}` } });
const put = (who: string, follows: number, version: number, book: string) =>
  app.inject({
    method: 'PUT',
    url: '/v1/address-book',
    headers: { cookie: `session=${who}` },
    payload: { follows, version, book },
  });

describe('the address book', () => {
  it('is kept by compare-and-swap: of two writers on one version one wins and the other is told what is kept', async () => {
    const who = await aPerson();
    expect((await get(who)).json()).toEqual({ version: 0, book: null });
    for (const [follows, version] of [
      [0, 3],
      [3, 4],
    ] as const) {
      const answers = await Promise.all(['{"a":1}', '{"b":2}'].map((book) => put(who, follows, version, book)));
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
      expect(answers.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({
        code: 'ADDRESS_BOOK_CONFLICT',
        details: { version: `${version}` },
      });
    }
    const { book } = (await get(who)).json<{ book: string }>();
    expect((await put(who, 3, 4, book)).json()).toEqual({ version: 4 });
  });

  it('never goes back to a lower number, and only on top of what is kept', async () => {
    const who = await aPerson();
    await put(who, 0, 5, '{"a":1}');
    for (const [follows, version] of [
      [0, 6],
      [4, 6],
      [5, 5],
      [5, 4],
      [6, 7],
    ] as const)
      expect((await put(who, follows, version, '{"b":2}')).statusCode).toBe(409);
    expect((await get(who)).json()).toEqual({ version: 5, book: '{"a":1}' });
  });

  it('takes the largest that a wallet writes, and no larger', async () => {
    const who = await aPerson();
    expect((await put(who, 0, 1, 'x'.repeat(addressBookTextMax))).statusCode).toBe(200);
    expect((await get(who)).json<{ book: string }>().book).toHaveLength(addressBookTextMax);
    expect((await put(who, 1, 2, 'x'.repeat(addressBookTextMax + 1))).statusCode).toBe(400);
    expect((await put(who, 1, 2, 'x'.repeat(2 * addressBookTextMax))).statusCode).toBe(413);
    expect((await get(who)).json<{ version: number }>().version).toBe(1);
  });

  it('is shown to its owner only', async () => {
    const [owner, other] = [await aPerson(), await aPerson()];
    await put(owner, 0, 1, '{"a":1}');
    expect((await get(other)).json()).toEqual({ version: 0, book: null });
    expect((await app.inject({ url: '/v1/address-book' })).statusCode).toBe(401);
  });

  it('is not taken away by the service, whatever it is made to ask', async () => {
    await expect(pool.query('DELETE FROM address_books')).rejects.toThrow(/permission denied/);
  });

  it('tells every open device of its owner that it changed, and nobody else', async () => {
    const [owner, other] = [await aPerson(), await aPerson()];
    const heard = { owner: '', other: '' };
    const listen = (userId: string, name: keyof typeof heard) =>
      feed.subscribe({
        userId,
        sessionId: userId,
        after: undefined,
        sink: {
          write: async (text) => {
            heard[name] += text;
          },
          end: () => undefined,
        },
      });
    const ends = [listen(owner, 'owner'), listen(other, 'other')];
    await expect.poll(() => [heard.owner, heard.other].every((text) => text.includes('event: balances'))).toBe(true);
    await put(owner, 0, 1, '{"a":1}');
    await expect.poll(() => heard.owner).toContain('event: address-book\ndata: {}\n\n');
    expect(heard.owner).not.toContain('"a"');
    await put(other, 0, 1, '{"b":1}');
    await expect.poll(() => heard.other.match(/address-book/g)).toHaveLength(1);
    for (const { end } of ends) end();
  });
});
