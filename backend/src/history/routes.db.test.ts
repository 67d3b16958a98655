import { historyEntrySchema, historyResponse } from '@feiqian/domain/api/history';
import { beforeAll, describe, expect, it } from 'vitest';
import { anAddress, bytes32, chainId, cny, cnyfAsset } from '../../test/support/chain-facts.ts';
import { createTestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson, type Facts } from '../../test/support/facts.ts';
import { createTestApp, type Somebody, type TestApp } from '../../test/support/people.ts';
import type { Pool } from '../database/pool.ts';
import { createHistoryFeed, type HistoryFeed } from './feed.ts';
import { registerHistoryRoutes } from './routes.ts';
import { createHistoryService } from './service.ts';
import { createHistoryStore } from './store.ts';

type Person = Somebody & FactPerson;

let test: TestApp;
let owner: Pool;
let feed: HistoryFeed;
let facts: Facts;
let block = 1;

beforeAll(async () => {
  const database = await createTestDatabase();
  // Chain rows are planted without their blocks.
  database.skipVerify();
  owner = database.connect('owner', 1);
  test = await createTestApp(database, ({ pool }) => {
    feed = createHistoryFeed({ pool });
    return [registerHistoryRoutes({ service: createHistoryService({ store: createHistoryStore(pool) }), feed })];
  });
  facts = createFacts(test.pool, test.ledger);
  await facts.chain();
  await feed.start();
  return async () => {
    await feed.close();
    await test.close();
  };
});

async function aPerson(): Promise<Person> {
  const person = { ...(await test.somebody()), address: anAddress() };
  await facts.link(person.id, person.address);
  return person;
}

const get = async (person: Person, query: Record<string, string> = {}) => {
  const response = await test.as(person, { method: 'GET', url: '/v1/history', query });
  expect(response.statusCode).toBe(200);
  return historyResponse.parse(response.json());
};

/** Every page from the first to the last. */
async function getAll(
  person: Person,
  query: Record<string, string>,
  between: () => Promise<unknown> = async () => undefined,
) {
  const pages = [await get(person, query)];
  for (let cursor = pages.at(-1)?.nextCursor; cursor !== undefined; cursor = pages.at(-1)?.nextCursor) {
    await between();
    pages.push(await get(person, { ...query, cursor }));
  }
  return pages;
}

