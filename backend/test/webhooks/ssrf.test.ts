/** Webhooks reach nothing that only this machine or its network can reach, whatever URL somebody gives and whatever its name leads to. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWebhookClient } from '../../src/webhooks/client.ts';
import type { Somebody } from '../support/people.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { type Scene, startScene } from './scene.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/ssrf-urls/must_refuse.json', import.meta.url), 'utf8'),
) as readonly string[];
const encrypted = vectors.map((url) => url.replace(/^http:/, 'https:'));
const publicAddress = '93.184.216.34';

let scene: Scene;
let inside: Receiver;
let person: Somebody;
/** What each look-up answers, one after the other; the last stays. */
let answers: string[][] = [];
let lookups = 0;
const resolve = async () => {
  lookups += 1;
  const addresses = answers.length > 1 ? answers.shift() : answers[0];
  return (addresses ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};

beforeAll(async () => {
  scene = await startScene({ allowsLoopback: false, resolve, timeoutMs: 2_000 });
  inside = await startReceiver();
  person = await scene.somebody();
});
beforeEach(() => {
  answers = [['127.0.0.1']];
  lookups = 0;
});
afterAll(async () => {
  await scene.close();
  await inside.close();
});

/** An endpoint as an older version, or somebody with the database, may have written it. */
async function plant(url: string): Promise<string> {
  answers.unshift([publicAddress]);
  const { id } = await scene.addEndpoint(person, 'https://shop.example/');
  await scene.pool.query('UPDATE webhook_endpoints SET url = $2 WHERE id = $1', [id, url]);
  return id;
}

async function deliverTo(endpointId: string): Promise<unknown> {
  await scene.call(person, 'POST', `/v1/webhook-endpoints/${endpointId}/test`);
  await scene.dispatcher.runDue();
  const [delivery] = await scene.deliveriesOf(person, endpointId);
  await scene.call(person, 'DELETE', `/v1/webhook-endpoints/${endpointId}`);
  return delivery?.lastError;
}

describe('a URL that must be refused', () => {
  it.each([...new Set([...vectors, ...encrypted])])('%s is, at registration and at delivery', async (url) => {
    const reply = await scene.call(person, 'POST', '/v1/webhook-endpoints', { url });
    expect(reply).toMatchObject({ status: 400, body: { code: 'WEBHOOK_URL_REFUSED' } });
    expect(await deliverTo(await plant(url))).toBe('ADDRESS_REFUSED');
  });

  it('never led to a connection', () => {
    expect(inside.connections()).toBe(0);
  });
});

describe('a name', () => {
  const port = () => new URL(inside.url).port;

  it('that leads to a public address once and to this machine later is refused at the socket', async () => {
    const url = `https://rebind.example:${port()}/`;
    answers = [[publicAddress], ['127.0.0.1']];
    const { id } = await scene.addEndpoint(person, url);
    expect(await deliverTo(id)).toBe('ADDRESS_REFUSED');
    expect(lookups).toBe(2);
    expect(inside.connections()).toBe(0);
  });

  it.each([
    [[publicAddress, '10.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['169.254.169.254']],
    [['64:ff9b::7f00:1']],
    [['not an address']],
  ])('that leads to %j is refused', async (addresses) => {
    answers = [addresses];
    const url = `https://shop.example:${port()}/`;
    const reply = await scene.call(person, 'POST', '/v1/webhook-endpoints', { url });
    expect(reply.body).toMatchObject({ code: 'WEBHOOK_URL_REFUSED', details: { reason: 'address' } });
    const id = await plant(url);
    expect(await deliverTo(id)).toBe('ADDRESS_REFUSED');
    expect(inside.connections()).toBe(0);
  });

  it('that leads nowhere is refused at registration, and fails later like any silence', async () => {
    answers = [[]];
    const reply = await scene.call(person, 'POST', '/v1/webhook-endpoints', { url: 'https://nowhere.example/' });
    expect(reply.body).toMatchObject({ code: 'WEBHOOK_URL_REFUSED', details: { reason: 'unresolved' } });
  });
});

describe('where the deployment itself is on this machine', () => {
  it('a name that is not this machine’s own may not lead to it', async () => {
    const client = createWebhookClient({ allowsLoopback: true, resolve, timeoutMs: 2_000 });
    const { port } = new URL(inside.url);
    const message = { headers: {}, body: '{}' };
    for (const url of [`https://shop.example:${port}/`, `http://shop.example:${port}/`, `http://10.0.0.1:${port}/`]) {
      await expect(client.check(url)).rejects.toMatchObject({ code: 'WEBHOOK_URL_REFUSED' });
      expect(await client.post(url, message, new AbortController().signal)).toMatchObject({ error: 'ADDRESS_REFUSED' });
    }
    // And its own name leads nowhere else.
    answers = [['10.0.0.1']];
    await expect(client.check(`http://localhost:${port}/`)).rejects.toMatchObject({ code: 'WEBHOOK_URL_REFUSED' });
    const lost = await client.post(`http://localhost:${port}/`, message, new AbortController().signal);
    expect(lost).toMatchObject({ error: 'ADDRESS_REFUSED' });
    expect(inside.connections()).toBe(0);
    answers = [['127.0.0.1']];
    await expect(client.check(`http://localhost:${port}/`)).resolves.toBeUndefined();
    const found = await client.post(`http://localhost:${port}/`, message, new AbortController().signal);
    expect(found).toMatchObject({ status: 204, error: undefined });
    await client.close();
  });
});
