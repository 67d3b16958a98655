import { toAmount } from '@feiqian/domain/money';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import type { Pool } from '../database/pool.ts';
import { bankAccount, gatewayReceivable, issued, par, suspense, userCash } from '../ledger/accounts.ts';
import type { AccountSpec, NewTransfer, RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { noteSuspense } from '../ledger/suspense-items.ts';
import { assertVerified, describeCheck, verifyAll } from './verify-all.ts';

const cash = 'iso4217:CNY';
const contract = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const token = `eip155:31337/erc20:${contract}`;
const [anna, ben] = [businessId('anna'), businessId('ben')];
const holder = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const reference = (digit: string) => `0x${digit.repeat(64)}`;

let database: TestDatabase;
let superuser: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  superuser = database.connect('superuser', 1);
  const ledger = createLedger({ pool: database.pool });
  await useForAWhile(ledger);
  await ledger.close();
});
// What the tests below plant they take back; the harness sees the healthy books.
afterAll(() => superuser.end());

const transfer = (
  key: string,
  kind: string,
  debit: AccountSpec,
  credit: AccountSpec,
  amount: bigint,
  changes: Partial<NewTransfer> = {},
): NewTransfer => ({
  id: businessId('test transfer', key),
  phase: 'posted',
  debit,
  credit,
  amount: toAmount(amount),
  kind,
  ...changes,
});

const movement = (id: string, set: RowChange['set']): RowChange => ({
  table: 'movements',
  id,
  expectVersion: 0,
  set: { user_id: anna, asset: cash, amount: '100', ...set },
});

/** A top-up of 100 that became tokens, one of 40 that stayed cash, 5 sent to Ben, 3 withdrawn, 20 redeemed, and an issue that nobody here asked for. */
async function useForAWhile(ledger: Ledger): Promise<void> {
  const receivable = gatewayReceivable('sandbox', cash);
  const [topUp, cashTopUp, sent, withdrawal, redemption] = [
    'top-up',
    'cash top-up',
    'sent',
    'withdrawal',
    'redemption',
  ].map((key) => businessId('test movement', key)) as [string, string, string, string, string];
  const attempt = (movementId: string, direction: string, amount: string): RowChange => ({
    table: 'gateway_attempts',
    id: businessId('test attempt', movementId),
    expectVersion: 0,
    set: {
      movement_id: movementId,
      gateway: 'sandbox',
      direction,
      order_number: movementId,
      state: 'succeeded',
      asset: cash,
      amount,
    },
  });
  const columns = {
    counter_asset: token,
    counter_amount: '1000000',
    chain_id: 31337,
    address: holder,
    reference: reference('a'),
  };
  const sides = [
    [userCash(anna, cash), par(token, cash), 100n],
    [par(token, token), issued(token), 1_000_000n],
  ] as const;
  const reserve = sides.map(([debit, credit, amount], index) =>
    transfer(`reserve ${index}`, 'issue_reserve', debit, credit, amount, { phase: 'pending', movementId: topUp }),
  );
  const post = sides.map(([debit, credit, amount], index) =>
    transfer(`post ${index}`, 'issue', debit, credit, amount, {
      phase: 'post',
      movementId: topUp,
      pendingId: businessId('test transfer', `reserve ${index}`),
    }),
  );
  const hold = (key: string, phase: 'pending' | 'post') =>
    transfer(key, 'withdrawal', userCash(anna, cash), receivable, 3n, {
      phase,
      movementId: withdrawal,
      ...(phase === 'post' ? { pendingId: businessId('test transfer', 'hold') } : {}),
    });
  await ledger.post({
    transfers: [
      transfer('top-up', 'top_up', receivable, userCash(anna, cash), 100n, { movementId: topUp }),
      ...reserve,
    ],
    changes: [
      movement(topUp, { kind: 'top_up', state: 'issuing', gateway: 'sandbox', ...columns }),
      attempt(topUp, 'payment', '100'),
    ],
    history: [topUp],
  });
  await ledger.post({
    transfers: [transfer('cash top-up', 'top_up', receivable, userCash(anna, cash), 40n, { movementId: cashTopUp })],
    changes: [
      movement(cashTopUp, { kind: 'top_up', state: 'credited', gateway: 'sandbox', amount: '40' }),
      attempt(cashTopUp, 'payment', '40'),
    ],
    history: [cashTopUp],
  });
  await ledger.post({
    transfers: post,
    changes: [{ table: 'movements', id: topUp, expectVersion: 1, set: { state: 'issued' } }],
    history: [topUp],
  });
  await ledger.post({
    transfers: [transfer('sent', 'cash_transfer', userCash(anna, cash), userCash(ben, cash), 5n, { movementId: sent })],
    changes: [movement(sent, { kind: 'cash_transfer', state: 'posted', counterparty_id: ben, amount: '5' })],
    history: [sent],
  });
  await ledger.post({
    transfers: [hold('hold', 'pending')],
    changes: [movement(withdrawal, { kind: 'withdrawal', state: 'sent', gateway: 'sandbox', amount: '3' })],
    history: [withdrawal],
  });
  await ledger.post({
    transfers: [hold('settle', 'post')],
    changes: [
      { table: 'movements', id: withdrawal, expectVersion: 1, set: { state: 'settled' } },
      attempt(withdrawal, 'payout', '3'),
    ],
    history: [withdrawal],
  });
  const unknown = transfer('unknown', 'issue_unknown', suspense(token), issued(token), 70_000n);
  await ledger.post({
    transfers: [
      transfer('redeem token', 'redeem', issued(token), par(token, token), 200_000n, { movementId: redemption }),
      transfer('redeem cash', 'redeem', par(token, cash), userCash(anna, cash), 20n, { movementId: redemption }),
      unknown,
      transfer('to the bank', 'settlement', bankAccount('first', cash), receivable, 30n),
    ],
    changes: [
      movement(redemption, {
        kind: 'conversion',
        state: 'redeemed',
        asset: token,
        amount: '200000',
        counter_asset: cash,
        counter_amount: '20',
        chain_id: 31337,
        address: holder,
        reference: reference('b'),
        details: { direction: 'redeem' },
      }),
      {
        table: 'chain_cursors',
        id: businessId('test cursor'),
        expectVersion: 0,
        set: { chain_id: 31337, epoch: 1, consumer: 'ledger', block_number: 12 },
      },
      noteSuspense(unknown, {
        reason: 'ISSUE_UNKNOWN',
        source: { chainId: 31337, txHash: reference('c'), address: holder, reference: reference('c') },
      }),
    ],
    history: [redemption],
  });
  await addChain();
}

