import { setTimeout as wait } from 'node:timers/promises';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAddress, bytes32 } from '../../test/support/chain-facts.ts';
import { createTestDatabase } from '../../test/support/database.ts';
import { createFacts, type FactPerson, type Facts } from '../../test/support/facts.ts';
import { openPool, type Pool } from '../database/pool.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { type ChangeCursor, compareCursors, findChangeCursor } from './change-cursor.ts';
import { listChanges } from './change-store.ts';
import { createHistoryFeed, type FeedLimits, type HistoryFeed } from './feed.ts';
import { createHistoryStore } from './store.ts';

let pool: Pool;
let ledger: Ledger;
let facts: Facts;
let alice: FactPerson;
let bob: FactPerson;
let block = 1;

beforeAll(async () => {
  const database = await createTestDatabase();
  // Chain rows are planted without their blocks.
  database.skipVerify();
  pool = openPool({ url: database.serviceUrl, name: 'feed test', max: 20, onIdleError: () => undefined });
  ledger = createLedger({ pool });
  // Transactions overlap, so that they commit in another order than they began in.
  facts = createFacts(pool, ledger, () => wait(Math.random() * 8).then(() => undefined));
  await facts.chain();
  return async () => {
    await ledger.close();
    await pool.end();
  };
});

beforeEach(async () => {
  [alice, bob] = await Promise.all([facts.person(), facts.person()]);
});

const limits: FeedLimits = { clientsMax: 50, clientsPerPersonMax: 3, beatMs: 20, lifetimeMs: 60_000 };

async function aFeed(changes: Partial<FeedLimits> = {}): Promise<HistoryFeed> {
  const feed = createHistoryFeed({ pool, limits: { ...limits, ...changes } });
  await feed.start();
  return feed;
}

type SentEvent = { readonly cursor: ChangeCursor; readonly event: string; readonly body: { readonly id: string } };

