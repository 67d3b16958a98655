import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sandboxAccounts } from './sandbox-process.ts';
import { newKey, type Person, type Scene, startScene, until } from './scene.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());

/** Somebody who has topped ¥100 up. */
async function funded(): Promise<Person> {
  const person = await scene.somebody();
  const topUp = await scene.topUp(person);
  await scene.sandbox.act(topUp.orderNumber, 'pay');
  await scene.untilState(person, topUp.id, 'credited');
  return person;
}

const orderOf = async (id: string) =>
  (
    await scene.database.pool.query<{ order_number: string }>(
      'SELECT order_number FROM gateway_attempts WHERE movement_id = $1',
      [id],
    )
  ).rows[0]?.order_number ?? '';
const phasesOf = async (id: string) => (await scene.transfersOf(id)).map(({ kind, phase }) => [kind, phase]);
const reasonOf = async (id: string) =>
  (await scene.database.pool.query<{ reason: string | null }>('SELECT reason FROM movements WHERE id = $1', [id]))
    .rows[0]?.reason;
const payoutsAt = async (orderNumber: string) =>
  (await scene.sandbox.state()).payouts.filter((payout) => payout.orderNumber === orderNumber);

describe('a withdrawal', () => {
  it('sets the cash aside at once, pays it out after that, and is settled when the bank says so', async () => {
    const person = await funded();
    const { status, body } = await scene.withdraw(person, { number: sandboxAccounts.undecided });
    expect([status, body.state, body.bankAccount]).toEqual([201, 'reserved', { number: '•••• 2222' }]);
    expect(await scene.cashOf(person)).toBe(7500n);
    await scene.untilState(person, body.id, 'sent');
    expect(await phasesOf(body.id)).toEqual([['withdrawal_reserve', 'pending']]);
    await scene.sandbox.decidePayout(await orderOf(body.id), 'settled');
    await scene.untilState(person, body.id, 'settled');
    expect(await phasesOf(body.id)).toEqual([
      ['withdrawal_reserve', 'pending'],
      ['withdrawal', 'post'],
    ]);
    expect((await scene.call(person, 'GET', `/v1/withdrawals/${body.id}`)).body).toMatchObject({
      state: 'settled',
      bankAccount: { number: '•••• 2222' },
    });
    expect(await scene.cashOf(person)).toBe(7500n);
  });

  it('gives the cash back when the bank returns the money, and says why', async () => {
    const person = await funded();
    const { body } = await scene.withdraw(person, { number: sandboxAccounts.returned });
    await scene.untilState(person, body.id, 'returned');
    expect([await scene.cashOf(person), await reasonOf(body.id)]).toEqual([10_000n, 'ACCOUNT_CLOSED']);
    expect(await phasesOf(body.id)).toEqual([
      ['withdrawal_reserve', 'pending'],
      ['withdrawal_return', 'void'],
    ]);
  });

  it('gives the cash back when the gateway refuses the account', async () => {
    const person = await funded();
    const { body } = await scene.withdraw(person, { number: sandboxAccounts.refused });
    await scene.untilState(person, body.id, 'returned');
    expect([await scene.cashOf(person), await reasonOf(body.id)]).toEqual([10_000n, 'ACCOUNT_UNKNOWN']);
    expect(await payoutsAt(await orderOf(body.id))).toEqual([]);
  });

  it('is one payout for one key, however often and concurrently it is sent', async () => {
    const person = await funded();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => scene.withdraw(person, { key })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await scene.untilState(person, answers[0]?.body.id ?? '', 'settled');
    expect(await payoutsAt(await orderOf(answers[0]?.body.id ?? ''))).toHaveLength(1);
    expect(await scene.cashOf(person)).toBe(7500n);
    expect((await scene.withdraw(person, { key, amount: '2600' })).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('never spends the same cash twice', async () => {
    const person = await funded();
    const answers = await Promise.all(Array.from({ length: 12 }, () => scene.withdraw(person, { amount: '3000' })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code))).toEqual(
      new Set(['INSUFFICIENT_FUNDS']),
    );
    expect(await scene.cashOf(person)).toBe(1000n);
  });

  it.each([
    ['more than there is', { amount: '10001' }, 'INSUFFICIENT_FUNDS'],
    ['less than the gateway pays out', { amount: '99' }, 'AMOUNT_TOO_SMALL'],
    ['more than the gateway pays out', { amount: '500000001' }, 'AMOUNT_TOO_LARGE'],
    ['a fraction', { amount: '25.5' }, 'AMOUNT_MALFORMED'],
    ['an account number with spaces', { number: '6222 0200 1234' }, 'REQUEST_INVALID'],
  ])('refuses %s and sets nothing aside', async (_what, options, code) => {
    const person = await funded();
    expect((await scene.withdraw(person, options)).body.code).toBe(code);
    expect(await scene.cashOf(person)).toBe(10_000n);
  });

  it('is nobody else’s business, and keeps the account number from everybody who reads the database', async () => {
    const [person, other] = [await funded(), await scene.somebody()];
    const number = '6222021234567890123';
    const { body } = await scene.withdraw(person, { number });
    expect((await scene.call(other, 'GET', `/v1/withdrawals/${body.id}`)).status).toBe(404);
    await scene.untilState(person, body.id, 'settled');
    expect((await payoutsAt(await orderOf(body.id)))[0]?.account.number).toBe(number);
    const { rows: tables } = await scene.database.pool.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_%'`,
    );
    for (const { name } of tables) {
      const { rows } = await scene.database
        .connect('owner', 1)
        .query(`SELECT count(*)::int AS n FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%'`, [number]);
      expect([name, rows[0]]).toEqual([name, { n: 0 }]);
    }
  });
});

describe('a payout of which the gateway does not say what became', () => {
  it.each([
    'api_unavailable',
    'api_answer_lost',
    'api_answer_garbage',
    'api_answer_forged',
    'api_answer_unsigned',
  ] as const)('is never paid twice nor given back after %s', async (fault) => {
    const person = await funded();
    const { body } = await scene.withdraw(person, { number: sandboxAccounts.undecided });
    const orderNumber = await orderOf(body.id);
    await scene.sandbox.arm(fault, orderNumber, 4);
    await until(async () => expect((await payoutsAt(orderNumber)).length).toBe(1));
    expect(await scene.cashOf(person)).toBe(7500n);
    await scene.untilState(person, body.id, 'sent');
    await scene.sandbox.arm('notice_lost', orderNumber);
    await scene.sandbox.decidePayout(orderNumber, 'settled');
    await scene.untilState(person, body.id, 'settled');
    expect(await payoutsAt(orderNumber)).toHaveLength(1);
  });

  it('keeps the cash set aside for as long as the bank stays silent', async () => {
    const person = await funded();
    const { body } = await scene.withdraw(person, { number: sandboxAccounts.undecided });
    await scene.untilState(person, body.id, 'sent');
    const version = async () =>
      (
        await scene.database.pool.query<{ version: number }>(
          'SELECT version FROM gateway_attempts WHERE movement_id = $1',
          [body.id],
        )
      ).rows[0]?.version ?? 0;
    const before = await version();
    await until(async () => expect(await version()).toBeGreaterThan(before + 2));
    expect([await scene.cashOf(person), await phasesOf(body.id)]).toEqual([7500n, [['withdrawal_reserve', 'pending']]]);
    await scene.sandbox.decidePayout(await orderOf(body.id), 'returned');
    await scene.untilState(person, body.id, 'returned');
    expect(await scene.cashOf(person)).toBe(10_000n);
  });
});