async function addChain(): Promise<void> {
  const { pool } = database;
  const hash = (n: number) => `0x${n.toString(16).padStart(64, '0')}`;
  await pool.query(
    `INSERT INTO chains (chain_id, epoch, genesis_hash, status, head_number, head_hash, finalized_number) VALUES (31337, 1, $1, 'following', 14, $2, 12)`,
    [hash(0), hash(14)],
  );
  for (const number of [9, 10, 11, 12, 13, 14])
    await pool.query('INSERT INTO chain_blocks VALUES (31337, 1, $1, $2, $3, 1800000000)', [
      number,
      hash(number),
      hash(number - 1),
    ]);
  const events = [
    ['Issued', reference('a'), '1000000', 10],
    ['Redeemed', reference('b'), '200000', 11],
    ['Issued', reference('c'), '70000', 12],
    // Above the ledger's cursor: not yet final, not yet booked.
    ['Issued', reference('d'), '10000', 13],
  ] as const;
  for (const [index, [name, eventReference, amount, block]] of events.entries()) {
    await pool.query(
      `INSERT INTO chain_events (chain_id, epoch, block_number, log_index, tx_hash, contract, name, reference, token, address, amount, block_timestamp)
       VALUES (31337, 1, $1, 0, $2, $3, $4, $5, $3, $6, $7, 1800000000)`,
      [block, hash(1000 + index), contract, name, eventReference, holder, amount],
    );
  }
  await pool.query('SELECT history_refresh_chain(31337, 1, $1)', [events.map((_, index) => hash(1000 + index))]);
}

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

const user = (id: string) => `name = 'user:${id}:cash'`;
const copyTransfer = (key: string, changes: Readonly<Record<string, string>>) => {
  const columns = [
    'debit_account_id',
    'credit_account_id',
    'asset',
    'amount',
    'kind',
    'phase',
    'pending_id',
    'timeout_at',
    'movement_id',
    'request_hash',
  ];
  return `INSERT INTO ledger_transfers (id, ${columns.join()}) SELECT gen_random_uuid(), ${columns.map((column) => changes[column] ?? column).join()} FROM ledger_transfers WHERE id = '${businessId('test transfer', key)}'`;
};