/** A client as a browser is one: it keeps what it was told, and comes again with the last id. */
function aClient(person: FactPerson, feed: () => HistoryFeed) {
  const events: SentEvent[] = [];
  const shown = new Map<string, HistoryEntry>();
  const cursors: ChangeCursor[] = [];
  let last: ChangeCursor | undefined;
  let current: { end: () => void } | undefined;
  let gate = Promise.resolve();
  let beats = 0;
  let asked = 0;
  let ends = 0;
  const take = (text: string) => {
    if (text === ':\n\n') beats += 1;
    if (text.startsWith('event: asked\n')) asked += 1;
    for (const [, id = '', event = '', data = ''] of text.matchAll(/id: (\S+)\nevent: (\S+)\ndata: (.*)\n\n/g)) {
      const cursor = findChangeCursor(id);
      if (!cursor) throw new Error('Every event has a cursor.');
      last = cursor;
      const body = JSON.parse(data) as { id: string };
      if (event === 'balances') continue;
      events.push({ cursor, event, body });
      cursors.push(cursor);
      if (event === 'entry') shown.set(body.id, body as HistoryEntry);
      else shown.delete(body.id);
    }
  };
  return {
    events,
    shown,
    cursors,
    beats: () => beats,
    asked: () => asked,
    ends: () => ends,
    lastId: () => last,
    /** While held, the client takes nothing. */
    hold() {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    connect() {
      let isOpen = true;
      current = feed().subscribe({
        userId: person.id,
        sessionId: `session of ${person.id}`,
        after: last,
        sink: {
          write: async (text) => {
            await gate;
            // What is under way when the connection breaks never arrives.
            if (isOpen) take(text);
          },
          end: () => {
            isOpen = false;
            ends += 1;
          },
        },
      });
    },
    disconnect: () => current?.end(),
  };
}

const stored = async (person: FactPerson) => {
  const { items } = await createHistoryStore(pool).list(person.id, {}, { after: undefined, limit: 1_000 });
  return new Map(items.map((entry) => [entry.id, entry]));
};

const expectSoon = (check: () => Promise<void> | void) =>
  expect
    .poll(
      async () => {
        await check();
        return true;
      },
      { timeout: 8_000, interval: 20 },
    )
    .toBe(true);

/** Many things at once that touch both people: cash, tokens, reorgs. */
async function makeNoise(rounds: number): Promise<void> {
  const topUp = await facts.topUp(alice, 100_000n);
  await facts.payTopUp(alice, topUp, 100_000n);
  const worker = async () => {
    for (let round = 0; round < rounds; round += 1) {
      const at = block++;
      await Promise.all([
        facts.cashTransfer(alice, bob, 1n),
        facts.mine(at, [{ kind: 'token', hash: bytes32(), from: alice.address, to: bob.address, amount: 3n }]),
        facts.mine(at, [{ kind: 'native', hash: bytes32(), from: anAddress(), to: bob.address, amount: 3n }]),
      ]);
      if (round % 3 === 2) await facts.reorg(at - 1);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
}

describe('a live history', () => {
  it('tells all screens of a person, and nobody else, that a code of theirs was presented', async () => {
    const feed = await aFeed();
    const clients = [aClient(alice, () => feed), aClient(alice, () => feed), aClient(bob, () => feed)];
    for (const client of clients) client.connect();
    await expectSoon(() => expect(clients.every((client) => client.lastId())).toBe(true));
    await pool.query("SELECT pg_notify('pay_codes', $1)", [alice.id]);
    await expectSoon(() => expect(clients.map((client) => client.asked())).toEqual([1, 1, 0]));
    await feed.close();
  });

  it('loses and repeats nothing while facts are committed out of order and the client comes and goes', async () => {
    let feed = await aFeed();
    const clients = [aClient(alice, () => feed), aClient(bob, () => feed), aClient(bob, () => feed)];
    for (const client of clients) client.connect();
    await expectSoon(() => expect(clients.every((client) => client.lastId())).toBe(true));
    let isNoisy = true;
    const unrest = (async () => {
      for (let turn = 0; isNoisy; turn += 1) {
        await wait(15);
        const client = clients[turn % clients.length];
        client?.disconnect();
        await wait(Math.random() * 10);
        client?.connect();
        if (turn % 12 === 11) {
          // Another process takes over.
          await feed.close();
          feed = await aFeed();
          for (const one of clients) one.connect();
        }
      }
    })();
    await makeNoise(8);
    isNoisy = false;
    await unrest;
    const [first, second, third] = clients;
    const wanted = [await stored(alice), await stored(bob), await stored(bob)];
    await expectSoon(() => {
      expect(first?.shown).toEqual(wanted[0]);
      expect(second?.shown).toEqual(wanted[1]);
      expect(third?.shown).toEqual(wanted[2]);
    });
    for (const { cursors } of clients) {
      for (const [index, cursor] of cursors.entries()) {
        const before = cursors[index - 1];
        if (before) expect(compareCursors(before, cursor)).toBe(-1);
      }
    }
    await feed.close();
  });

  it('says nothing of what was before, unless the client was there', async () => {
    const feed = await aFeed();
    await facts.topUp(alice, 5n);
    // It lies before the client only once no older transaction runs, of any database of this server.
    await expectSoon(async () => {
      const { rows } = await pool.query(
        'SELECT FROM history_entries HAVING max(transaction_id) < pg_snapshot_xmin(pg_current_snapshot())',
      );
      expect(rows).toHaveLength(1);
    });
    const client = aClient(alice, () => feed);
    client.connect();
    await expectSoon(() => expect(client.lastId()).toBeDefined());
    await facts.topUp(alice, 6n);
    await expectSoon(() => expect(client.events).toHaveLength(1));
    expect([...client.shown.values()].map(({ money }) => money.amount)).toEqual(['6']);
    await feed.close();
  });

  it('tells nobody of somebody else', async () => {
    const feed = await aFeed();
    const [his, hers] = [aClient(bob, () => feed), aClient(alice, () => feed)];
    his.connect();
    hers.connect();
    await expectSoon(() => expect([his.lastId(), hers.lastId()]).not.toContain(undefined));
    await facts.topUp(alice, 5n);
    await expectSoon(() => expect(hers.events).toHaveLength(1));
    expect(his.events).toEqual([]);
    await feed.close();
  });

  it('waits for a transaction that began earlier, and then tells both in order', async () => {
    const feed = await aFeed();
    const client = aClient(alice, () => feed);
    client.connect();
    await expectSoon(() => expect(client.lastId()).toBeDefined());
    const slow = await pool.connect();
    await slow.query('BEGIN');
    await slow.query('SELECT pg_current_xact_id()');
    await facts.topUp(alice, 7n);
    expect(await listChanges(pool, { after: client.lastId(), userIds: [alice.id], limit: 10 })).toMatchObject({
      changes: [],
      isHeldUp: true,
    });
    expect(client.events).toEqual([]);
    await slow.query('COMMIT');
    slow.release();
    await expectSoon(() => expect(client.events).toHaveLength(1));
    await feed.close();
  });

  it('lets a slow client catch up instead of keeping everything for it', async () => {
    const feed = await aFeed();
    const client = aClient(bob, () => feed);
    client.connect();
    await expectSoon(() => expect(client.lastId()).toBeDefined());
    const release = client.hold();
    const topUp = await facts.topUp(alice, 1_000n);
    await facts.payTopUp(alice, topUp, 1_000n);
    await Promise.all(Array.from({ length: 400 }, () => facts.cashTransfer(alice, bob, 1n)));
    release();
    await expectSoon(() => expect(client.shown.size).toBe(400));
    expect(client.events).toHaveLength(400);
    await feed.close();
  });

  it('begins at now for a client whose last id is of a database that was set back', async () => {
    const feed = await aFeed();
    const sent: string[] = [];
    feed.subscribe({
      userId: alice.id,
      sessionId: 's',
      after: { transactionId: 9_000_000_000_000n, sequence: 5n },
      sink: { write: async (text) => void sent.push(text), end: () => undefined },
    });
    await expectSoon(async () => {
      await facts.topUp(alice, 5n);
      expect(sent.join('')).toContain('event: entry');
    });
    await feed.close();
  });

  it('shows that it lives, ends after its time, with its session and when another client takes its place', async () => {
    const feed = await aFeed();
    const [one, two, three, four] = [
      aClient(alice, () => feed),
      aClient(alice, () => feed),
      aClient(alice, () => feed),
      aClient(alice, () => feed),
    ] as const;
    for (const client of [one, two, three, four]) client.connect();
    expect(one.ends()).toBe(1);
    await expectSoon(() => expect(four.beats()).toBeGreaterThan(1));
    feed.endSession(`session of ${alice.id}`);
    expect([two.ends(), three.ends(), four.ends()]).toEqual([1, 1, 1]);
    await feed.close();
    const brief = await aFeed({ lifetimeMs: 30 });
    const client = aClient(alice, () => brief);
    client.connect();
    await expectSoon(() => expect(client.ends()).toBe(1));
    await brief.close();
  });

  it('takes no more clients than it can serve', async () => {
    const feed = await aFeed({ clientsMax: 1 });
    aClient(alice, () => feed).connect();
    expect(() => aClient(bob, () => feed).connect()).toThrow(expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }));
    await feed.close();
  });

  it('goes on when the connection that it listens on breaks', async () => {
    const feed = await aFeed();
    const client = aClient(alice, () => feed);
    client.connect();
    await expectSoon(() => expect(client.lastId()).toBeDefined());
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN history' AND datname = current_database()`,
    );
    await facts.topUp(alice, 5n);
    await expectSoon(() => expect(client.events).toHaveLength(1));
    await feed.close();
  });
});
