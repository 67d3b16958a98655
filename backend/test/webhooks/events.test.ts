/** Events are written with the facts, and told as the API tells of them. */
import { readFileSync } from 'node:fs';
import { paymentRequestEvent, paymentRequestStates } from '@feiqian/domain/api/payments';
import { webhookEventTypes } from '@feiqian/domain/api/webhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { businessId } from '../../src/ledger/ids.ts';
import { type Receiver, startReceiver, verifyStock } from './receiver.ts';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
let receiver: Receiver;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());
afterEach(() => receiver?.close());

const eventsOf = async (objectId: string) =>
  (
    await scene.pool.query<{ id: string; type: string; object_version: number }>(
      'SELECT id, type, object_version FROM webhook_events WHERE object_id = $1 ORDER BY sequence',
      [objectId],
    )
  ).rows;

/** What a request was, what it has become, and which event that is. */
const changes = [
  ['it is there', null, {}, 'created'],
  ['it is being paid', {}, { state: 'processing' }, 'processing'],
  ['it is paid', {}, { state: 'settled' }, 'settled'],
  ['it is paid by too much', {}, { state: 'settled', exception: 'over', received: 120 }, 'settled'],
  ['it can be paid again', { state: 'processing' }, { state: 'new' }, 'reopened'],
  ['a block with its payment went', { state: 'settled', received: 100 }, { state: 'new' }, 'reopened'],
  ['its time is over', {}, { state: 'expired' }, 'expired'],
  ['it was taken back', {}, { state: 'invalid', reason: 'CANCELLED' }, 'cancelled'],
  ['nothing was confirmed', { state: 'processing' }, { state: 'invalid', reason: 'UNCONFIRMED' }, 'invalid'],
  ['a part came', {}, { exception: 'partial', received: 40 }, 'underpaid'],
  ['a further part came', { exception: 'partial', received: 40 }, { exception: 'partial', received: 70 }, 'underpaid'],
  [
    'too much came',
    { state: 'settled', received: 100 },
    { state: 'settled', exception: 'over', received: 150 },
    'overpaid',
  ],
  ['it came late', { state: 'expired' }, { state: 'expired', exception: 'late', received: 100 }, 'paid_late'],
  [
    'it came late to one taken back',
    { state: 'invalid', reason: 'CANCELLED' },
    { state: 'invalid', reason: 'CANCELLED', exception: 'late', received: 1 },
    'paid_late',
  ],
  [
    'the late one was taken for good',
    { state: 'expired', exception: 'late', received: 100 },
    { state: 'settled', exception: 'late', received: 100 },
    'settled',
  ],
  [
    'some was given back',
    { state: 'settled', received: 100 },
    { state: 'settled', received: 100, refunded: 30 },
    'refunded',
  ],
  ['nothing that anybody asks about changed', {}, { coming: 50 }, null],
] as const;

