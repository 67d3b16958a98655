import { randomUUID } from 'node:crypto';
import { toAmount } from '@feiqian/domain/money';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newKey, type Scene, startScene, tokenAssetId, until } from './scene.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());

const pay = (orderNumber: string) => scene.sandbox.act(orderNumber, 'pay');
const follow = (orderNumber: string) =>
  scene
    .service()
    .follower.tasks['gateways.follow']?.(
      { gateway: 'sandbox', orderNumber },
      { attempt: 1, signal: AbortSignal.timeout(1000) },
    );
const attemptsOf = async (movementId: string) =>
  (
    await scene.database.pool.query<{ state: string; reason: string | null }>(
      'SELECT state, reason FROM gateway_attempts WHERE movement_id = $1 ORDER BY created_at',
      [movementId],
    )
  ).rows;
const reasonOf = async (movementId: string) =>
  (
    await scene.database.pool.query<{ reason: string | null }>('SELECT reason FROM movements WHERE id = $1', [
      movementId,
    ])
  ).rows[0]?.reason;
const credit = (userId: string, amount = '10000') => ({
  kind: 'top_up',
  phase: 'posted',
  amount,
  asset: 'iso4217:CNY',
  debit: 'gateway:sandbox:receivable',
  credit: `user:${userId}:cash`,
});

