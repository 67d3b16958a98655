/** What was paid otherwise than ordered, and the people who find out whose it is. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SuspenseItemWire } from '@feiqian/domain/api/staff';
import { toAmount } from '@feiqian/domain/money';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Gateway, PaymentAnswer } from '../../src/gateways/gateway.ts';
import { createRoster } from '../../src/staff/roster.ts';
import { createTopUpStore } from '../../src/top-ups/store.ts';
import { CNY } from './payments-service.ts';
import { newKey, type Person, type Reply, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

type Page = { readonly items: readonly SuspenseItemWire[]; readonly nextCursor?: string };

let scene: Scene;
let clerk: Person;
beforeAll(async () => {
  scene = await startScene();
  clerk = await hire();
});
afterAll(() => scene.close());

const path = '/v1/admin/suspense';
const nameOf = ({ id }: Person) => `p${id.slice(0, 8)}`;
const emailOf = (person: Person) => `${nameOf(person)}@example.com`;

async function hire(): Promise<Person> {
  const person = await scene.somebody();
  expect(await createRoster(scene.database.connect('owner', 1)).grant(emailOf(person))).toBe('changed');
  return person;
}

/** A top-up of ¥100 of which the gateway says something else. */
async function mismatched(person: Person, fault: 'paid_wrong_amount' | 'paid_wrong_currency' = 'paid_wrong_amount') {
  const topUp = await scene.topUp(person);
  await scene.sandbox.arm(fault, topUp.orderNumber);
  await scene.sandbox.act(topUp.orderNumber, 'pay');
  await scene.untilState(person, topUp.id, 'review');
  return topUp;
}

/** ¥100 paid under an order number that the service has never made. */
async function paidUnknown(): Promise<string> {
  const orderNumber = randomUUID().replaceAll('-', '');
  await scene.sandbox.connect().createPayment({
    orderNumber,
    money: { asset: CNY, amount: toAmount(10_000n) },
    description: 'Lost',
    returnUrl: `${scene.sandbox.registration.publicUrl}/`,
    expiresAt: new Date(Date.now() + 60_000),
  });
  await scene.sandbox.act(orderNumber, 'pay');
  await until(async () => expect(await scene.outcomesOf(orderNumber)).toEqual(['order suspended']));
  return orderNumber;
}

const list = async (state: 'open' | 'resolved' = 'open') =>
  (await scene.call<Page>(clerk, 'GET', `${path}?state=${state}&limit=100`)).body.items;
async function itemOf(orderNumber: string, state: 'open' | 'resolved' = 'open'): Promise<SuspenseItemWire> {
  const item = (await list(state)).find(
    ({ source }) => source.kind === 'gateway' && source.orderNumber === orderNumber,
  );
  if (!item) throw new Error('This order is not on the list.');
  return item;
}

const credit = (
  staff: Person | undefined,
  id: string,
  recipient: string,
  { key = newKey(), note = 'The bank’s slip says so' } = {},
): Promise<Reply<SuspenseItemWire>> =>
  scene.call(staff, 'POST', `${path}/${id}/resolve`, { body: { action: 'credit', recipient, note }, key });

