/** People with cash and rules. Nothing happens by itself here: a test says when a rule is looked at and when the gateway is asked. */
import { randomUUID } from 'node:crypto';
import type { PayoutRuleWire, PayoutWire } from '@feiqian/domain/api/payouts';
import { toAmount } from '@feiqian/domain/money';
import { expect } from 'vitest';
import { gatewayReceivable, userCash } from '../../src/ledger/accounts.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { CNY, type PaymentsOptions, type PaymentsService, startPayments } from '../payments/payments-service.ts';
import { sandboxAccounts } from '../payments/sandbox-process.ts';
import { findFreePort, newKey, type Person, type Reply, type Scene, startScene } from '../payments/scene.ts';

/** What a rule says unless a test says otherwise: ¥20 stay, the rest goes as soon as it is ¥1 or more, to an account that a test decides about. */
export const usual = {
  asset: CNY,
  target: { kind: 'bank', gateway: 'sandbox', bankAccount: { holder: '李雷', number: sandboxAccounts.undecided } },
  keep: '2000',
  min: '100',
  schedule: { kind: 'at_once' },
} as const;

/** The usual rule, to another account. */
export const toAccount = (number: string) => ({
  target: { ...usual.target, bankAccount: { ...usual.target.bankAccount, number } },
});

/** Everything that a test needs. */
export type PayoutScene = Scene & {
  /** Moves the clock of the service on. */
  readonly pass: (ms: number) => void;
  readonly now: () => Date;
  /** Cash from a gateway that nobody asks. */
  readonly fund: (person: Person, amount: bigint) => Promise<void>;
  readonly trySetRule: (person: Person, changes?: object, key?: string) => Promise<Reply<PayoutRuleWire>>;
  readonly setRule: (person: Person, changes?: object, key?: string) => Promise<PayoutRuleWire>;
  readonly changeRule: (person: Person, id: string, change: object) => Promise<Reply<PayoutRuleWire>>;
  readonly ruleOf: (person: Person) => Promise<PayoutRuleWire>;
  readonly payoutsOf: (person: Person) => Promise<PayoutWire[]>;
  /** Looks at a rule once, as its job does. */
  readonly run: (ruleId: string, service?: PaymentsService) => Promise<void>;
  /** Asks the gateway about every payout of a person that is under way: the first time it is sent. */
  readonly follow: (person: Person) => Promise<void>;
  /** The bank decides about every payout of a person that is under way; the rule knows nothing of it yet. */
  readonly decide: (person: Person, outcome: 'settled' | 'returned') => Promise<void>;
  /** What the gateway itself has of a person's payouts, in the smallest unit. */
  readonly arrivedFor: (person: Person) => Promise<string[]>;
  /** Another service on the same database. */
  readonly startReplica: () => Promise<PaymentsService>;
};

export async function startPayoutScene(options: Partial<PaymentsOptions> = {}): Promise<PayoutScene> {
  let shiftMs = 0;
  const now = () => new Date(Date.now() + shiftMs);
  const scene = await startScene({ hasJobs: false, clock: now, ...options });
  const { database, call } = scene;
  const run: PayoutScene['run'] = (ruleId, service = scene.service()) =>
    service.payouts.tasks['payouts.run']({ ruleId }, { attempt: 1, signal: AbortSignal.timeout(60_000) });
  const trySetRule: PayoutScene['trySetRule'] = (person, changes, key = newKey()) =>
    call<PayoutRuleWire>(person, 'POST', '/v1/payout-rules', { body: { ...usual, ...changes }, key });
  const payoutsOf: PayoutScene['payoutsOf'] = async (person) =>
    (await call<{ items: PayoutWire[] }>(person, 'GET', '/v1/payouts')).body.items;
  const openOrdersOf = async ({ id }: Person): Promise<string[]> => {
    const { rows } = await database.pool.query<{ order_number: string }>(
      `SELECT a.order_number FROM gateway_attempts a JOIN movements m ON m.id = a.movement_id
       WHERE m.user_id = $1 AND a.direction = 'payout' AND a.state IN ('created', 'open')`,
      [id],
    );
    return rows.map(({ order_number: orderNumber }) => orderNumber);
  };
  const follow: PayoutScene['follow'] = async (person) => {
    const ask = scene.service().follower.tasks['gateways.follow'];
    for (const orderNumber of await openOrdersOf(person))
      await ask?.({ gateway: 'sandbox', orderNumber }, { attempt: 1, signal: AbortSignal.timeout(60_000) });
  };
  return {
    ...scene,
    now,
    pass: (ms) => {
      shiftMs += ms;
    },
    async fund(person, amount) {
      const transfer = {
        id: businessId('test funding', randomUUID()),
        phase: 'posted',
        debit: gatewayReceivable('test', CNY),
        credit: userCash(person.id, CNY),
        amount: toAmount(amount),
        kind: 'top_up',
      } as const;
      expect(await scene.service().ledger.post({ transfers: [transfer] })).toMatchObject({ status: 'written' });
    },
    trySetRule,
    async setRule(person, changes, key) {
      const { status, body } = await trySetRule(person, changes, key);
      expect([status, body.code]).toEqual([201, undefined]);
      return body;
    },
    changeRule: (person, id, change) =>
      call<PayoutRuleWire>(person, 'PATCH', `/v1/payout-rules/${id}`, { body: change }),
    async ruleOf(person) {
      const { items } = (await call<{ items: PayoutRuleWire[] }>(person, 'GET', '/v1/payout-rules')).body;
      const [rule] = items;
      if (!rule || items.length !== 1) throw new Error(`There are ${items.length} rules.`);
      return rule;
    },
    payoutsOf,
    run,
    follow,
    async decide(person, outcome) {
      await follow(person);
      for (const orderNumber of await openOrdersOf(person)) await scene.sandbox.decidePayout(orderNumber, outcome);
      await follow(person);
    },
    async arrivedFor(person) {
      const { rows } = await database.pool.query<{ order_number: string }>(
        'SELECT order_number FROM gateway_attempts a JOIN movements m ON m.id = a.movement_id WHERE m.user_id = $1',
        [person.id],
      );
      const ours = new Set(rows.map(({ order_number: orderNumber }) => orderNumber));
      const { payouts } = await scene.sandbox.state();
      return payouts.filter(({ orderNumber }) => ours.has(orderNumber)).map(({ amount }) => amount);
    },
    startReplica: async () =>
      startPayments({
        serviceUrl: database.serviceUrl,
        port: await findFreePort(),
        gateway: scene.sandbox.connect({ timeoutMs: 2000 }),
        hasJobs: false,
        clock: now,
      }),
  };
}
