/** What whoever has a request's page open is told, and when. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { createRequestFeed } from '../../src/payment-requests/feed.ts';
import type { Somebody } from '../support/people.ts';
import { type EventClient, openEvents } from './event-client.ts';
import { CNY, type Scene, startScene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const soon = { timeout: 10_000 };
const statesOf = ({ shown }: EventClient) => shown.map(({ state }) => state);

async function arrange(limits?: Parameters<typeof startScene>[0]) {
  scene = await startScene(limits);
  const [payee, payer] = [await scene.somebody(), await scene.somebody()];
  await scene.fund(payer, CNY, 100_000n);
  return { payee, payer };
}

const pay = async (payer: Somebody, id: string) => {
  const { status } = await scene.call(payer, 'POST', `/v1/payment-requests/${id}/payments`, { rail: 'cash' });
  expect(status).toBe(201);
};

it('shows a request as it is and as it becomes, to everybody who looks, and ends when nothing more can come', async () => {
  const { payee, payer } = await arrange();
  const [request, other] = [await scene.ask(payee), await scene.ask(payee)];
  const [first, second, beside] = await Promise.all([
    openEvents(scene.url, request.id),
    openEvents(scene.url, request.id),
    openEvents(scene.url, other.id),
  ]);
  await expect.poll(() => [first, second, beside].map(statesOf), soon).toEqual([['new'], ['new'], ['new']]);
  expect(first.shown[0]).toEqual((await scene.call(undefined, 'GET', `/v1/payment-requests/${request.id}`)).body);
  await pay(payer, request.id);
  for (const client of [first, second]) {
    await expect.poll(client.isOver, soon).toBe(true);
    expect(statesOf(client)).toEqual(['new', 'settled']);
    expect(client.shown[1]).toMatchObject({ received: '1000', missing: '0' });
  }
  expect(beside.isOver()).toBe(false);
  expect(statesOf(beside)).toEqual(['new']);
});

it('shows one that is over already, and ends at once', async () => {
  const { payee } = await arrange();
  const request = await scene.ask(payee);
  await scene.call(payee, 'POST', `/v1/payment-requests/${request.id}/cancel`);
  const client = await openEvents(scene.url, request.id);
  await expect.poll(client.isOver, soon).toBe(true);
  expect(client.shown).toMatchObject([{ state: 'invalid', reason: 'CANCELLED' }]);
});

it('says that its time is over when the service writes that down', async () => {
  const { payee } = await arrange();
  const request = await scene.ask(payee, { expiresIn: 60 });
  const client = await openEvents(scene.url, request.id);
  await expect.poll(() => statesOf(client), soon).toEqual(['new']);
  scene.pass(61_000);
  await scene.service.sweep();
  await expect.poll(client.isOver, soon).toBe(true);
  expect(statesOf(client)).toEqual(['new', 'expired']);
});

it('misses nothing while the database ends every connection', async () => {
  const { payee, payer } = await arrange();
  const request = await scene.ask(payee);
  const client = await openEvents(scene.url, request.id);
  await expect.poll(() => statesOf(client), soon).toEqual(['new']);
  const superuser = scene.database.connect('superuser');
  await superuser.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  // The payment, too, may meet a connection that is gone.
  const key = randomUUID();
  const path = `/v1/payment-requests/${request.id}/payments`;
  await expect.poll(async () => (await scene.call(payer, 'POST', path, { rail: 'cash' }, key)).status, soon).toBe(201);
  await expect.poll(client.isOver, soon).toBe(true);
  expect(statesOf(client).at(-1)).toBe('settled');
});

it('shows that it lives, and tells proxies to keep and gather nothing', async () => {
  const { payee } = await arrange();
  const client = await openEvents(scene.url, (await scene.ask(payee)).id);
  await expect.poll(client.beats, soon).toBeGreaterThan(1);
  expect(client.headers.get('content-type')).toBe('text/event-stream');
  expect(client.headers.get('cache-control')).toBe('no-store, no-transform');
  expect(client.headers.get('x-accel-buffering')).toBe('no');
});

it('ends after a while, so that nobody holds a stream for ever', async () => {
  const { payee } = await arrange({ lifetimeMs: 0 });
  const client = await openEvents(scene.url, (await scene.ask(payee)).id);
  await expect.poll(client.isOver, soon).toBe(true);
  expect(statesOf(client)).toEqual(['new']);
});

it('knows no request that there is not', async () => {
  await arrange();
  expect((await openEvents(scene.url, randomUUID())).status).toBe(404);
});

it('lets one address have so many streams, and gives the place of one that left to another', async () => {
  const { payee } = await arrange({ clientsPerAddressMax: 2 });
  const request = await scene.ask(payee);
  const first = await openEvents(scene.url, request.id);
  const second = await openEvents(scene.url, request.id);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect((await openEvents(scene.url, request.id)).status).toBe(429);
  // One that is refused for another reason takes no place.
  first.disconnect();
  await expect.poll(async () => (await openEvents(scene.url, request.id)).status, soon).toBe(200);
});

it('lets a process have so many streams, whatever addresses they are of', async () => {
  const { payee } = await arrange();
  const request = await scene.ask(payee);
  const { pool } = scene.database;
  const limits = { clientsMax: 2, clientsPerAddressMax: 2, beatMs: 50, lifetimeMs: 60_000 };
  const feed = createRequestFeed({ pool, read: scene.service.get, limits });
  const sink = { write: () => Promise.resolve(), end: () => undefined };
  const enter = (address: string) => feed.subscribe({ requestId: request.id, address, sink });
  // Those who are refused for another reason take no place.
  const lost = feed.subscribe({ requestId: randomUUID(), address: '192.0.2.9', sink });
  await expect(lost).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await enter('192.0.2.1');
  const { end } = await enter('192.0.2.2');
  await expect(enter('192.0.2.3')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  end();
  await enter('192.0.2.3');
  await feed.close();
});

it('shows a slow client how it is in the end, without what was between', async () => {
  const { payee, payer } = await arrange();
  const request = await scene.ask(payee);
  const taken: string[] = [];
  let release: () => void = () => undefined;
  let gate = Promise.resolve();
  let isEnded = false;
  const hold = () => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  hold();
  await scene.feed.subscribe({
    requestId: request.id,
    address: '192.0.2.1',
    sink: {
      async write(text) {
        await gate;
        const state = /"state":"(\w+)"/.exec(text)?.[1];
        if (state) taken.push(state);
      },
      end: () => {
        isEnded = true;
      },
    },
  });
  await pay(payer, request.id);
  // Everybody else was shown it by now.
  const other = await openEvents(scene.url, request.id);
  await expect.poll(other.isOver, soon).toBe(true);
  release();
  await expect.poll(() => isEnded, soon).toBe(true);
  expect(taken.at(-1)).toBe('settled');
});