async function transfersOutOf(itemId: string): Promise<number> {
  const { rows } = await scene.database.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ledger_transfers t JOIN suspense_items i ON i.resolved_movement_id = t.movement_id
     WHERE i.id = $1 AND t.kind = 'suspense_credit'`,
    [itemId],
  );
  return rows[0]?.n ?? 0;
}

const entriesOf = async ({ id }: Person) =>
  (
    await scene.database.pool.query<{ kind: string; status: string; stage: string; amount: string; reason: string }>(
      'SELECT kind, direction, status, stage, asset, amount, holder, reason FROM history_entries WHERE user_id = $1 ORDER BY occurred_at, id',
      [id],
    )
  ).rows;
const actionsOn = async (itemId: string) =>
  (
    await scene.database.pool.query<{ staff_id: string; action: string; details: object }>(
      'SELECT staff_id, action, details FROM staff_actions WHERE subject_id = $1 ORDER BY created_at',
      [itemId],
    )
  ).rows;

describe('the list', () => {
  it.each([
    ['paid_wrong_amount', 'AMOUNT_MISMATCH', { asset: CNY, amount: '9999' }],
    ['paid_wrong_currency', 'CURRENCY_MISMATCH', { asset: 'iso4217:USD', amount: '10000' }],
  ] as const)(
    'has what came otherwise than ordered, with the order and whose it was: %s',
    async (fault, reason, money) => {
      const person = await scene.somebody();
      const { orderNumber } = await mismatched(person, fault);
      expect(await itemOf(orderNumber)).toMatchObject({
        state: 'open',
        reason,
        money,
        isBooked: true,
        source: { kind: 'gateway', gateway: 'sandbox', orderNumber },
        ordered: { asset: CNY, amount: '10000' },
        person: { handle: nameOf(person), email: emailOf(person) },
        actions: ['credit'],
        resolution: null,
      });
    },
  );

  it('has what was paid under an order that we don’t have', async () => {
    const orderNumber = await paidUnknown();
    expect(await itemOf(orderNumber)).toMatchObject({
      reason: 'ORDER_UNKNOWN',
      money: { asset: CNY, amount: '10000' },
      ordered: null,
      person: null,
      actions: ['credit'],
    });
  });

  it.each([
    ['merchant', 'MERCHANT_MISMATCH'],
    ['orderNumber', 'ORDER_MISMATCH'],
  ] as const)(
    'has an answer about another %s, for which nothing is booked, until the gateway says better',
    async (field, reason) => {
      const before = await scene.suspended();
      const lies = new Set<string>();
      await scene.restart({ gateway: lyingAbout(scene.sandbox.connect(), field, lies) });
      try {
        const person = await scene.somebody();
        const { id, orderNumber } = await scene.topUp(person);
        lies.add(orderNumber);
        await scene.sandbox.act(orderNumber, 'pay');
        await scene.untilState(person, id, 'review');
        expect(await scene.suspended()).toBe(before);
        const item = await itemOf(orderNumber);
        expect(item).toMatchObject({ reason, isBooked: false, actions: [], person: { handle: nameOf(person) } });
        expect((await credit(clerk, item.id, nameOf(person))).body.code).toBe('STATE_CONFLICT');
        lies.clear();
        await scene.untilState(person, id, 'credited');
        expect(await scene.cashOf(person)).toBe(10_000n);
        await expect(itemOf(orderNumber)).rejects.toThrow('not on the list');
      } finally {
        await scene.restart();
      }
    },
  );

  it('comes in pages, newest first, of which none is missed', async () => {
    const orders = [await paidUnknown(), await paidUnknown(), await paidUnknown()];
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await scene.call<Page>(clerk, 'GET', `${path}?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(seen).toEqual((await list()).map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    const [newest] = await list();
    expect(newest?.source).toMatchObject({ orderNumber: orders.at(-1) });
    expect((await scene.call(clerk, 'GET', `${path}?cursor=nonsense`)).body.code).toBe('REQUEST_INVALID');
  });
});