describe('verification', () => {
  it('finds nothing wrong with books in use, and says what it looked at', async () => {
    const checks = await verifyAll(database.pool);
    expect(checks.filter(({ violations }) => violations !== 0)).toEqual([]);
    expect(Object.fromEntries(checks.map(({ name, figure }) => [name, figure]))).toMatchObject({
      'ledger.balances': '8 accounts, 13 transfers',
      'ledger.pendings': '3 pending transfers, 0 of them open',
      'gateways.payments': '2 payments and 1 payouts succeeded',
      'reserves.cash': 'iso4217:CNY: 137 held, 57 in cash, 80 in tokens',
      'suspense.items': '1 open, 0 resolved',
      'reserves.par': `par:${token}: 800000 for 80`,
      'tokens.supply': `${token}: 870000`,
      'tokens.issuance': '2 issued, 1 redeemed',
      'chain.canonical': '4 rows in 6 blocks',
    });
  });

  it('finds nothing wrong with books that nobody has used', async () => {
    await assertVerified((await createTestDatabase()).pool);
  });

  const corruptions: [invariant: string, corruption: string, statements: string[]][] = [
    [
      'ledger.balanced',
      'money from nowhere',
      [`UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE ${user(anna)}`],
    ],
    ['ledger.balanced', 'a hold with one side', [`UPDATE ledger_accounts SET credits_pending = 1 WHERE ${user(ben)}`]],
    [
      'ledger.balances',
      'money that changed hands without a transfer',
      [
        `UPDATE ledger_accounts SET credits_posted = credits_posted + CASE WHEN ${user(anna)} THEN -1 ELSE 1 END WHERE name LIKE 'user:%'`,
      ],
    ],
    [
      'ledger.balances',
      'a transfer that vanished',
      [`DELETE FROM ledger_transfers WHERE id = '${businessId('test transfer', 'sent')}'`],
    ],
    ['ledger.balances', 'an account that vanished', [`DELETE FROM ledger_accounts WHERE ${user(ben)}`]],
    [
      'ledger.floors',
      'a balance below zero',
      [
        'ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_debits_floor',
        `UPDATE ledger_accounts SET debits_posted = debits_posted + 1000 WHERE ${user(anna)}`,
      ],
    ],
    [
      'ledger.floors',
      'more taken from a bank than was there',
      [
        'ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_credits_floor',
        `UPDATE ledger_accounts SET credits_pending = 31 WHERE name = 'bank:first'`,
      ],
    ],
    [
      'ledger.pendings',
      'a pending ended twice',
      ['ALTER TABLE ledger_transfers DROP CONSTRAINT ledger_transfers_pending_id_key', copyTransfer('settle', {})],
    ],
    [
      'ledger.pendings',
      'an end without a beginning',
      [`DELETE FROM ledger_transfers WHERE id = '${businessId('test transfer', 'hold')}'`],
    ],
    [
      'ledger.pendings',
      'an end of another amount',
      [`UPDATE ledger_transfers SET amount = 2 WHERE id = '${businessId('test transfer', 'settle')}'`],
    ],
    [
      'ledger.pendings',
      'a pending that should have ended',
      [copyTransfer('hold', { timeout_at: `now() - interval '2 hours'` })],
    ],
    [
      'ledger.content',
      'another amount',
      [`UPDATE ledger_transfers SET amount = amount + 1 WHERE id = '${businessId('test transfer', 'sent')}'`],
    ],
    [
      'ledger.content',
      'another movement',
      [`UPDATE ledger_transfers SET movement_id = NULL WHERE id = '${businessId('test transfer', 'sent')}'`],
    ],
    [
      'ledger.content',
      'another hash',
      [`UPDATE ledger_transfers SET request_hash = '\\x00' WHERE id = '${businessId('test transfer', 'sent')}'`],
    ],
    [
      'ledger.content',
      'accounts of two assets',
      [`UPDATE ledger_accounts SET asset = 'iso4217:USD' WHERE ${user(ben)}`],
    ],
    [
      'gateways.payments',
      'a success that was never booked',
      [`DELETE FROM ledger_transfers WHERE id = '${businessId('test transfer', 'cash top-up')}'`],
    ],
    ['gateways.payments', 'a success booked twice', [copyTransfer('cash top-up', {})]],
    ['gateways.payments', 'a success of another amount', [`UPDATE gateway_attempts SET amount = 41 WHERE amount = 40`]],
    [
      'gateways.payments',
      'a success in another currency',
      [`UPDATE gateway_attempts SET asset = 'iso4217:USD' WHERE amount = 40`],
    ],
    [
      'gateways.payments',
      'a booking without a success',
      [`UPDATE gateway_attempts SET state = 'failed' WHERE amount = 40`],
    ],
    [
      'gateways.payments',
      'a payout that was never booked',
      [`DELETE FROM ledger_transfers WHERE id = '${businessId('test transfer', 'settle')}'`],
    ],
    [
      'reserves.cash',
      'cash that no gateway paid',
      [`UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE ${user(ben)}`],
    ],
    [
      'reserves.cash',
      'money that left the bank',
      [`UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE name = 'bank:first'`],
    ],
    [
      'reserves.par',
      'tokens above par',
      [
        `UPDATE ledger_accounts SET debits_posted = debits_posted + 1 WHERE name = 'par:${token}' AND asset = '${token}'`,
      ],
    ],
    [
      'reserves.par',
      'a reserve of one side',
      [`UPDATE ledger_accounts SET credits_pending = 1 WHERE name = 'par:${token}' AND asset = '${cash}'`],
    ],
    ['history.rebuilt', 'an entry that vanished', [`DELETE FROM history_entries WHERE user_id = '${ben}'`]],
    [
      'history.rebuilt',
      'an entry of another amount',
      [`UPDATE history_entries SET amount = amount + 1 WHERE user_id = '${ben}'`],
    ],
    [
      'history.rebuilt',
      'a fact that no entry tells',
      [`UPDATE movements SET amount = amount + 1 WHERE kind = 'withdrawal'`],
    ],
    [
      'tokens.supply',
      'an event that the books have not seen',
      [`UPDATE chain_events SET block_number = 12, log_index = 1 WHERE reference = '${reference('d')}'`],
    ],
    [
      'tokens.supply',
      'tokens that the chain never issued',
      [`UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE name = 'issued:${token}'`],
    ],
    [
      'tokens.supply',
      'a cursor ahead of the books',
      [`UPDATE chain_cursors SET block_number = 13 WHERE consumer = 'ledger'`],
    ],
    [
      'tokens.issuance',
      'an issue without its event',
      [`DELETE FROM chain_events WHERE reference = '${reference('a')}'`],
    ],
    [
      'tokens.issuance',
      'an event without its issue',
      [`DELETE FROM ledger_transfers WHERE id = '${businessId('test transfer', 'post 1')}'`],
    ],
    ['suspense.items', 'money in suspense that nobody can see', ['DELETE FROM suspense_items']],
    ['suspense.items', 'an item of another amount', ['UPDATE suspense_items SET amount = amount - 1']],
    [
      'suspense.items',
      'an item resolved without its money',
      [
        `UPDATE suspense_items SET state = 'resolved', action = 'credit', recipient_id = '${ben}', resolved_by = '${anna}', note = '', resolved_at = now()`,
      ],
    ],
    ['suspense.items', 'money that left suspense twice', [copyTransfer('unknown', { kind: `'suspense_credit'` })]],
    ['tokens.issuance', 'an issue booked twice', [copyTransfer('unknown', {})]],
    [
      'tokens.issuance',
      'an issue under another reference',
      [`UPDATE movements SET reference = '${reference('e')}' WHERE reference = '${reference('a')}'`],
    ],
    [
      'tokens.issuance',
      'a redemption of another amount',
      [`UPDATE chain_events SET amount = 300000 WHERE name = 'Redeemed'`],
    ],
    ['chain.canonical', 'a row in a block that was dropped', ['DELETE FROM chain_blocks WHERE number = 11']],
    [
      'chain.canonical',
      'blocks of two chains',
      [`UPDATE chain_blocks SET parent_hash = genesis_hash FROM chains WHERE number = 11`],
    ],
  ];

  it.each(corruptions)('%s catches %s', async (invariant, _, statements) => {
    const broken = (await verifyBroken(...statements)).find(({ name }) => name === invariant);
    expect(broken?.violations).toBeGreaterThan(0);
    expect(broken?.examples).not.toEqual([]);
    expect(broken && describeCheck(broken)).toContain(`BROKEN ${invariant}`);
  });

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