describe('GET /v1/history', () => {
  it('gives each entry exactly once, newest first, while new ones arrive', async () => {
    const person = await aPerson();
    for (let round = 0; round < 23; round += 1) await facts.topUp(person, BigInt(round + 1));
    const before = (await get(person, { limit: '100' })).items.map(({ id }) => id);
    const pages = await getAll(person, { limit: '5' }, () => facts.topUp(person, 99n));
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(before);
    expect(pages.map(({ items }) => items.length)).toEqual([5, 5, 5, 5, 3]);
  });

  it('tells entries of one microsecond apart', async () => {
    const person = await aPerson();
    const at = '2026-01-01T00:00:00.000001Z';
    for (let round = 0; round < 7; round += 1)
      await facts.topUp(person, BigInt(round + 1), { created_at: at, updated_at: at });
    const ids = (await getAll(person, { limit: '2' })).flatMap(({ items }) => items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(7);
  });

  it('filters by asset (also by what the money became), kind, status, direction and time', async () => {
    const [person, other] = [await aPerson(), await aPerson()];
    const at = (day: number) => ({ created_at: `2026-02-0${day}T00:00:00Z`, updated_at: `2026-02-0${day}T00:00:00Z` });
    const cash = await facts.topUp(person, 500n, at(1));
    await facts.payTopUp(person, cash, 500n);
    const tokens = await facts.topUp(person, 600n, {
      ...at(2),
      counter_asset: cnyfAsset,
      counter_amount: '6000000',
      chain_id: chainId,
    });
    const sent = await facts.cashTransfer(person, other, 20n, at(3));
    await facts.mine(block++, [{ kind: 'token', hash: bytes32(), from: anAddress(), to: person.address, amount: 5n }]);
    const found = async (query: Record<string, string>) =>
      (await get(person, query)).items.map(({ movementId }) => movementId);
    expect(await found({ asset: cny })).toEqual([sent, tokens, cash]);
    expect(await found({ asset: cnyfAsset })).toEqual([tokens, null]);
    expect(await found({ kind: 'cash_transfer' })).toEqual([sent]);
    expect(await found({ status: 'pending' })).toEqual([tokens, null]);
    expect(await found({ status: 'completed' })).toEqual([sent, cash]);
    expect(await found({ direction: 'out' })).toEqual([sent]);
    expect(await found({ from: '2026-02-01T00:00:00Z', to: '2026-02-03T00:00:00Z' })).toEqual([tokens, cash]);
    expect(await found({ kind: 'top_up', asset: cny, status: 'completed' })).toEqual([cash]);
    const pages = await getAll(person, { asset: cnyfAsset, limit: '1' });
    expect(pages.map(({ items }) => items.length)).toEqual([1, 1]);
  });

  it('finds words in notes, names and references, in any case and script', async () => {
    const [person, friend] = [await aPerson(), await aPerson()];
    await test.fund(person, cny, 1_000n);
    const noodles = await facts.cashTransfer(person, friend, 20n, { note: '兰州拉面 Éclair' });
    const rent = await facts.cashTransfer(person, friend, 30n, { note: 'Rent 100% of May_' });
    const order = await facts.topUp(person, 40n);
    const hash = bytes32();
    await facts.mine(block++, [{ kind: 'token', hash, from: anAddress(), to: person.address, amount: 5n }]);
    const found = async (text: string) => (await get(person, { text })).items.map(({ movementId }) => movementId);
    expect(await found('拉面')).toEqual([noodles]);
    expect(await found('éCLAIR')).toEqual([noodles]);
    expect(await found('rent may')).toEqual([rent]);
    expect(await found('100%')).toEqual([rent]);
    expect(await found('m%y')).toEqual([]);
    expect(await found(`@${friend.handle}`)).toEqual([rent, noodles]);
    expect(await found(order)).toEqual([order]);
    expect(await found(hash.toUpperCase().slice(2, 30))).toEqual([null]);
    expect(await found('sandbox')).toEqual([order]);
  });

  it('looks at a bounded number of entries a search, and goes on where it stopped', async () => {
    const person = await aPerson();
    await owner.query(
      `INSERT INTO movements (id, version, kind, user_id, state, asset, amount, note, created_at)
       SELECT gen_random_uuid(), 1, 'withdrawal', $1, 'settled', $2, n, CASE WHEN n % 1900 = 0 THEN 'needle' END, timestamptz '2026-01-01' + n * interval '1 second'
       FROM generate_series(1, 4100) AS n`,
      [person.id, cny],
    );
    await test.pool.query('SELECT history_refresh(array_agg(id)) FROM movements WHERE user_id = $1', [person.id]);
    const pages = await getAll(person, { text: 'needle' });
    expect(pages.map(({ items }) => items.map(({ money }) => money.amount))).toEqual([['3800'], ['1900'], []]);
  });

  it('refuses a cursor that is not ours', async () => {
    const person = await aPerson();
    for (const cursor of [
      'x',
      '2026-01-01T00:00:00.000001Z_x',
      '2026-13-01T00:00:00.000000Z_00000000-0000-4000-8000-000000000000',
    ]) {
      const response = await test.as(person, { method: 'GET', url: '/v1/history', query: { cursor } });
      expect([response.statusCode, response.json().code]).toEqual([400, 'REQUEST_INVALID']);
    }
  });

  it('is for whoever is logged in', async () => {
    for (const url of ['/v1/history', '/v1/history/stream', '/v1/history/00000000-0000-4000-8000-000000000000']) {
      expect((await test.app.inject({ url })).json().code).toBe('SESSION_EXPIRED');
    }
  });
});

describe('GET /v1/history/:id', () => {
  it('gives one entry, and not somebody else’s', async () => {
    const [person, other] = [await aPerson(), await aPerson()];
    await facts.topUp(person, 5n);
    const [entry] = (await get(person)).items;
    const response = await test.as(person, { method: 'GET', url: `/v1/history/${entry?.id}` });
    expect(historyEntrySchema.parse(response.json())).toEqual(entry);
    expect((await test.as(other, { method: 'GET', url: `/v1/history/${entry?.id}` })).json().code).toBe('NOT_FOUND');
  });
});

describe('GET /v1/history/stream', () => {
  it('sends entries as they happen and goes on after the last event that the client got', async () => {
    const person = await aPerson();
    const origin = await test.app.listen({ port: 0, host: '127.0.0.1' });
    const open = async (lastEventId?: string) => {
      const abort = new AbortController();
      const headers = {
        cookie: `feiqian=${person.token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      };
      const response = await fetch(`${origin}/v1/history/stream`, { headers, signal: abort.signal });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      return { abort: () => abort.abort(), reader: response.body?.pipeThrough(new TextDecoderStream()).getReader() };
    };
    const readUntil = async ({ reader }: Awaited<ReturnType<typeof open>>, mark: string) => {
      let text = '';
      while (!text.includes(mark)) {
        const { value, done } = (await reader?.read()) ?? { value: '', done: true };
        if (done) throw new Error(`The stream ended after: ${text}`);
        text += value;
      }
      return text;
    };
    const first = await open();
    await readUntil(first, 'event: balances');
    await facts.topUp(person, 5n);
    const told = await readUntil(first, 'event: balances');
    const lastId = /id: (\S+)\nevent: entry\ndata: (.*)\n\n/.exec(told);
    expect(historyEntrySchema.parse(JSON.parse(lastId?.[2] ?? ''))).toMatchObject({ money: { amount: '5' } });
    first.abort();
    await facts.topUp(person, 6n);
    const second = await open(lastId?.[1]);
    const missed = await readUntil(second, 'event: balances');
    expect(missed.match(/event: entry/g)).toHaveLength(1);
    expect(missed).toContain('"amount":"6"');
    second.abort();
  });
});