describe('crediting it', () => {
  it('gives whose order it was what had come, in the entry that waited', async () => {
    const person = await scene.somebody();
    const { id: topUpId, orderNumber } = await mismatched(person);
    const item = await itemOf(orderNumber);
    expect((await scene.call(clerk, 'GET', `${path}/${item.id}`)).body).toEqual(item);
    const { status, body } = await credit(clerk, item.id, emailOf(person), { note: 'One fen was the bank’s fee' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'resolved',
      actions: [],
      resolution: {
        action: 'credit',
        recipient: { handle: nameOf(person), email: emailOf(person) },
        by: nameOf(clerk),
        note: 'One fen was the bank’s fee',
      },
    });
    expect(await itemOf(orderNumber, 'resolved')).toEqual(body);
    await expect(itemOf(orderNumber)).rejects.toThrow('not on the list');
    expect(await scene.cashOf(person)).toBe(9999n);
    expect(await entriesOf(person)).toEqual([
      {
        ...{ kind: 'top_up', direction: 'in', status: 'completed', stage: 'credited', asset: CNY, amount: '9999' },
        ...{ holder: 'you', reason: 'SUSPENSE_CREDITED' },
      },
    ]);
    expect(await scene.getTopUp(person, topUpId)).toMatchObject({ state: 'credited', money: { amount: '9999' } });
    expect((await actionsOn(item.id)).map(({ staff_id, action }) => [staff_id, action])).toEqual([
      [clerk.id, 'view'],
      [clerk.id, 'credit'],
    ]);
  });

  it('keeps as cash what was to become tokens', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person, { toTokens: true });
    await scene.sandbox.arm('paid_wrong_amount', topUp.orderNumber);
    await scene.sandbox.act(topUp.orderNumber, 'pay');
    await scene.untilState(person, topUp.id, 'review');
    await credit(clerk, (await itemOf(topUp.orderNumber)).id, nameOf(person));
    const { topUps, pool } = scene.service();
    const soon = new Date(Date.now() + 60_000);
    expect(await createTopUpStore(pool).listAwaitingTokens(soon, 100)).not.toContain(topUp.id);
    await topUps.tasks['top-ups.issue']({ topUpId: topUp.id }, { attempt: 1, signal: AbortSignal.timeout(1000) });
    expect(await scene.cashOf(person)).toBe(9999n);
    expect(await entriesOf(person)).toMatchObject([{ status: 'completed', stage: 'credited' }]);
  });

  it('gives somebody else an entry of their own, and lets whose order it was pay anew', async () => {
    const [person, payer] = [await scene.somebody(), await scene.somebody()];
    const { id, orderNumber } = await mismatched(person);
    await credit(clerk, (await itemOf(orderNumber)).id, `@${nameOf(payer)}`);
    expect([await scene.cashOf(person), await scene.cashOf(payer)]).toEqual([0n, 9999n]);
    expect(await entriesOf(payer)).toMatchObject([
      { kind: 'top_up', status: 'completed', stage: 'credited', amount: '9999' },
    ]);
    expect(await entriesOf(person)).toMatchObject([{ status: 'failed', reason: 'PAID_FOR_ANOTHER' }]);
    const again = await scene.call<{ redirectUrl: string }>(person, 'POST', `/v1/top-ups/${id}/attempts`, {
      key: newKey(),
    });
    await scene.sandbox.pressOnPage(again.body.redirectUrl, 'pay');
    await scene.untilState(person, id, 'credited');
    expect(await scene.cashOf(person)).toBe(10_000n);
    expect(await entriesOf(person)).toMatchObject([{ status: 'completed', stage: 'credited', amount: '10000' }]);
  });

  it('gives what nobody ordered to whose it is', async () => {
    const person = await scene.somebody();
    const item = await itemOf(await paidUnknown());
    const before = await scene.suspended();
    await credit(clerk, item.id, emailOf(person));
    expect(before - (await scene.suspended())).toBe(10_000n);
    expect(await scene.cashOf(person)).toBe(10_000n);
    expect(await entriesOf(person)).toMatchObject([
      { kind: 'top_up', status: 'completed', reason: 'SUSPENSE_CREDITED' },
    ]);
  });

  it('happens once, however often and by however many it is asked for at the same moment', async () => {
    const [one, other, second] = [await scene.somebody(), await scene.somebody(), await hire()];
    const item = await itemOf(await paidUnknown());
    const key = newKey();
    const replies = await Promise.all([
      ...Array.from({ length: 5 }, () => credit(clerk, item.id, nameOf(one), { key })),
      ...Array.from({ length: 5 }, () => credit(clerk, item.id, nameOf(one))),
      ...Array.from({ length: 5 }, () => credit(second, item.id, nameOf(one))),
      ...Array.from({ length: 5 }, () => credit(second, item.id, nameOf(other))),
    ]);
    expect(await transfersOutOf(item.id)).toBe(1);
    expect((await scene.cashOf(one)) + (await scene.cashOf(other))).toBe(10_000n);
    const done = replies.filter(({ status }) => status === 200);
    expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect([1, 5]).toContain(done.length);
    for (const { status, body } of replies)
      expect([status, body.code]).toEqual(status === 200 ? [200, undefined] : [409, 'STATE_CONFLICT']);
    expect((await actionsOn(item.id)).filter(({ action }) => action === 'credit')).toHaveLength(1);
  });

  it('answers a repeated request the same, and refuses its key for another', async () => {
    const person = await scene.somebody();
    const item = await itemOf(await paidUnknown());
    const key = newKey();
    const first = await credit(clerk, item.id, nameOf(person), { key });
    expect(await credit(clerk, item.id, nameOf(person), { key })).toEqual(first);
    expect((await credit(clerk, item.id, nameOf(person), { key, note: 'Other' })).body.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await scene.cashOf(person)).toBe(10_000n);
  });

  it('is refused for oneself, for nobody, without a note, and for what is not there', async () => {
    const item = await itemOf(await paidUnknown());
    expect((await credit(clerk, item.id, nameOf(clerk))).body.code).toBe('RECIPIENT_IS_SELF');
    expect((await credit(clerk, item.id, 'nobody_at_all')).body.code).toBe('RECIPIENT_UNKNOWN');
    expect((await credit(clerk, item.id, nameOf(clerk), { note: '  ' })).body.code).toBe('REQUEST_INVALID');
    expect((await credit(clerk, randomUUID(), nameOf(await scene.somebody()))).body.code).toBe('NOT_FOUND');
    expect(await transfersOutOf(item.id)).toBe(0);
  });
});

