import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toOrderNumber } from '../../src/gateways/attempts.ts';
import { createSandboxGateway } from '../../src/gateways/sandbox/sandbox-gateway.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createForger, type Forger, type NoticeChanges } from './forge.ts';
import { type PaymentsService, startPayments } from './payments-service.ts';
import { findFreePort, newKey, type Person, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// The order number follows from the request, so that a fault can be aimed at an order before it is sent.
const orderNumberOf = ({ id }: Person, key: string) =>
  toOrderNumber(businessId('attempt', businessId('movement', id, 'top-ups', key), `user:${id}:top-ups`, key));

// Nothing is asked again by itself with these, so that what happens is a notification's doing.
const patient = { minMs: 3_600_000, maxMs: 3_600_000, tailMs: 3_600_000 };

describe('notifications', () => {
  let scene: Scene;
  let forger: Forger;
  let replica: PaymentsService;
  beforeAll(async () => {
    scene = await startScene({ isServed: false });
    const { registration } = scene.sandbox;
    forger = createForger(`${registration.publicUrl}/v1/gateways/sandbox/notifications`);
    const gateway = createSandboxGateway({
      ...registration,
      gatewayKeys: [...registration.gatewayKeys, forger.publicKey],
    });
    await scene.restart({ gateway, delays: patient });
    replica = await startPayments({
      serviceUrl: scene.database.serviceUrl,
      port: await findFreePort(),
      gateway,
      delays: patient,
    });
  });
  afterAll(async () => {
    await replica.close();
    await scene.close();
  });

  const pay = (orderNumber: string) => scene.sandbox.act(orderNumber, 'pay');
  const eventsOf = async (orderNumber: string) => (await scene.outcomesOf(orderNumber)).length;
  const post = ({ headers, body }: ReturnType<Forger['notice']>, url = scene.sandbox.registration.publicUrl) =>
    fetch(`${url}/v1/gateways/sandbox/notifications`, { method: 'POST', headers, body });
  const begin = async (options: { toTokens?: boolean } = {}) => {
    const person = await scene.somebody();
    return { person, topUp: await scene.topUp(person, options) };
  };
  const expectOneCredit = async (person: Person, id: string) => {
    await scene.untilState(person, id, 'credited');
    await scene.untilIdle();
    expect([await scene.cashOf(person), (await scene.transfersOf(id)).length]).toEqual([10_000n, 1]);
  };

  it('that come five times at once credit once', async () => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm('notice_duplicate', topUp.orderNumber);
    await pay(topUp.orderNumber);
    await expectOneCredit(person, topUp.id);
    expect(await eventsOf(topUp.orderNumber)).toBe(1);
  });

  it('that come fifty times at once, at two replicas, credit once', async () => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm('notice_lost', topUp.orderNumber);
    await pay(topUp.orderNumber);
    const notice = forger.notice({ content: { orderNumber: topUp.orderNumber } });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => post(notice, index % 2 === 0 ? undefined : replica.url)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    await expectOneCredit(person, topUp.id);
    expect(await scene.outcomesOf(topUp.orderNumber)).toEqual(['succeeded']);
  });

  it('of different ids for one payment credit once', async () => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm('notice_lost', topUp.orderNumber);
    await pay(topUp.orderNumber);
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        post(forger.notice({ content: { orderNumber: topUp.orderNumber } }), index % 2 === 0 ? undefined : replica.url),
      ),
    );
    await expectOneCredit(person, topUp.id);
    await until(async () =>
      expect(await scene.outcomesOf(topUp.orderNumber)).toEqual(Array.from({ length: 10 }, () => 'succeeded')),
    );
  });

  it('that claim a payment which the gateway does not know of credit nothing', async () => {
    const { person, topUp } = await begin();
    expect((await post(forger.notice({ content: { orderNumber: topUp.orderNumber } }))).status).toBe(204);
    await until(async () => expect(await scene.outcomesOf(topUp.orderNumber)).toEqual(['open']));
    expect([(await scene.getTopUp(person, topUp.id)).state, await scene.cashOf(person)]).toEqual(['paying', 0n]);
  });

  it('that come out of order change nothing any more', async () => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm('notice_out_of_order', topUp.orderNumber);
    await pay(topUp.orderNumber);
    await until(async () => expect(await eventsOf(topUp.orderNumber)).toBe(2));
    await expectOneCredit(person, topUp.id);
  });

  it('that are held back until after the expiry still credit', async () => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm('notice_held', topUp.orderNumber);
    await pay(topUp.orderNumber);
    const notice = (await scene.sandbox.state()).notices.find(({ orderNumber }) => orderNumber === topUp.orderNumber);
    await scene.sandbox.release(notice?.id ?? '');
    await expectOneCredit(person, topUp.id);
  });

  it.each([
    ['notice_wrong_amount', 'succeeded, claim differs'],
    ['notice_wrong_currency', 'succeeded, claim differs'],
    ['notice_unusual', 'succeeded'],
  ] as const)('with %s credit what the gateway says when it is asked', async (fault, outcome) => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm(fault, topUp.orderNumber);
    await pay(topUp.orderNumber);
    await expectOneCredit(person, topUp.id);
    await until(async () => expect(await scene.outcomesOf(topUp.orderNumber)).toEqual([outcome]));
  });

  it.each([
    ['notice_forged_key', 'SIGNATURE'],
    ['notice_forged_body', 'SIGNATURE'],
    ['notice_downgraded', 'ALGORITHM'],
    ['notice_unsigned', 'SIGNATURE'],
    ['notice_foreign', 'MERCHANT'],
    ['notice_replayed', 'TIMESTAMP'],
    ['notice_future', 'TIMESTAMP'],
  ] as const)('with %s are refused, stored nowhere, and credit nothing', async (fault, reason) => {
    const { person, topUp } = await begin();
    const before = scene.service().refused.length;
    await scene.sandbox.arm(fault, topUp.orderNumber);
    await pay(topUp.orderNumber);
    await until(async () =>
      expect(
        (await scene.sandbox.state()).notices.find(({ orderNumber }) => orderNumber === topUp.orderNumber),
      ).toMatchObject({ status: 'given_up', lastAnswer: '401' }),
    );
    expect(scene.service().refused.slice(before)).toContain(reason);
    expect([await eventsOf(topUp.orderNumber), await scene.cashOf(person)]).toEqual([0, 0n]);
  });

  it('made up in any other way are refused with a problem that says nothing', async () => {
    const orderNumber = randomUUID().replaceAll('-', '');
    const stranger = createForger(`${scene.sandbox.registration.publicUrl}/v1/gateways/sandbox/notifications`);
    const now = Math.floor(Date.now() / 1000);
    const wrong: NoticeChanges[] = [
      { url: 'http://127.0.0.1:9/v1/gateways/sandbox/notifications' },
      { merchant: 'other-merchant' },
      { content: { merchant: 'other-merchant' } },
      { timestamp: String(now - 301) },
      { timestamp: String(now + 302) },
      { timestamp: `${now}.5` },
      { timestamp: `0${now}` },
      { headers: { 'sandbox-algorithm': 'ED25519' } },
      { headers: { 'sandbox-algorithm': 'none' } },
      { headers: { 'sandbox-algorithm': 'hmac-sha256' } },
      { headers: { 'sandbox-signature': '' } },
      { headers: { 'sandbox-signature': 'A'.repeat(86) } },
      { headers: { 'sandbox-nonce': 'short' } },
      { headers: { 'sandbox-key': 'ffffffffffffffff' } },
      { headers: { 'sandbox-merchant': 'feiqian, other' } },
      { body: (body) => `${body} ` },
      { body: (body) => body.replace('"10000"', '"10001"') },
      { body: () => '' },
      { content: { amount: '-1' } },
      { content: { amount: 10_000 } },
      { content: { amount: '1e4' } },
      { content: { currency: 'cny' } },
      { content: { eventId: 'not-a-uuid' } },
      { content: { type: 'dispute.opened' } },
      { content: { orderNumber: 'a\u0000b' } },
    ];
    for (const changes of wrong) {
      const response = await post(forger.notice({ ...changes, content: { orderNumber, ...changes.content } }));
      expect([response.status, (await response.json()) as object], JSON.stringify(changes)).toMatchObject([
        401,
        { code: 'NOTIFICATION_INVALID' },
      ]);
    }
    expect((await post(stranger.notice({ content: { orderNumber } }))).status).toBe(401);
    const elsewhere = await fetch(`${scene.sandbox.registration.publicUrl}/v1/gateways/nobody/notifications`, {
      method: 'POST',
      body: '{}',
    });
    expect(elsewhere.status).toBe(404);
    expect(await eventsOf(orderNumber)).toBe(0);
  });

  it('are believed after the gateway changed its key', async () => {
    await scene.sandbox.rotateKey();
    const { person, topUp } = await begin();
    await pay(topUp.orderNumber);
    await expectOneCredit(person, topUp.id);
    await scene.sandbox.rotateKey();
  });

  it('of a refund begun at the gateway’s counter are kept for a person to book', async () => {
    const { person, topUp } = await begin();
    await pay(topUp.orderNumber);
    await expectOneCredit(person, topUp.id);
    await post(
      forger.notice({ content: { orderNumber: topUp.orderNumber, type: 'refund.succeeded', refundNumber: 'R1' } }),
    );
    await until(async () => expect((await scene.outcomesOf(topUp.orderNumber)).at(-1)).toBe('refund to be booked'));
    expect(await scene.cashOf(person)).toBe(10_000n);
  });
});

