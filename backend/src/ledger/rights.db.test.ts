import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase, type TestRole } from '../../test/support/database.ts';
import { anAnswer, aTransfer, aWorld, type World } from '../../test/support/ledger-world.ts';
import { createLedger } from './ledger.ts';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = aWorld();
  const ledger = createLedger({ pool: database.pool });
  await ledger.post({ transfers: [aTransfer(world, '1')], answer: anAnswer(world) });
  await ledger.close();
});

const attempt = (role: TestRole, text: string) => database.connect(role, 1).query(text);

const permissionDenied = { code: '42501' };

describe('the service’s role', () => {
  it.each([
    'UPDATE ledger_transfers SET amount = 1',
    'DELETE FROM ledger_transfers',
    'TRUNCATE ledger_transfers',
    `INSERT INTO ledger_transfers (id, debit_account_id, credit_account_id, asset, amount, kind, phase, request_hash)
     SELECT gen_random_uuid(), debit_account_id, credit_account_id, asset, 1, kind, phase, request_hash FROM ledger_transfers`,
    'UPDATE ledger_accounts SET credits_posted = credits_posted + 1',
    'UPDATE ledger_accounts SET debits_must_not_exceed_credits = false',
    'UPDATE ledger_accounts SET closed = true',
    'DELETE FROM ledger_accounts',
    'TRUNCATE ledger_accounts',
    `INSERT INTO ledger_accounts (id, name, asset, credits_posted) VALUES (gen_random_uuid(), 'mine', 'iso4217:CNY', 1000000)`,
    'UPDATE idempotency_keys SET status = 500',
    'DELETE FROM idempotency_keys',
    'ALTER TABLE ledger_transfers DISABLE TRIGGER ALL',
    'DROP TRIGGER ledger_transfers_immutable ON ledger_transfers',
    'SET session_replication_role = replica',
    'SET ROLE feiqian_owner',
    'CREATE TABLE public.ledger_transfers_2 (id uuid)',
    `SELECT setval('ledger_transfers_sequence_seq', 1)`,
    'CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE sql AS $$ SELECT NULL $$',
    `SELECT ledger_ensure_accounts('[]')`,
    `SELECT ledger_write_rows('[]')`,
    `SELECT ledger_write_answers('[]')`,
    `SELECT ledger_lock('{}', '{}', NULL)`,
    `SELECT ledger_follow_up(NULL, NULL, NULL, '{}')`,
    'SELECT ledger_post_together(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
    'SELECT ledger_post_alone(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
  ])('may not: %s', async (text) => {
    const error = await attempt('service', text).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject(
      text.startsWith('CREATE OR REPLACE')
        ? { message: expect.stringMatching(/must be owner|permission denied/) }
        : permissionDenied,
    );
  });

  it('reads the books and posts through the one function', async () => {
    const { rows } = await attempt('service', 'SELECT count(*)::integer AS n FROM ledger_transfers');
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('cannot make the function look up tables of its own', async () => {
    const client = await database.connect('service', 1).connect();
    try {
      await client.query('CREATE TEMPORARY TABLE ledger_accounts (LIKE public.ledger_accounts INCLUDING ALL)');
      await client.query('CREATE TEMPORARY TABLE ledger_transfers (LIKE public.ledger_transfers INCLUDING ALL)');
      await client.query('SET search_path = pg_temp, public');
      const post = (
        id: string,
      ) => `SELECT public.ledger_post(NULL, '{1}', '{${id}}', '{posted}', (SELECT ARRAY[debit_account_id] FROM public.ledger_transfers), (SELECT ARRAY[credit_account_id] FROM public.ledger_transfers),
        '{iso4217:CNY}', '{5}', '{test}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`;
      await client.query(post(world.id('through the side door')));
      const { rows } = await client.query(
        'SELECT (SELECT count(*)::integer FROM public.ledger_transfers) AS books, (SELECT count(*)::integer FROM pg_temp.ledger_transfers) AS own',
      );
      expect(rows).toEqual([{ books: 2, own: 0 }]);
    } finally {
      client.release(true);
    }
  });
});

describe('the owner, too', () => {
  it.each([
    'UPDATE ledger_transfers SET amount = 1',
    'UPDATE ledger_transfers SET amount = 1 WHERE false',
    'DELETE FROM ledger_transfers',
    'TRUNCATE ledger_transfers',
  ])('is refused: %s', async (text) => {
    await expect(attempt('owner', text)).rejects.toMatchObject({
      code: '23001',
      message: expect.stringContaining('never changes'),
    });
  });

  it('cannot end a pending transfer twice', async () => {
    const end = (
      key: string,
    ) => `INSERT INTO ledger_transfers (id, debit_account_id, credit_account_id, asset, amount, kind, phase, pending_id, request_hash)
      SELECT '${world.id(key)}', debit_account_id, credit_account_id, asset, 1, kind, 'void', '${world.id('a pending')}', request_hash FROM ledger_transfers LIMIT 1`;
    const client = await database.connect('owner', 1).connect();
    try {
      await client.query('BEGIN');
      await client.query(end('a'));
      await expect(client.query(end('b'))).rejects.toMatchObject({
        code: '23505',
        constraint: 'ledger_transfers_pending_id_key',
      });
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
  });
});
