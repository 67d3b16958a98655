/** What merchants can do with their endpoints, and nobody else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Somebody } from '../support/people.ts';
import { type Receiver, startReceiver, verifyStock } from './receiver.ts';
import { newKey, type Scene, startScene } from './scene.ts';

const path = '/v1/webhook-endpoints';
let scene: Scene;
let receiver: Receiver;
let person: Somebody;
beforeAll(async () => {
  scene = await startScene();
  receiver = await startReceiver();
  person = await scene.somebody();
});
afterAll(async () => {
  await scene.close();
  await receiver.close();
});

describe('an endpoint', () => {
  it('is made, shown, listed, changed and removed by its owner', async () => {
    const owner = await scene.somebody();
    const made = await scene.call(owner, 'POST', path, { url: receiver.url, description: 'shop' });
    expect(made).toMatchObject({
      status: 201,
      body: { url: receiver.url, description: 'shop', types: null, state: 'on', reason: null, retryAt: null },
    });
    const { secret, ...shown } = made.body;
    expect(secret).toMatch(/^whsec_/);
    expect((await scene.call(owner, 'GET', `${path}/${shown.id}`)).body).toEqual(shown);
    const other = await scene.addEndpoint(owner, `${receiver.url}/2`, { types: ['payment_request.settled'] });
    expect((await scene.call(owner, 'GET', path)).body.items.map(({ id }: { id: string }) => id)).toEqual([
      other.id,
      shown.id,
    ]);
    const change = { description: 'till', types: ['payment_request.created'], state: 'off' };
    expect((await scene.call(owner, 'PATCH', `${path}/${shown.id}`, change)).body).toEqual({
      ...shown,
      ...change,
      reason: 'OWNER',
    });
    expect((await scene.call(owner, 'PATCH', `${path}/${shown.id}`, { types: null, state: 'on' })).body).toEqual({
      ...shown,
      description: 'till',
    });
    expect(await scene.call(owner, 'DELETE', `${path}/${shown.id}`)).toEqual({ status: 204, body: undefined });
    expect((await scene.call(owner, 'GET', `${path}/${shown.id}`)).status).toBe(404);
    expect((await scene.call(owner, 'DELETE', `${path}/${shown.id}`)).status).toBe(404);
    expect((await scene.call(owner, 'GET', path)).body.items).toHaveLength(1);
  });

  it.each([
    [{}, 'REQUEST_INVALID'],
    [{ url: 'https://shop.example', types: [] }, 'REQUEST_INVALID'],
    [{ url: 'https://shop.example', types: ['payment_request.settled', 'payment_request.settled'] }, 'REQUEST_INVALID'],
    [{ url: 'https://shop.example', types: ['money.gone'] }, 'REQUEST_INVALID'],
    [{ url: 'https://shop.example', secret: 'mine' }, 'REQUEST_INVALID'],
    [{ url: 'http://shop.example' }, 'WEBHOOK_URL_REFUSED'],
  ])('is not made of %j', async (body, code) => {
    expect(await scene.call(person, 'POST', path, body)).toMatchObject({ status: 400, body: { code } });
  });

  it('can’t be changed to where it could not have been made', async () => {
    const { id } = await scene.addEndpoint(person, receiver.url);
    const reply = await scene.call(person, 'PATCH', `${path}/${id}`, { url: 'https://169.254.169.254/' });
    expect(reply).toMatchObject({ status: 400, body: { code: 'WEBHOOK_URL_REFUSED', details: { reason: 'address' } } });
  });

  it('is one of twenty at most, also when many are made at once', async () => {
    const owner = await scene.somebody();
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, index) => scene.call(owner, 'POST', path, { url: `${receiver.url}/${index}` })),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(replies.find(({ status }) => status !== 201)).toMatchObject({
      status: 409,
      body: { code: 'WEBHOOK_ENDPOINTS_TOO_MANY' },
    });
  });
});

describe('the description of the API', () => {
  it('has every route, from the schemas that both ends use', async () => {
    const { paths } = (await scene.app.inject('/docs/json')).json<{ paths: Record<string, object> }>();
    const methods = Object.entries(paths).map(([url, routes]) => [url, Object.keys(routes).sort().join()]);
    expect(Object.fromEntries(methods)).toMatchObject({
      [path]: 'get,post',
      [`${path}/{id}`]: 'delete,get,patch',
      [`${path}/{id}/secret`]: 'post',
      [`${path}/{id}/test`]: 'post',
      [`${path}/{id}/deliveries`]: 'get',
      '/v1/webhook-deliveries/{id}/replay': 'post',
    });
  });
});

describe('a secret', () => {
  it('is shown once: a repeated request gets the same endpoint without it', async () => {
    const key = newKey();
    const body = { url: `${receiver.url}/once` };
    const first = await scene.call(person, 'POST', path, body, key);
    const again = await scene.call(person, 'POST', path, body, key);
    expect(again).toEqual({ status: 201, body: { ...first.body, secret: null } });
    expect(await scene.call(person, 'POST', path, { url: receiver.url }, key)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });

  it('is shown to one of several copies of a request that come at once', async () => {
    const key = newKey();
    const copies = await Promise.all(
      Array.from({ length: 5 }, () => scene.call(person, 'POST', path, { url: `${receiver.url}/copies` }, key)),
    );
    expect(new Set(copies.map(({ body }) => body.id)).size).toBe(1);
    expect(copies.filter(({ body }) => body.secret !== null)).toHaveLength(1);
  });

  it('is nowhere in the database as it is', async () => {
    const made = await scene.addEndpoint(person, `${receiver.url}/hidden`);
    const rotated = await scene.call(person, 'POST', `${path}/${made.id}/secret`);
    const superuser = scene.database.connect('superuser', 1);
    for (const table of ['idempotency_keys', 'webhook_endpoints', 'webhook_deliveries', 'webhook_attempts']) {
      const { rows } = await superuser.query<{ text: string }>(`SELECT t::text AS text FROM ${table} t`);
      for (const secret of [made.secret, rotated.body.secret])
        expect(rows.some(({ text }) => text.includes(secret.slice(6, 20)))).toBe(false);
    }
    const { body } = await scene.call(person, 'GET', `${path}/${made.id}`);
    expect(body).not.toHaveProperty('secret');
  });

  it('is rotated: both sign for a day, then the new one alone', async () => {
    const owner = await scene.somebody();
    const before = receiver.received.length;
    const made = await scene.addEndpoint(owner, `${receiver.url}/rotated`);
    const key = newKey();
    const rotated = await scene.call(owner, 'POST', `${path}/${made.id}/secret`, undefined, key);
    expect(rotated.body).toMatchObject({ id: made.id, previousSecretUntil: expect.any(String) });
    expect((await scene.call(owner, 'POST', `${path}/${made.id}/secret`, undefined, key)).body.secret).toBeNull();
    await scene.askForPayment(owner);
    await scene.dispatcher.runDue();
    scene.pass(25 * 3_600_000);
    await scene.askForPayment(owner);
    await scene.dispatcher.runDue();
    const [during, after] = receiver.received.slice(before);
    if (!during || !after) throw new Error('It was not told.');
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect(verifyStock(made.secret ?? '', during)).toEqual(during.event);
    expect(verifyStock(rotated.body.secret, during)).toEqual(during.event);
    expect(String(after.headers['webhook-signature']).split(' ')).toHaveLength(1);
    expect(Number(after.headers['webhook-timestamp']) - Date.now() / 1000).toBeGreaterThan(24 * 3600);
  });
});

describe('deliveries', () => {
  it('are listed newest first, page by page, with what came of each try', async () => {
    const owner = await scene.somebody();
    const { id } = await scene.addEndpoint(owner, `${receiver.url}/pages`);
    for (let count = 0; count < 5; count += 1) await scene.askForPayment(owner);
    receiver.answer = (_, response) => void response.writeHead(200).end('thank you');
    await scene.dispatcher.runDue();
    receiver.answer = () => 204;
    const whole = await scene.deliveriesOf(owner, id);
    expect(whole).toHaveLength(5);
    expect(whole[0]).toMatchObject({
      type: 'payment_request.created',
      state: 'delivered',
      lastError: null,
      nextAttemptAt: null,
      attempts: [{ status: 200, error: null, answer: 'thank you' }],
    });
    const pages = [];
    for (let cursor = ''; ; ) {
      const { body } = await scene.call(owner, 'GET', `${path}/${id}/deliveries?limit=2${cursor}`);
      pages.push(...body.items);
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(pages).toEqual(whole);
    expect((await scene.call(owner, 'GET', `${path}/${id}/deliveries?cursor=x`)).status).toBe(400);
  });

  it('can be tested, with an event of their own', async () => {
    const owner = await scene.somebody();
    const before = receiver.received.length;
    const endpoint = await scene.addEndpoint(owner, `${receiver.url}/test`, { types: ['payment_request.settled'] });
    const key = newKey();
    const sent = await scene.call(owner, 'POST', `${path}/${endpoint.id}/test`, undefined, key);
    expect(sent).toMatchObject({ status: 201, body: { type: 'webhook.test', state: 'waiting', attempts: [] } });
    expect(await scene.call(owner, 'POST', `${path}/${endpoint.id}/test`, undefined, key)).toEqual(sent);
    await scene.dispatcher.runDue();
    const came = receiver.received.slice(before);
    expect(came.map(({ event }) => event)).toEqual([
      { id: sent.body.eventId, type: 'webhook.test', timestamp: expect.any(String), data: { endpointId: endpoint.id } },
    ]);
    await scene.call(owner, 'PATCH', `${path}/${endpoint.id}`, { state: 'off' });
    expect(await scene.call(owner, 'POST', `${path}/${endpoint.id}/test`)).toMatchObject({
      status: 409,
      body: { code: 'WEBHOOK_ENDPOINT_OFF' },
    });
  });

  it('can be replayed: the same bytes under the same id', async () => {
    const owner = await scene.somebody();
    const before = receiver.received.length;
    const { id } = await scene.addEndpoint(owner, `${receiver.url}/replay`);
    await scene.askForPayment(owner);
    await scene.dispatcher.runDue();
    const [delivery] = await scene.deliveriesOf(owner, id);
    const key = newKey();
    const replay = () => scene.call(owner, 'POST', `/v1/webhook-deliveries/${delivery?.id}/replay`, undefined, key);
    expect(await replay()).toMatchObject({ status: 201, body: { id: delivery?.id, state: 'waiting' } });
    await scene.dispatcher.runDue();
    expect((await replay()).status).toBe(201);
    await scene.dispatcher.runDue();
    const [first, second, ...more] = receiver.received.slice(before);
    expect(more).toEqual([]);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect((await scene.deliveriesOf(owner, id))[0]?.attempts).toHaveLength(2);
  });

  it('that came while the endpoint was off are kept, and can be replayed', async () => {
    const owner = await scene.somebody();
    const { id } = await scene.addEndpoint(owner, `${receiver.url}/off`);
    const waiting = await scene.askForPayment(owner);
    await scene.call(owner, 'PATCH', `${path}/${id}`, { state: 'off' });
    const missed = await scene.askForPayment(owner);
    const before = receiver.received.length;
    await scene.dispatcher.runDue();
    const kept = await scene.deliveriesOf(owner, id);
    expect(kept).toMatchObject(
      [missed, waiting].map((request) => ({
        objectId: request.id,
        state: 'failed',
        lastError: 'ENDPOINT_OFF',
        attempts: [],
      })),
    );
    const replay = () => scene.call(owner, 'POST', `/v1/webhook-deliveries/${kept[0]?.id}/replay`);
    expect((await replay()).body.code).toBe('WEBHOOK_ENDPOINT_OFF');
    await scene.call(owner, 'PATCH', `${path}/${id}`, { state: 'on' });
    expect((await replay()).status).toBe(201);
    await scene.dispatcher.runDue();
    expect(receiver.received.slice(before).map(({ event }) => event.data.id)).toEqual([missed.id]);
  });
});

describe('somebody else’s', () => {
  it('does not exist: everything answers as for what is not there', async () => {
    const [owner, stranger] = [await scene.somebody(), await scene.somebody()];
    const { id } = await scene.addEndpoint(owner, `${receiver.url}/mine`);
    await scene.askForPayment(owner);
    const [delivery] = await scene.deliveriesOf(owner, id);
    const asked = [
      ['GET', `${path}/${id}`],
      ['PATCH', `${path}/${id}`, { state: 'off' }],
      ['DELETE', `${path}/${id}`],
      ['POST', `${path}/${id}/secret`],
      ['POST', `${path}/${id}/test`],
      ['GET', `${path}/${id}/deliveries`],
      ['POST', `/v1/webhook-deliveries/${delivery?.id}/replay`],
    ] as const;
    for (const [method, url, body] of asked)
      expect(await scene.call(stranger, method, url, body), `${method} ${url}`).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      });
    expect((await scene.call(stranger, 'GET', path)).body.items).toEqual([]);
    for (const [method, url, body] of [...asked, ['GET', path], ['POST', path, { url: receiver.url }]] as const) {
      const anybody = await scene.app.inject({
        method,
        url,
        headers: { 'idempotency-key': newKey() },
        ...(body ? { payload: body } : {}),
      });
      expect(anybody.statusCode, `${method} ${url}`).toBe(401);
    }
    expect((await scene.call(owner, 'GET', `${path}/${id}`)).body.state).toBe('on');
  });
});
