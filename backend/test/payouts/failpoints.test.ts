/** Kills the service at every failpoint of paying out by rule, starts it again, and looks whether the money went out once. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { PayoutRuleWire, PayoutWire } from '@feiqian/domain/api/payouts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveAndDie } from '../payments/dying-service.ts';
import { sandboxAccounts } from '../payments/sandbox-process.ts';
import { newKey, type Person, type Scene, startScene, until } from '../payments/scene.ts';
import { toAccount, usual } from './payout-scene.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const names = globSync(fileURLToPath(new URL('../../src/payouts/*.ts', import.meta.url))).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/failpoint\('([a-z_]+)'\)/g)].map((match) => match[1] ?? ''),
);

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ isServed: false });
});
afterAll(() => scene.close());

/** Somebody with a rule, to whom ¥100 come. */
async function aMerchant(number: string): Promise<Person> {
  const person = await scene.somebody();
  const insist = async <Body>(path: string, body: object) => {
    const key = newKey();
    let answer: Body | undefined;
    await until(async () => {
      const reply = await scene.call<Body>(person, 'POST', path, { body, key });
      expect(reply.status).toBe(201);
      answer = reply.body;
    });
    return answer;
  };
  const topUp = await insist<TopUp>('/v1/top-ups', {
    gateway: 'sandbox',
    money: { asset: usual.asset, amount: '10000' },
    target: { kind: 'cash' },
  });
  await insist<PayoutRuleWire>('/v1/payout-rules', { ...usual, ...toAccount(number) });
  await scene.sandbox.pressOnPage(topUp?.redirectUrl ?? '', 'pay');
  return person;
}

const payoutsOf = async (person: Person) =>
  (await scene.call<{ items: PayoutWire[] }>(person, 'GET', '/v1/payouts')).body.items;
const noted = async (person: Person) =>
  (await scene.database.pool.query<{ state: string }>('SELECT state FROM payouts WHERE user_id = $1', [person.id]))
    .rows;

/** What the gateway itself has of a person's payouts. */
async function ordersOf({ id }: Person): Promise<string[]> {
  const { rows } = await scene.database.pool.query<{ order_number: string }>(
    'SELECT order_number FROM gateway_attempts a JOIN movements m ON m.id = a.movement_id WHERE m.user_id = $1',
    [id],
  );
  const ours = new Set(rows.map(({ order_number: orderNumber }) => orderNumber));
  return (await scene.sandbox.state()).payouts
    .filter(({ orderNumber }) => ours.has(orderNumber))
    .map(({ amount, status }) => `${amount} ${status}`);
}

describe('a service that pays out by rule and dies', () => {
  it('has failpoints before and after what it does', () => {
    expect([...names].sort()).toEqual([
      'after_rule_due_before_payout',
      'after_rule_payout_begun',
      'after_rule_payout_ended_before_note',
    ]);
  });

  it.each(names)('at %s pays once', async (failAt) => {
    const service = await serveAndDie(scene, failAt);
    try {
      const person = await aMerchant(sandboxAccounts.good);
      await until(async () => expect(await noted(person)).toEqual([{ state: 'paid' }]));
      expect(service.deaths()).toBe(1);
      expect(await ordersOf(person)).toEqual(['8000 settled']);
      expect(await payoutsOf(person)).toMatchObject([{ state: 'paid', money: { amount: '8000' } }]);
      expect(await scene.cashOf(person)).toBe(2000n);
    } finally {
      await service.stop();
    }
  });

  it.each(names)('at %s sends nothing again that came back', async (failAt) => {
    const service = await serveAndDie(scene, failAt);
    try {
      const person = await aMerchant(sandboxAccounts.returned);
      await until(async () => expect(await noted(person)).toEqual([{ state: 'returned' }]));
      expect(service.deaths()).toBe(1);
      const { items } = (await scene.call<{ items: PayoutRuleWire[] }>(person, 'GET', '/v1/payout-rules')).body;
      expect(items).toMatchObject([{ state: 'needs_attention', reason: 'PAYOUT_RETURNED' }]);
      // However often its successor looks.
      const look = scene.service().payouts.tasks['payouts.run'];
      for (let looks = 0; looks < 3; looks += 1)
        await look({ ruleId: items[0]?.id }, { attempt: 1, signal: AbortSignal.timeout(60_000) });
      expect(await ordersOf(person)).toEqual(['8000 returned']);
      expect(await scene.cashOf(person)).toBe(10_000n);
    } finally {
      await service.stop();
    }
  });
});