describe('whoever is not staff', () => {
  it('is told that there is nothing, on every route', async () => {
    const person = await scene.somebody();
    const item = await itemOf(await paidUnknown());
    for (const [who, code] of [
      [person, 'NOT_FOUND'],
      [undefined, 'SESSION_EXPIRED'],
    ] as const) {
      expect((await scene.call(who, 'GET', path)).body.code).toBe(code);
      expect((await scene.call(who, 'GET', `${path}?limit=nonsense`)).body.code).toBe(code);
      expect((await scene.call(who, 'GET', `${path}/${item.id}`)).body.code).toBe(code);
      expect((await credit(who, item.id, nameOf(person))).body.code).toBe(code);
    }
    expect(await scene.cashOf(person)).toBe(0n);
    expect(await actionsOn(item.id)).toEqual([]);
  });

  it('was staff once and is not any more', async () => {
    const person = await hire();
    const roster = createRoster(scene.database.connect('owner', 1));
    expect((await scene.call(person, 'GET', path)).status).toBe(200);
    expect(await roster.grant(emailOf(person))).toBe('unchanged');
    expect((await roster.list()).map(({ email }) => email)).toContain(emailOf(person));
    expect(await roster.revoke(emailOf(person))).toBe('changed');
    expect(await roster.revoke(emailOf(person))).toBe('unchanged');
    expect(await roster.revoke('nobody@example.com')).toBe('unknown');
    expect((await scene.call(person, 'GET', path)).status).toBe(404);
    expect((await actionsOn(person.id)).map(({ action }) => action)).toEqual(['grant', 'revoke']);
  });

  it.each([
    'INSERT INTO staff (user_id) SELECT id FROM users',
    'UPDATE staff SET granted_at = now()',
    'DELETE FROM staff',
    'UPDATE staff_actions SET staff_id = NULL',
    'DELETE FROM staff_actions',
    'TRUNCATE staff_actions',
    'UPDATE suspense_items SET note = NULL',
    'DELETE FROM suspense_items',
    `INSERT INTO suspense_items (id, version, state, reason, asset, amount, gateway, order_number) VALUES (gen_random_uuid(), 1, 'open', 'X', 'X', 1, 'x', 'x')`,
  ])('is refused by the database even when they hold the service: %s', async (text) => {
    await expect(scene.database.pool.query(text)).rejects.toMatchObject({ code: '42501' });
  });

  it('cannot change the record even as the tables’ owner', async () => {
    const owner = scene.database.connect('owner', 1);
    for (const text of [
      'UPDATE staff_actions SET staff_id = NULL',
      'DELETE FROM staff_actions',
      'TRUNCATE staff_actions',
    ])
      await expect(owner.query(text)).rejects.toMatchObject({ code: '23001' });
  });
});

describe('a service that dies', () => {
  it.each([
    ['after_suspense_read_before_resolved', 0],
    ['after_suspense_resolved_before_answer', 1],
  ] as const)('at %s resolves it once when it is asked again', async (failAt, resolved) => {
    const person = await scene.somebody();
    const item = await itemOf(await paidUnknown());
    await scene.stop();
    const child = await serveUntil(failAt);
    const key = newKey();
    try {
      const died = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
      await expect(credit(clerk, item.id, nameOf(person), { key })).rejects.toThrow();
      expect(await died).toBe('SIGKILL');
      expect(await transfersOutOf(item.id)).toBe(resolved);
    } finally {
      child.kill('SIGKILL');
      await scene.restart();
    }
    expect((await credit(clerk, item.id, nameOf(person), { key })).status).toBe(200);
    expect([await transfersOutOf(item.id), await scene.cashOf(person)]).toEqual([1, 10_000n]);
    expect((await actionsOn(item.id)).map(({ action }) => action)).toEqual(['credit']);
  });
});

/** A service in a process of its own that dies at a failpoint. */
async function serveUntil(failAt: string) {
  const main = fileURLToPath(new URL('./service-process.ts', import.meta.url));
  const { serviceUrl } = scene.database;
  const settings = { serviceUrl, port: scene.port, failAt, registration: scene.sandbox.registration };
  const child = spawn(process.execPath, [main, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return child;
}

/** A gateway whose true answers about some orders name another merchant or order. */
function lyingAbout(gateway: Gateway, field: 'merchant' | 'orderNumber', lies: ReadonlySet<string>): Gateway {
  const bend = <Answer extends object>(orderNumber: string, answer: Answer): Answer =>
    lies.has(orderNumber) && 'merchant' in answer ? { ...answer, [field]: 'somebody-else' } : answer;
  return {
    ...gateway,
    queryPayment: async (orderNumber) => bend(orderNumber, await gateway.queryPayment(orderNumber)),
    createPayment: async (order) => bend<PaymentAnswer>(order.orderNumber, await gateway.createPayment(order)),
  };
}
