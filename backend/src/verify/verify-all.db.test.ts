import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anna, token } from '../../test/support/book-names.ts';
import { corruptions as corruptionsOfBooks, user } from '../../test/support/corruptions.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { paymentCorruptions } from '../../test/support/payment-corruptions.ts';
import { useForAWhile } from '../../test/support/used-books.ts';
import type { Pool } from '../database/pool.ts';
import { assertVerified, describeCheck, verifyAll } from './verify-all.ts';

const corruptions = [...corruptionsOfBooks, ...paymentCorruptions];

let database: TestDatabase;
let superuser: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  superuser = database.connect('superuser', 1);
  await useForAWhile(database);
});
// What the tests below plant they take back; the harness sees the healthy books.
afterAll(() => superuser.end());

/** Breaks the books as only a superuser can, looks at them, and takes it back. */
async function verifyBroken(...statements: readonly string[]) {
  const client = await superuser.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    for (const statement of statements) expect((await client.query(statement)).rowCount, statement).not.toBe(0);
    return await verifyAll(within(client));
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** A pool whose connections see what an open transaction has done. */
function within(client: PoolClient): Pool {
  const query = (text: string) => (/^(?:BEGIN|COMMIT)/.test(text) ? Promise.resolve({ rows: [] }) : client.query(text));
  return { connect: () => Promise.resolve({ query, release: () => undefined }) } as unknown as Pool;
}

describe('verification', () => {
  it('finds nothing wrong with books in use, and says what it looked at', async () => {
    const checks = await verifyAll(database.pool);
    expect(checks.filter(({ violations }) => violations !== 0)).toEqual([]);
    expect(Object.fromEntries(checks.map(({ name, figure }) => [name, figure]))).toMatchObject({
      'ledger.balances': '9 accounts, 19 transfers',
      'ledger.pendings': '4 pending transfers, 1 of them open',
      'gateways.payments': '3 payments, 1 payouts and 0 refunds succeeded',
      'reserves.cash': 'iso4217:CNY: 155 held, 62 in cash, 80 in tokens',
      'reserves.par': `par:${token}: 800000 for 80`,
      'tokens.supply': `${token}: 870000`,
      'tokens.issuance': '2 issued, 1 redeemed',
      'chain.canonical': '7 rows in 6 blocks',
      'movements.reserves': '1 of 12 movements hold something',
      'movements.transfers': '12 movements',
      'answers.movements': '2 answers, 2 of them name a movement',
      'payouts.movements': '1 payouts',
      'payouts.ends': '0 under way, 1 paid, 0 returned',
      'gateways.suspense': '2 payments were put into suspense',
      'suspense.items': '3 open, 0 resolved',
      'gateways.refunds': '1 refunds',
      'gateways.followed': '2 open orders, 0 notifications waiting',
      'jobs.given_up': '1 jobs',
      'chain.cursors': 'chain 31337: 12 of 12',
      'chain.nonces': '3 nonces of 1 senders',
      'chain.transactions': '3 transactions',
      'payments.requests': '4 requests, 4 payments',
      'payments.booked': '1 from cash, 1 through gateways',
      'payments.on_chain': '1 events, 1 payments',
      'payments.refunds': '4 payments, 2 of them given back in part or whole',
      'webhooks.horizon': '0 delivered, 0 failed, 2 waiting',
      'webhooks.told': '11 events of 4 payment requests',
      'mails.horizon': '0 sent, 0 failed, 1 waiting',
      'receipts.written': '2 asked for, 1 written',
    });
  });

  it('finds nothing wrong with books that nobody has used', async () => {
    await assertVerified((await createTestDatabase()).pool);
  });

  it.each(corruptions)('%s catches %s', async (invariant, _, statements) => {
    const broken = (await verifyBroken(...statements)).find(({ name }) => name === invariant);
    expect(broken?.violations).toBeGreaterThan(0);
    expect(broken?.examples).not.toEqual([]);
    expect(broken && describeCheck(broken)).toContain(`BROKEN ${invariant}`);
  });

  it.each(corruptions.filter(([, , , isPossible]) => isPossible === undefined))(
    '%s is defended: the service may not plant %s',
    async (_, __, statements) => {
      const client = await database.pool.connect();
      try {
        await client.query('BEGIN');
        const plant = async () => {
          for (const statement of statements) await client.query(statement);
          // What is checked at the end of a transaction is checked now.
          await client.query('SET CONSTRAINTS ALL IMMEDIATE');
        };
        // 42501: it lacks the right. Class 23: a constraint or a trigger says no.
        await expect(plant()).rejects.toMatchObject({ code: expect.stringMatching(/^(?:42501|23\d{3})$/) });
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    },
  );

  it('has a planted corruption for every invariant', async () => {
    const names = (await verifyAll(database.pool)).map(({ name }) => name);
    expect(new Set(corruptions.map(([name]) => name))).toEqual(new Set(names));
  });

  it('throws with what is broken, where a test or a fault run asks for it', async () => {
    const client = await superuser.connect();
    try {
      await client.query('BEGIN');
      await client.query(`UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE ${user(anna)}`);
      await expect(assertVerified(within(client))).rejects.toThrow(/BROKEN ledger\.balanced/);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('compares with the contract itself, at the ledger’s block, when it may ask', async () => {
    const asked: unknown[] = [];
    const verify = async (supply: bigint | undefined) => {
      const checks = await verifyAll(database.pool, {
        readSupply: async (asset, blockNumber) => {
          asked.push([asset, blockNumber]);
          return supply;
        },
      });
      return checks.at(-1);
    };
    expect(await verify(870_000n)).toMatchObject({ name: 'tokens.total_supply', violations: 0 });
    expect(await verify(870_001n)).toMatchObject({
      violations: 1,
      examples: [`${token}: 870000 in the books, 870001 on chain`],
    });
    expect(await verify(undefined)).toMatchObject({
      violations: 0,
      figure: `${token}: not compared, the chain did not answer`,
    });
    expect(asked[0]).toEqual([token, 12n]);
  });
});