describe('when nobody ever tells us, or the gateway is unwell', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene.close());

  const begin = async () => {
    const person = await scene.somebody();
    return { person, topUp: await scene.topUp(person) };
  };
  const expectCredit = async (person: Person, id: string) => {
    await scene.untilState(person, id, 'credited');
    expect([await scene.cashOf(person), (await scene.transfersOf(id)).length]).toEqual([10_000n, 1]);
  };

  it('finds a payment that was never notified', async () => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm('notice_lost', topUp.orderNumber);
    await scene.sandbox.act(topUp.orderNumber, 'pay');
    await expectCredit(person, topUp.id);
    expect(await scene.outcomesOf(topUp.orderNumber)).toEqual([]);
  });

  it.each([
    'api_unavailable',
    'api_answer_lost',
    'api_answer_unsigned',
    'api_answer_forged',
    'api_answer_garbage',
    'api_answer_replayed',
  ] as const)('asks again after %s and credits once', async (fault) => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm(fault, topUp.orderNumber, 3);
    await scene.sandbox.act(topUp.orderNumber, 'pay');
    await expectCredit(person, topUp.id);
  });

  it('asks again when the gateway does not answer in time', async () => {
    const { person, topUp } = await begin();
    await scene.sandbox.arm('api_slow', topUp.orderNumber);
    await scene.sandbox.act(topUp.orderNumber, 'pay');
    await expectCredit(person, topUp.id);
  });

  it('says so when a top-up can’t begin, and goes on with the same order for the same key', async () => {
    const person = await scene.somebody();
    const key = newKey();
    const body = { gateway: 'sandbox', money: { asset: 'iso4217:CNY', amount: '10000' }, target: { kind: 'cash' } };
    const ask = () => scene.call<{ id: string; redirectUrl: string }>(person, 'POST', '/v1/top-ups', { body, key });
    await scene.sandbox.arm('api_answer_lost', orderNumberOf(person, key), 2);
    expect(await ask()).toMatchObject({ status: 503, body: { code: 'GATEWAY_UNAVAILABLE' } });
    const begun = await ask();
    expect(begun.status).toBe(201);
    expect((await ask()).body).toEqual(begun.body);
    const { rows } = await scene.database.pool.query<{ order_number: string }>(
      'SELECT order_number FROM gateway_attempts WHERE movement_id = $1',
      [begun.body.id],
    );
    expect(rows).toHaveLength(1);
    expect(
      (await scene.sandbox.state()).payments.filter(({ orderNumber }) => orderNumber === rows[0]?.order_number),
    ).toHaveLength(1);
  });

  it('opens by itself a top-up whose request was given up, and ends one that was never paid', async () => {
    // Without jobs nobody else asks the gateway, which is away only once.
    await scene.restart({ payWithinMs: 10_000, hasJobs: false });
    const person = await scene.somebody();
    const body = { gateway: 'sandbox', money: { asset: 'iso4217:CNY', amount: '10000' }, target: { kind: 'cash' } };
    const key = newKey();
    await scene.sandbox.arm('api_unavailable', orderNumberOf(person, key));
    expect((await scene.call(person, 'POST', '/v1/top-ups', { body, key })).status).toBe(503);
    const { rows } = await scene.database.pool.query<{ id: string }>('SELECT id FROM movements WHERE user_id = $1', [
      person.id,
    ]);
    const id = rows[0]?.id ?? '';
    await scene.restart();
    await scene.untilState(person, id, 'paying');
    await scene.untilState(person, id, 'expired');
    expect(await scene.getTopUp(person, id)).toMatchObject({ redirectUrl: null });
  });

  it('ends a top-up that the gateway refuses for good', async () => {
    const person = await scene.somebody();
    const key = newKey();
    const body = { gateway: 'sandbox', money: { asset: 'iso4217:CNY', amount: '10000' }, target: { kind: 'cash' } };
    await scene.restart({ returnOrigin: 'https://elsewhere.example' });
    const ask = () => scene.call(person, 'POST', '/v1/top-ups', { body, key });
    for (const answer of [await ask(), await ask()])
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'GATEWAY_REFUSED', details: { reason: 'URL_NOT_REGISTERED' } },
      });
    const { rows } = await scene.database.pool.query('SELECT state, reason FROM movements WHERE user_id = $1', [
      person.id,
    ]);
    expect(rows).toEqual([{ state: 'failed', reason: 'URL_NOT_REGISTERED' }]);
    await scene.restart();
  });
});

describe('the list of gateways', () => {
  it('shows those that serve a currency and an amount', async () => {
    const scene = await startScene();
    const list = async (query: string) =>
      (await scene.call<{ gateways: { name: string }[] }>(undefined, 'GET', `/v1/gateways${query}`)).body.gateways.map(
        ({ name }) => name,
      );
    expect(await list('')).toEqual(['sandbox']);
    expect(await list('?asset=iso4217:USD&amount=100')).toEqual(['sandbox']);
    expect(await list('?asset=iso4217:EUR')).toEqual([]);
    expect(await list('?amount=99')).toEqual([]);
    await scene.close();
  });
});
