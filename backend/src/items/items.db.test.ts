/** What shops can do with their items, and nobody else. */
import { randomUUID } from 'node:crypto';
import { type ItemWire, itemsMax } from '@feiqian/domain/api/items';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createTestApp, type Somebody, type TestApp } from '../../test/support/people.ts';
import { createAnswerOnce } from '../http/idempotency.ts';
import { registerItemRoutes } from './routes.ts';
import { createItemService } from './service.ts';
import { createItemStore } from './store.ts';

const path = '/v1/items';
const currencies = new Set(['iso4217:CNY', 'iso4217:USD']);
const cny = (amount: string) => ({ asset: 'iso4217:CNY', amount });
const tea = { name: 'Tea', money: cny('800') };

let database: TestDatabase;
let test: TestApp;
/** Two processes on one database. */
let replica: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  const start = () =>
    createTestApp(database, ({ pool }) => [
      registerItemRoutes({
        service: createItemService({ pool, store: createItemStore(pool), currencies }),
        answers: createAnswerOnce({ database: pool, hashKey: Buffer.alloc(32, 7) }),
      }),
    ]);
  [test, replica] = [await start(), await start()];
});
afterAll(async () => {
  await test.close();
  await replica.close();
});

type Reply = { readonly status: number; readonly body: ItemWire & { readonly code?: string } };

async function call(
  person: Somebody,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  { body, key = randomUUID(), at = test }: { body?: object; key?: string; at?: TestApp } = {},
): Promise<Reply> {
  const request: InjectOptions = {
    method,
    url,
    headers: { 'idempotency-key': key },
    ...(body ? { payload: body } : {}),
  };
  const response = await at.as(person, request);
  return { status: response.statusCode, body: response.body === '' ? (undefined as never) : response.json() };
}

const add = async (owner: Somebody, name: string): Promise<ItemWire> =>
  (await call(owner, 'POST', path, { body: { ...tea, name } })).body;

const list = async (owner: Somebody): Promise<ItemWire[]> =>
  (await test.as(owner, { url: path })).json<{ items: ItemWire[] }>().items;

const namesOf = async (owner: Somebody) => (await list(owner)).map(({ name }) => name);

async function ownerOf(...names: readonly string[]): Promise<{ owner: Somebody; items: ItemWire[] }> {
  const owner = await test.somebody();
  const items: ItemWire[] = [];
  for (const name of names) items.push(await add(owner, name));
  return { owner, items };
}