describe('a top-up to cash', () => {
  it('leads to the gateway’s page, and is credited once when the person pays there', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person);
    expect(topUp).toMatchObject({
      state: 'paying',
      money: { asset: 'iso4217:CNY', amount: '10000' },
      redirectUrl: expect.stringContaining(scene.sandbox.registration.url),
    });
    const back = await scene.sandbox.pressOnPage(topUp.redirectUrl ?? '', 'pay');
    expect(back).toBe(`${scene.sandbox.registration.publicUrl}/top-ups/${topUp.id}`);
    await scene.untilState(person, topUp.id, 'credited');
    expect(await scene.getTopUp(person, topUp.id)).toMatchObject({
      state: 'credited',
      redirectUrl: null,
      expiresAt: null,
    });
    expect(await scene.transfersOf(topUp.id)).toEqual([credit(person.id)]);
    expect(await scene.cashOf(person)).toBe(10_000n);
    await until(async () => expect(await scene.outcomesOf(topUp.orderNumber)).toEqual(['succeeded']));
    const { rows } = await scene.database.pool.query(
      'SELECT kind, direction, status, stage FROM history_entries WHERE user_id = $1',
      [person.id],
    );
    expect(rows).toEqual([{ kind: 'top_up', direction: 'in', status: 'completed', stage: 'credited' }]);
  });

  it('fails when the person declines, and may be tried again under another order number', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person);
    await scene.sandbox.pressOnPage(topUp.redirectUrl ?? '', 'decline');
    await scene.untilState(person, topUp.id, 'failed');
    expect(await reasonOf(topUp.id)).toBe('DECLINED');
    const key = newKey();
    const again = await scene.call<{ state: string; redirectUrl: string }>(
      person,
      'POST',
      `/v1/top-ups/${topUp.id}/attempts`,
      { key },
    );
    expect([again.status, again.body.state]).toEqual([201, 'paying']);
    expect((await scene.call(person, 'POST', `/v1/top-ups/${topUp.id}/attempts`, { key })).body).toEqual(again.body);
    expect((await scene.call(person, 'POST', `/v1/top-ups/${topUp.id}/attempts`, { key: newKey() })).body.code).toBe(
      'STATE_CONFLICT',
    );
    await scene.sandbox.pressOnPage(again.body.redirectUrl, 'pay');
    await scene.untilState(person, topUp.id, 'credited');
    expect(await scene.cashOf(person)).toBe(10_000n);
    expect((await attemptsOf(topUp.id)).map(({ state }) => state)).toEqual(['failed', 'succeeded']);
  });

  it('is one top-up for one key, however often and concurrently it is sent', async () => {
    const person = await scene.somebody();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => scene.topUp(person, { key })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await attemptsOf(answers[0]?.id ?? '')).toHaveLength(1);
    const other = { gateway: 'sandbox', money: { asset: 'iso4217:CNY', amount: '9999' }, target: { kind: 'cash' } };
    expect((await scene.call(person, 'POST', '/v1/top-ups', { body: other, key })).body.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it.each([
    ['an unknown gateway', { gateway: 'nobody' }, 'GATEWAY_UNKNOWN'],
    [
      'a currency that the gateway does not take',
      { money: { asset: 'iso4217:EUR', amount: '10000' } },
      'ASSET_UNKNOWN',
    ],
    ['a token as if it were cash', { money: { asset: tokenAssetId, amount: '10000' } }, 'ASSET_UNKNOWN'],
    ['too little', { money: { asset: 'iso4217:CNY', amount: '99' } }, 'AMOUNT_TOO_SMALL'],
    ['too much', { money: { asset: 'iso4217:CNY', amount: '500000001' } }, 'AMOUNT_TOO_LARGE'],
    ['an amount with a sign', { money: { asset: 'iso4217:CNY', amount: '-10000' } }, 'AMOUNT_MALFORMED'],
    ['an unknown field', { amount: '1' }, 'REQUEST_INVALID'],
  ])('refuses %s', async (_what, change, code) => {
    const person = await scene.somebody();
    const body = {
      gateway: 'sandbox',
      money: { asset: 'iso4217:CNY', amount: '10000' },
      target: { kind: 'cash' },
      ...change,
    };
    expect((await scene.call(person, 'POST', '/v1/top-ups', { body, key: newKey() })).body.code).toBe(code);
  });

  it('is nobody else’s business', async () => {
    const [person, other] = [await scene.somebody(), await scene.somebody()];
    const topUp = await scene.topUp(person);
    expect(await scene.call(other, 'GET', `/v1/top-ups/${topUp.id}`)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    expect(await scene.call(other, 'POST', `/v1/top-ups/${topUp.id}/attempts`, { key: newKey() })).toMatchObject({
      status: 404,
    });
    expect(await scene.call(person, 'GET', `/v1/top-ups/${randomUUID()}`)).toMatchObject({ status: 404 });
    expect(await scene.call(undefined, 'GET', `/v1/top-ups/${topUp.id}`)).toMatchObject({ status: 401 });
  });
});

describe('a top-up to tokens', () => {
  it('credits the cash and reserves it for tokens in the same moment', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person, { toTokens: true });
    await pay(topUp.orderNumber);
    await scene.untilState(person, topUp.id, 'issuing');
    expect((await scene.transfersOf(topUp.id)).map(({ kind, phase, amount }) => [kind, phase, amount])).toEqual([
      ['top_up', 'posted', '10000'],
      ['issue_reserve', 'pending', '10000'],
      ['issue_reserve', 'pending', '100000000'],
    ]);
    expect(await scene.cashOf(person)).toBe(0n);
    const { rows } = await scene.database.pool.query(
      'SELECT purpose, state FROM chain_transactions WHERE movement_id = $1',
      [topUp.id],
    );
    expect(rows).toEqual([{ purpose: 'issue', state: 'requested' }]);
    const { rows: when } = await scene.database.pool.query(
      'SELECT count(DISTINCT transaction_id)::int AS n FROM ledger_transfers WHERE movement_id = $1',
      [topUp.id],
    );
    expect(when).toEqual([{ n: 1 }]);
  });

  it('is refused at once for an address that is not the person’s own', async () => {
    const [person, other] = [await scene.somebody(), await scene.somebody()];
    const target = { kind: 'token', token: tokenAssetId, address: other.address };
    const body = { gateway: 'sandbox', money: { asset: 'iso4217:CNY', amount: '10000' }, target };
    expect((await scene.call(person, 'POST', '/v1/top-ups', { body, key: newKey() })).body.code).toBe(
      'ADDRESS_NOT_LINKED',
    );
  });

  it('leaves the cash with the person when the tokens can’t be had any more', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person, { toTokens: true });
    await scene.database.connect('owner', 1).query('DELETE FROM addresses WHERE user_id = $1', [person.id]);
    await pay(topUp.orderNumber);
    await scene.untilState(person, topUp.id, 'credited');
    expect([await reasonOf(topUp.id), await scene.cashOf(person)]).toEqual(['ADDRESS_NOT_LINKED', 10_000n]);
  });

  it('credits at once and makes the tokens later when the chain can’t be seen just now', async () => {
    const owner = scene.database.connect('owner', 1);
    const person = await scene.somebody();
    const topUp = await scene.topUp(person, { toTokens: true });
    await owner.query('UPDATE chains SET chain_id = -chain_id');
    try {
      await pay(topUp.orderNumber);
      await scene.untilState(person, topUp.id, 'credited');
      expect([await reasonOf(topUp.id), await scene.cashOf(person)]).toEqual([null, 10_000n]);
    } finally {
      await owner.query('UPDATE chains SET chain_id = -chain_id');
    }
    await scene.untilState(person, topUp.id, 'issuing');
    expect(await scene.cashOf(person)).toBe(0n);
  });
});

