import { randomBytes, randomUUID } from 'node:crypto';
import { listAssets } from '@feiqian/domain/chains';
import { toAmount } from '@feiqian/domain/money';
import type { RuleSet } from '@feiqian/domain/monitoring/rules';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createSealer } from '../database/sealed.ts';
import { gatewayReceivable, userCash } from '../ledger/accounts.ts';
import type { Command } from '../ledger/command.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import type { PostWatched, Watched } from '../ledger/watched.ts';
import { createPostWatched } from './guard.ts';

const CNY = 'iso4217:CNY';
const rules: RuleSet = {
  rules: [{ name: 'a_day', rule: 'sum', window: '24h', outcome: 'review', above: { default: '1000' } }],
  holdHours: 1,
  twoPeopleAbove: { default: '1000000' },
};

let database: TestDatabase;
let replicas: { readonly ledger: Ledger; readonly post: PostWatched }[];

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `INSERT INTO monitoring_rules (version, rules, note, created_by) VALUES (1, $1, 'test', $2)`,
    [JSON.stringify(rules), randomUUID()],
  );
  const sealer = createSealer(randomBytes(32));
  replicas = Array.from({ length: 3 }, () => {
    const pool = database.connect('service');
    const ledger = createLedger({ pool });
    const post = createPostWatched({
      database: pool,
      ledger,
      assets: listAssets([]),
      sealer,
      clock: () => new Date(),
      sealRecipient: undefined,
    });
    return { ledger, post };
  });
});
afterAll(() => Promise.all(replicas.map(({ ledger }) => ledger.close())));

async function aRichPerson(): Promise<string> {
  const id = randomUUID();
  const transfer = {
    id: randomUUID(),
    phase: 'posted',
    debit: gatewayReceivable('test', CNY),
    credit: userCash(id, CNY),
    amount: toAmount(1_000_000n),
    kind: 'top_up',
  } as const;
  await replicas[0]?.ledger.post({ transfers: [transfer] });
  return id;
}

/** A cash transfer of ¥1.50 as its noun asks for it. */
function aTransfer(userId: string, to: string): { readonly watched: Watched; readonly command: Command } {
  const [movementId, amount] = [randomUUID(), toAmount(150n)];
  const idempotency = { scope: `user:${userId}:test`, key: movementId, requestHash: '0'.repeat(64) };
  return {
    watched: {
      ...{ movementId, userId, party: to },
      kind: 'cash_transfer',
      money: { asset: CNY, amount },
      held: { route: 'cash_transfer', request: {}, idempotency },
    },
    command: {
      transfers: [
        {
          id: randomUUID(),
          phase: 'posted',
          debit: userCash(userId, CNY),
          credit: userCash(to, CNY),
          amount,
          kind: 'cash_transfer',
          movementId,
        },
      ],
      changes: [
        {
          table: 'movements',
          id: movementId,
          expectVersion: 0,
          set: {
            kind: 'cash_transfer',
            user_id: userId,
            counterparty_id: to,
            state: 'posted',
            asset: CNY,
            amount: '150',
          },
        },
      ],
      answer: { ...idempotency, status: 201, body: { state: 'posted' } },
      history: [movementId],
    },
  };
}

const outcomesOf = async (userId: string) =>
  (
    await database.pool.query<{ outcome: string; n: number }>(
      'SELECT outcome, count(*)::int AS n FROM monitoring_decisions WHERE user_id = $1 GROUP BY outcome ORDER BY outcome',
      [userId],
    )
  ).rows;

describe('watching on several replicas', () => {
  it('lets no two movements of one person below a sum together, wherever they are asked for at the same moment', async () => {
    const [person, other] = [await aRichPerson(), randomUUID()];
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => {
        const { watched, command } = aTransfer(person, other);
        return replicas[index % replicas.length]?.post(watched, command);
      }),
    );
    expect(await outcomesOf(person)).toEqual([
      { outcome: 'allow', n: 6 },
      { outcome: 'review', n: 6 },
    ]);
  });

  it('decides once on what is asked for twice', async () => {
    const [person, other] = [await aRichPerson(), randomUUID()];
    const { watched, command } = aTransfer(person, other);
    const results = await Promise.all(replicas.map(({ post }) => post(watched, command)));
    expect(results.map(({ status }) => status).sort()).toEqual(['answered', 'answered', 'written']);
    expect(await outcomesOf(person)).toEqual([{ outcome: 'allow', n: 1 }]);
  });

  it('keeps people apart: nobody waits for what others do', async () => {
    const [people, other] = [await Promise.all(Array.from({ length: 10 }, aRichPerson)), randomUUID()];
    const results = await Promise.all(
      people.map((person, index) => {
        const { watched, command } = aTransfer(person, other);
        return replicas[index % replicas.length]?.post(watched, command);
      }),
    );
    expect(results.every((result) => result?.status === 'written')).toBe(true);
  });
});