describe('an event', () => {
  it('is told with the payment request as the API shows it, in the order of its changes, believed by the stock receiver', async () => {
    receiver = await startReceiver();
    const person = await scene.somebody();
    const { secret } = await scene.addEndpoint(person, receiver.url);
    const request = await scene.askForPayment(person);
    // What it takes to pay it is no part of what is told.
    const shown = [paymentRequestEvent.parse(request)];
    for (const move of ['processing', 'new', 'processing', 'settled'] as const) {
      await scene.move(request.id, move);
      const { body } = await scene.call(person, 'GET', `/v1/payment-requests/${request.id}`);
      shown.push(paymentRequestEvent.parse(body));
    }
    await scene.dispatcher.runDue();
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'payment_request.created',
      'payment_request.processing',
      'payment_request.reopened',
      'payment_request.processing',
      'payment_request.settled',
    ]);
    expect(receiver.received.map(({ event }) => event.data)).toEqual(shown);
    expect(shown.at(-1)).toMatchObject({ state: 'settled', exception: 'none', received: '100', refunded: '0' });
    expect(shown[0]).toMatchObject({ token: { amount: '1000000' }, url: `http://localhost:8080/pay/${request.id}` });
    for (const one of receiver.received) {
      expect(verifyStock(secret ?? '', one)).toEqual(one.event);
      expect(() => verifyStock(secret ?? '', { ...one, body: one.body.replace('100', '900') })).toThrow();
      expect(one.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': one.event.id });
    }
  });

  it('is one for each fact, under an id that follows from it', async () => {
    const person = await scene.somebody();
    const { id } = await scene.askForPayment(person);
    await scene.cancel(person, id);
    await scene.cancel(person, id);
    expect(await eventsOf(id)).toEqual(
      ['created', 'cancelled'].map((type, index) => ({
        id: businessId('webhook event', 'payment_request', id, `${index + 1}`),
        type: `payment_request.${type}`,
        object_version: index + 1,
      })),
    );
  });

  it('stands and falls with the transaction of its fact', async () => {
    const person = await scene.somebody();
    const { id } = await scene.askForPayment(person);
    const owner = scene.database.connect('owner', 1);
    const client = await owner.connect();
    await client.query('BEGIN');
    await client.query(
      `UPDATE payment_requests SET state = 'invalid', reason = 'CANCELLED', version = version + 1 WHERE id = $1`,
      [id],
    );
    expect((await client.query('SELECT FROM webhook_events WHERE object_id = $1', [id])).rowCount).toBe(2);
    await client.query('ROLLBACK');
    client.release();
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it.each(changes)('comes when %s', async (_what, before, after, type) => {
    const whole = {
      id: '00000000-0000-0000-0000-000000000001',
      state: 'new',
      exception: 'none',
      received: 0,
      refunded: 0,
    };
    const { rows } = await scene.pool.query<{ type: string | null }>(
      `SELECT webhook_payment_request_type(jsonb_populate_record(NULL::payment_requests, $1), jsonb_populate_record(NULL::payment_requests, $2)) AS type`,
      [before && { ...whole, ...before }, { ...whole, ...after }],
    );
    expect(rows[0]?.type).toBe(type && `payment_request.${type}`);
  });

  it('can be asked for by each of its types, and there are no others', async () => {
    const types = changes.flatMap(([, , , type]) => (type ? [`payment_request.${type}`] : []));
    expect(new Set(types)).toEqual(new Set(webhookEventTypes));
    const constraint = await scene.pool.query<{ text: string }>(
      `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = 'payment_requests_state_check'`,
    );
    const stored = [...(constraint.rows[0]?.text.matchAll(/'([a-z_]+)'/g) ?? [])].map(([, state]) => state);
    expect(new Set(stored)).toEqual(new Set(paymentRequestStates));
  });

  it('goes to the endpoints that asked for its type, as one body', async () => {
    receiver = await startReceiver();
    const person = await scene.somebody();
    const endpoints = await Promise.all([
      scene.addEndpoint(person, `${receiver.url}/all`),
      scene.addEndpoint(person, `${receiver.url}/cancelled`, { types: ['payment_request.cancelled'] }),
      scene.addEndpoint(person, `${receiver.url}/settled`, { types: ['payment_request.settled'] }),
    ]);
    const { id } = await scene.askForPayment(person);
    await scene.cancel(person, id);
    await scene.dispatcher.runDue();
    const paths = receiver.received.map(({ path, event }) => `${path} ${event.type}`).sort();
    expect(paths).toEqual([
      '/hook/all payment_request.cancelled',
      '/hook/all payment_request.created',
      '/hook/cancelled payment_request.cancelled',
    ]);
    const bodies = receiver.received.filter(({ event }) => event.type.endsWith('cancelled')).map(({ body }) => body);
    expect(bodies[0]).toBe(bodies[1]);
    expect(await scene.deliveriesOf(person, endpoints[2]?.id ?? '')).toEqual([]);
  });

  it('can’t be made up, changed or taken back by the service', async () => {
    const client = await scene.pool.connect();
    try {
      for (const statement of [
        `INSERT INTO webhook_events (id, owner_id, type, object_type, object_id, object_version, snapshot) VALUES (gen_random_uuid(), gen_random_uuid(), 'a.b', 'a', gen_random_uuid(), 1, '{}')`,
        `UPDATE webhook_events SET snapshot = '{}'`,
        'DELETE FROM webhook_events',
        'TRUNCATE webhook_events CASCADE',
        'DELETE FROM webhook_deliveries',
        'DELETE FROM webhook_attempts',
        'DELETE FROM webhook_endpoints',
        'UPDATE webhook_endpoints SET owner_id = gen_random_uuid()',
        'SELECT webhook_write(NULL, NULL)',
      ])
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    } finally {
      client.release();
    }
    const owner = scene.database.connect('owner', 1);
    await expect(owner.query(`UPDATE webhook_events SET snapshot = '{}'`)).rejects.toMatchObject({ code: '23001' });
  });
});

describe('the guide', () => {
  it('shows a receiver that believes what we send, and nothing else', async () => {
    const guide = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
    const example = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
    const { verify } = (await import(`data:text/javascript,${encodeURIComponent(example)}`)) as {
      verify: (secret: string, headers: object, body: string) => unknown;
    };
    receiver = await startReceiver();
    const person = await scene.somebody();
    const endpoint = await scene.addEndpoint(person, receiver.url);
    await scene.call(person, 'POST', `/v1/webhook-endpoints/${endpoint.id}/secret`);
    await scene.askForPayment(person);
    await scene.dispatcher.runDue();
    const [one] = receiver.received;
    if (!one) throw new Error('Nothing came.');
    // The old secret is good for another day.
    expect(verify(endpoint.secret ?? '', one.headers, one.body)).toEqual(one.event);
    expect(() => verify(endpoint.secret ?? '', one.headers, `${one.body} `)).toThrow();
    expect(() => verify(endpoint.secret ?? '', { ...one.headers, 'webhook-id': 'other' }, one.body)).toThrow();
    expect(() => verify(endpoint.secret ?? '', { ...one.headers, 'webhook-timestamp': '1' }, one.body)).toThrow();
  });
});
