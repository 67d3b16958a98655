/** The scene of payments with rules of its own, people with cash, and staff. */
import { randomUUID } from 'node:crypto';
import type { HistoryEntry, LegWire } from '@feiqian/domain/api/history';
import type { HoldWire } from '@feiqian/domain/api/monitoring';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { toAmount } from '@feiqian/domain/money';
import type { RuleSet } from '@feiqian/domain/monitoring/rules';
import { expect } from 'vitest';
import { gatewayReceivable, userCash } from '../../src/ledger/accounts.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { createRoster } from '../../src/staff/roster.ts';
import { CNY } from '../payments/payments-service.ts';
import { newKey, type Person, type Reply, type Scene } from '../payments/scene.ts';

/** In fen: ¥100 a piece, ¥300 a day, ¥5,000 never; two people above ¥200. */
export const testRules: RuleSet = {
  rules: [
    { name: 'large', rule: 'amount', outcome: 'review', above: { default: '10000' } },
    { name: 'a_day', rule: 'sum', window: '24h', outcome: 'review', above: { default: '30000' } },
    { name: 'absurd', rule: 'amount', outcome: 'block', above: { default: '500000' } },
  ],
  holdHours: 1,
  twoPeopleAbove: { default: '20000' },
};

type Entry = Pick<HistoryEntry, 'status' | 'stage' | 'holder' | 'reason'> & { readonly legs: readonly LegWire[] };

/** Everything that these tests ask for. */
export type HoldScene = ReturnType<typeof createHoldScene>;

export const nameOf = ({ id }: Person): string => `p${id.slice(0, 8)}`;
const path = '/v1/admin/holds';

/** Begins with the rules of these tests as version 1. */
export async function setRules({ database }: Scene, rules: RuleSet = testRules): Promise<void> {
  await database.pool.query(
    `INSERT INTO monitoring_rules (version, rules, note, created_by)
     SELECT coalesce(max(version), 0) + 1, $1, 'test', $2 FROM monitoring_rules`,
    [JSON.stringify(rules), randomUUID()],
  );
}

export function createHoldScene(scene: Scene) {
  const funder = createLedger({ pool: scene.database.pool });
  const { call } = scene;
  const post = <Body>(person: Person, url: string, body: object, key = newKey()): Promise<Reply<Body>> =>
    call<Body>(person, 'POST', url, { body, key });
  return {
    post,
    async rich(cash = 100_000n): Promise<Person> {
      const person = await scene.somebody();
      const transfer = {
        id: randomUUID(),
        phase: 'posted',
        debit: gatewayReceivable('test', CNY),
        credit: userCash(person.id, CNY),
        amount: toAmount(cash),
        kind: 'top_up',
      } as const;
      expect((await funder.post({ transfers: [transfer] })).status).toBe('written');
      return person;
    },
    async hire(somebody?: Person): Promise<Person> {
      const person = somebody ?? (await scene.somebody());
      const roster = createRoster(scene.database.connect('owner', 1));
      expect(await roster.grant(`${nameOf(person)}@example.com`)).toBe('changed');
      return person;
    },
    send: (from: Person, to: Person, amount: string, key = newKey()) =>
      post<{ id: string; historyId: string; state: string }>(
        from,
        '/v1/cash-transfers',
        { recipient: nameOf(to), money: { asset: CNY, amount } },
        key,
      ),
    async link(payee: Person, amount: string): Promise<PaymentRequestWire> {
      const money = { asset: CNY, amount };
      return (await post<PaymentRequestWire>(payee, '/v1/payment-requests', { money, description: 'Tea' })).body;
    },
    payCash: (payer: Person, requestId: string, key = newKey()) =>
      post<{ id: string; state: string }>(payer, `/v1/payment-requests/${requestId}/payments`, { rail: 'cash' }, key),
    look: async (staff: Person, id: string) => (await call<HoldWire>(staff, 'GET', `${path}/${id}`)).body,
    listOpen: async (staff: Person) =>
      (await call<{ items: HoldWire[] }>(staff, 'GET', `${path}?limit=100`)).body.items,
    release: (staff: Person, id: string, key = newKey()) =>
      post<HoldWire>(staff, `${path}/${id}/release`, { note: 'Called them' }, key),
    refuse: (staff: Person, id: string, key = newKey()) =>
      post<HoldWire>(staff, `${path}/${id}/refuse`, { note: 'Not them' }, key),
    /** What somebody's history says of a movement. */
    async entryOf({ id: userId }: Person, movementId: string): Promise<Entry | undefined> {
      const { rows } = await scene.database.pool.query<Entry>(
        'SELECT status, stage, holder, reason, legs FROM history_entries WHERE user_id = $1 AND movement_id = $2',
        [userId, movementId],
      );
      return rows[0];
    },
    /** As if its time were over. */
    async makeDue(id: string): Promise<void> {
      const client = await scene.database.connect('superuser', 1).connect();
      try {
        await client.query('SET session_replication_role = replica');
        await client.query(`UPDATE holds SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
      } finally {
        client.release(true);
      }
    },
    close: () => funder.close(),
  };
}