describe('an item', () => {
  it('is made, listed, changed and removed by its owner', async () => {
    const owner = await test.somebody();
    const made = await call(owner, 'POST', path, { body: { name: '  Oat latte ', money: cny('2800') } });
    expect(made).toMatchObject({ status: 201, body: { name: 'Oat latte', money: cny('2800'), place: 0 } });
    const url = `${path}/${made.body.id}`;
    expect(await list(owner)).toEqual([made.body]);
    const renamed = await call(owner, 'PATCH', url, { body: { name: '燕麦拿铁' } });
    expect(renamed).toEqual({ status: 200, body: { ...made.body, name: '燕麦拿铁' } });
    const dollars = { asset: 'iso4217:USD', amount: '450' };
    expect((await call(owner, 'PATCH', url, { body: { money: dollars } })).body).toEqual({
      ...renamed.body,
      money: dollars,
    });
    expect((await call(owner, 'PATCH', url, { body: {} })).status).toBe(200);
    expect(await call(owner, 'DELETE', url)).toEqual({ status: 204, body: undefined });
    expect(await list(owner)).toEqual([]);
    expect((await call(owner, 'PATCH', url, { body: { name: 'x' } })).status).toBe(404);
    expect((await call(owner, 'DELETE', url)).status).toBe(404);
  });

  it.each([
    ['no name', { ...tea, name: ' ' }, 'REQUEST_INVALID'],
    ['a name of 81 characters', { ...tea, name: 'x'.repeat(81) }, 'REQUEST_INVALID'],
    ['a name with a line break', { ...tea, name: 'Tea\nnow' }, 'REQUEST_INVALID'],
    ['no price', { name: 'Tea' }, 'REQUEST_INVALID'],
    ['a place of its own choice', { ...tea, place: 0 }, 'REQUEST_INVALID'],
    ['the price nothing', { ...tea, money: cny('0') }, 'AMOUNT_NOT_POSITIVE'],
    ['a price beyond 256 bits', { ...tea, money: cny('9'.repeat(78)) }, 'AMOUNT_TOO_LARGE'],
    ['a currency that is not held here', { ...tea, money: { asset: 'iso4217:EUR', amount: '1' } }, 'ASSET_UNKNOWN'],
    [
      'a price in tokens',
      { ...tea, money: { asset: 'eip155:1/erc20:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', amount: '1' } },
      'ASSET_UNKNOWN',
    ],
  ])('can’t have %s', async (_what, body, code) => {
    const { owner, items } = await ownerOf('Tea');
    expect(await call(owner, 'POST', path, { body })).toMatchObject({ status: 400, body: { code } });
    const { place: _place, ...change } = body as { place?: number };
    if (_place === undefined && 'money' in change)
      expect(await call(owner, 'PATCH', `${path}/${items[0]?.id}`, { body: change })).toMatchObject({
        status: 400,
        body: { code },
      });
    expect(await namesOf(owner)).toEqual(['Tea']);
  });

  it('does not exist for anybody else', async () => {
    const { owner, items } = await ownerOf('Tea');
    const other = await test.somebody();
    const url = `${path}/${items[0]?.id}`;
    expect(await list(other)).toEqual([]);
    expect((await call(other, 'PATCH', url, { body: { money: cny('1'), place: 0 } })).status).toBe(404);
    expect((await call(other, 'DELETE', url)).status).toBe(404);
    expect((await test.app.inject({ url: path })).statusCode).toBe(401);
    expect(await list(owner)).toEqual(items);
  });

  it('is made once however often, and wherever, the same request comes', async () => {
    const owner = await test.somebody();
    const key = randomUUID();
    const copies = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        call(owner, 'POST', path, { body: tea, key, at: index % 2 === 0 ? test : replica }),
      ),
    );
    expect(new Set(copies.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(await call(owner, 'POST', path, { body: tea, key })).toEqual(copies[0]);
    expect(await call(owner, 'POST', path, { body: { ...tea, name: 'Coffee' }, key })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    expect(await namesOf(owner)).toEqual(['Tea']);
    const bare = await test.as(owner, { method: 'POST', url: path, payload: tea });
    expect([bare.statusCode, bare.json().code]).toEqual([400, 'IDEMPOTENCY_KEY_MISSING']);
  });

  it(`is one of ${itemsMax} at most, and a removed one makes room`, async () => {
    const owner = await test.somebody();
    await database.connect('owner', 1).query(
      `INSERT INTO items (id, owner_id, name, asset, amount, place)
       SELECT gen_random_uuid(), $1, 'Tea', 'iso4217:CNY', 1, n FROM generate_series(0, $2 - 2) AS n`,
      [owner.id, itemsMax],
    );
    const replies = await Promise.all(
      [test, replica, test, replica].map((at) => call(owner, 'POST', path, { body: tea, at })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(replies.find(({ status }) => status === 409)?.body.code).toBe('ITEMS_TOO_MANY');
    const [first] = await list(owner);
    await call(owner, 'DELETE', `${path}/${first?.id}`);
    expect((await call(owner, 'POST', path, { body: tea })).body.place).toBe(itemsMax - 1);
  });
});

describe('the order of items', () => {
  it.each([
    [0, 3, 'B C D A'],
    [3, 0, 'D A B C'],
    [1, 2, 'A C B D'],
    [2, 1, 'A C B D'],
    [2, 2, 'A B C D'],
    [0, itemsMax - 1, 'B C D A'],
  ])('is the owner’s: from place %i to %i', async (from, to, order) => {
    const { owner, items } = await ownerOf('A', 'B', 'C', 'D');
    const reply = await call(owner, 'PATCH', `${path}/${items[from]?.id}`, { body: { place: to } });
    expect(reply.body.place).toBe(Math.min(to, 3));
    expect((await namesOf(owner)).join(' ')).toBe(order);
    expect((await list(owner)).map(({ place }) => place)).toEqual([0, 1, 2, 3]);
  });

  it('has no gaps after a removal, also when many things happen at once at two replicas', async () => {
    const { owner, items } = await ownerOf('A', 'B', 'C', 'D', 'E', 'F');
    const other = await ownerOf('X', 'Y');
    const change = (index: number, place: number, at: TestApp) =>
      call(owner, 'PATCH', `${path}/${items[index]?.id}`, { body: { place, name: 'moved' }, at });
    const replies = await Promise.all([
      change(0, 5, test),
      change(5, 0, replica),
      call(owner, 'DELETE', `${path}/${items[2]?.id}`),
      change(3, 1, replica),
      call(owner, 'POST', path, { body: { ...tea, name: 'G' }, at: replica }),
      call(owner, 'DELETE', `${path}/${items[4]?.id}`, { at: replica }),
      change(1, 2, test),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 204, 200, 201, 204, 200]);
    const left = await list(owner);
    expect(left.map(({ place }) => place)).toEqual([0, 1, 2, 3, 4]);
    expect(left.map(({ name }) => name).sort()).toEqual(['G', 'moved', 'moved', 'moved', 'moved']);
    expect(await list(other.owner)).toEqual(other.items);
  });
});

describe('the database', () => {
  it.each([
    ['name', `''`],
    ['name', `' Tea'`],
    ['name', `repeat('x', 81)`],
    ['asset', `'eip155:1/slip44:60'`],
    ['amount', '0'],
    ['place', '-1'],
    ['place', 'NULL'],
    ['place', '1'],
    ['state', `'sold out'`],
    ['state', `'gone'`],
  ])('takes no item whose %s is %s, whoever writes it', async (column, value) => {
    const { owner } = await ownerOf('A', 'B');
    const update = `UPDATE items SET ${column} = ${value} WHERE owner_id = $1 AND place = 0`;
    await expect(database.connect('owner', 1).query(update, [owner.id])).rejects.toThrow(/constraint/);
  });

  it('lets the service neither delete an item, nor give it to somebody else, nor bring a removed one back', async () => {
    const { owner, items } = await ownerOf('A');
    const ids = [items[0]?.id];
    const refuse = (statement: string) => expect(database.pool.query(statement, ids)).rejects;
    await refuse('DELETE FROM items WHERE id = $1').toThrow('permission denied');
    await refuse('UPDATE items SET owner_id = id WHERE id = $1').toThrow('permission denied');
    await call(owner, 'DELETE', `${path}/${items[0]?.id}`);
    await refuse(`UPDATE items SET state = 'on', place = 0 WHERE id = $1`).toThrow('stays removed');
  });
});