describe('money that is not as ordered', () => {
  it.each([
    ['paid_wrong_amount', 'AMOUNT_MISMATCH'],
    ['paid_wrong_currency', 'CURRENCY_MISMATCH'],
  ] as const)('is kept in suspense for a person to look at: %s', async (fault, reason) => {
    const person = await scene.somebody();
    const before = await scene.suspended();
    const topUp = await scene.topUp(person);
    await scene.sandbox.arm(fault, topUp.orderNumber);
    await pay(topUp.orderNumber);
    await scene.untilState(person, topUp.id, 'review');
    const received = fault === 'paid_wrong_amount' ? 9999n : 10_000n;
    expect([await scene.cashOf(person), await reasonOf(topUp.id), (await scene.suspended()) - before]).toEqual([
      0n,
      reason,
      received,
    ]);
    expect((await scene.transfersOf(topUp.id)).map(({ kind, credit: account }) => [kind, account])).toEqual([
      ['top_up_suspense', 'suspense'],
    ]);
    expect(await attemptsOf(topUp.id)).toEqual([{ state: 'mismatched', reason }]);
  });

  it('is put into suspense once when a true notification names an order that we don’t have', async () => {
    const before = await scene.suspended();
    const orderNumber = randomUUID().replaceAll('-', '');
    const { publicUrl } = scene.sandbox.registration;
    const money = { asset: 'iso4217:CNY', amount: toAmount(10_000n) } as const;
    await scene.sandbox.connect().createPayment({
      orderNumber,
      money,
      description: 'Lost',
      returnUrl: `${publicUrl}/`,
      expiresAt: new Date(Date.now() + 60_000),
    });
    await pay(orderNumber);
    await until(async () => expect(await scene.outcomesOf(orderNumber)).toEqual(['order suspended']));
    await follow(orderNumber);
    expect((await scene.suspended()) - before).toBe(10_000n);
  });
});

describe('late and second payments', () => {
  it('credits a payment that comes after the top-up had expired', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person);
    await scene.sandbox.act(topUp.orderNumber, 'expire');
    await scene.untilState(person, topUp.id, 'expired');
    await scene.sandbox.act(topUp.orderNumber, 'pay_late');
    await scene.untilState(person, topUp.id, 'credited');
    expect(await scene.cashOf(person)).toBe(10_000n);
  });

  it('makes a second paid attempt a credit of its own', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person, { toTokens: true });
    await scene.sandbox.act(topUp.orderNumber, 'expire');
    await scene.untilState(person, topUp.id, 'expired');
    const again = await scene.call<{ redirectUrl: string }>(person, 'POST', `/v1/top-ups/${topUp.id}/attempts`, {
      key: newKey(),
    });
    await scene.sandbox.act(topUp.orderNumber, 'pay_late');
    await scene.untilState(person, topUp.id, 'issuing');
    await scene.sandbox.pressOnPage(again.body.redirectUrl, 'pay');
    await until(async () => expect(await scene.cashOf(person)).toBe(10_000n));
    const { rows } = await scene.database.pool.query(
      `SELECT state, details->>'secondPaymentOf' AS first FROM movements WHERE user_id = $1 ORDER BY created_at`,
      [person.id],
    );
    expect(rows).toEqual([
      { state: 'issuing', first: null },
      { state: 'credited', first: topUp.id },
    ]);
    const { rows: entries } = await scene.database.pool.query(
      'SELECT stage FROM history_entries WHERE user_id = $1 ORDER BY stage',
      [person.id],
    );
    expect(entries).toEqual([{ stage: 'credited' }, { stage: 'issuing' }]);
  });

  it('does not let the end of an older attempt end a top-up that is being paid again', async () => {
    const person = await scene.somebody();
    const topUp = await scene.topUp(person);
    await scene.sandbox.act(topUp.orderNumber, 'expire');
    await scene.untilState(person, topUp.id, 'expired');
    await scene.call(person, 'POST', `/v1/top-ups/${topUp.id}/attempts`, { key: newKey() });
    await follow(topUp.orderNumber);
    expect((await scene.getTopUp(person, topUp.id)).state).toBe('paying');
  });
});
