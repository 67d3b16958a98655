/** Books that were used for a while, with every kind of fact that `npm run verify` looks at, for tests that break them. */
import { toAmount } from '@feiqian/domain/money';
import { bankAccount, gatewayReceivable, issued, par, suspense, userCash } from '../../src/ledger/accounts.ts';
import type { AccountSpec, NewTransfer, RowChange } from '../../src/ledger/command.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import { noteSuspense } from '../../src/ledger/suspense-items.ts';
import { anna, ben, blockHash, cash, contract, holder, reference, token } from './book-names.ts';
import type { TestDatabase } from './database.ts';
import { payForAWhile } from './used-payments.ts';

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

const attempt = (movementId: string, direction: string, amount: string, changes: RowChange['set'] = {}): RowChange => ({
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
    ...changes,
  },
});

const payoutId = businessId('test payout');
/** What Anna's rule paid out. */
const withdrawal = businessId('movement', anna, 'withdrawals', `payout ${payoutId}`);
const payoutTarget = {
  target: 'bank',
  target_id: businessId('test target'),
  gateway: 'sandbox',
  account_masked: '•••• 1234',
};
const payoutRule: RowChange = {
  table: 'payout_rules',
  id: businessId('payout rule', anna, cash),
  expectVersion: 0,
  set: {
    ...{ user_id: anna, asset: cash, state: 'on', ...payoutTarget, account_sealed: '' },
    ...{ keep: '50', min: '1', schedule: 'at_once', due_at: '2999-01-01T00:00:00Z' },
  },
};
const payout: RowChange = {
  table: 'payouts',
  id: payoutId,
  expectVersion: 0,
  set: {
    ...{ rule_id: payoutRule.id, user_id: anna, asset: cash, amount: '3', state: 'under_way' },
    ...{ ...payoutTarget, movement_id: withdrawal },
  },
};

/** The id that money paid under an order number always gets. */
const paidId = (order: string) => businessId('transfer', 'gateway', 'sandbox', order, 'paid');

/**
 * A top-up of 100 that became tokens, one of 40 that stayed cash, 5 sent to Ben, 3 withdrawn by a rule, 20 redeemed, an issue that nobody here
 * asked for, a payment of 7 that was not what was ordered, one of 6 for an order that nobody made, an order that is still open, a
 * payment request that was taken back, and others that were paid and given back ({@link payForAWhile}).
 */
export async function useForAWhile(database: TestDatabase): Promise<void> {
  const ledger = createLedger({ pool: database.pool });
  const receivable = gatewayReceivable('sandbox', cash);
  const [topUp, cashTopUp, sent, redemption] = ['top-up', 'cash top-up', 'sent', 'redemption'].map((key) =>
    businessId('test movement', key),
  ) as [string, string, string, string];
  const onChain = (movementId: string, purpose: string, nonce: number): RowChange => ({
    table: 'chain_transactions',
    id: businessId('test transaction', movementId),
    expectVersion: 0,
    set: {
      chain_id: 31337,
      epoch: 1,
      sender: holder,
      nonce,
      purpose,
      movement_id: movementId,
      state: 'final',
      raw: '0x',
      hash: blockHash(1000 + nonce),
      block_number: 10 + nonce,
      handled_at: '2027-01-15T08:00:00Z',
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
      onChain(topUp, 'issue', 0),
    ],
    jobs: [{ task: 'test', payload: {}, key: 'test' }],
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
    answer: {
      scope: `user:${anna}:test`,
      key: 'sent',
      requestHash: '00'.repeat(32),
      status: 201,
      body: { id: sent, historyId: sent, kind: 'cash_transfer' },
    },
    history: [sent],
  });
  await ledger.post({
    transfers: [hold('hold', 'pending')],
    changes: [
      movement(withdrawal, { kind: 'withdrawal', state: 'sent', gateway: 'sandbox', amount: '3' }),
      payoutRule,
      payout,
    ],
    answer: {
      scope: `user:${anna}:payouts`,
      key: `payout ${payout.id}`,
      requestHash: '00'.repeat(32),
      status: 201,
      body: { id: withdrawal, historyId: withdrawal },
    },
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
  await ledger.post({
    transfers: [],
    changes: [{ table: 'payouts', id: payout.id, expectVersion: 1, set: { state: 'paid' } }],
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
      onChain(redemption, 'redeem', 1),
      {
        table: 'chain_cursors',
        id: businessId('test cursor'),
        expectVersion: 0,
        set: { chain_id: 31337, epoch: 1, consumer: 'ledger', block_number: 12 },
      },
      noteSuspense(unknown, {
        reason: 'ISSUE_UNKNOWN',
        source: { chainId: 31337, txHash: blockHash(1002), address: holder, reference: reference('c') },
      }),
    ],
    history: [redemption],
  });
  await askForPayment(database, ledger);
  await askForReceipts(database);
  await keepOddPayments(database, ledger);
  await addChain(database);
  await payForAWhile(database, ledger);
  await ledger.close();
}

/** A request for 4 that Anna took back, and an endpoint that is to be told of both. */
async function askForPayment(database: TestDatabase, ledger: Ledger): Promise<void> {
  const id = businessId('test payment request');
  await database.pool.query(
    `INSERT INTO webhook_endpoints (id, owner_id, url, description, secret, secret_id) VALUES ($1, $2, 'https://shop.example', '', '', $1)`,
    [businessId('test endpoint'), anna],
  );
  const request = {
    payee_id: anna,
    state: 'new',
    asset: cash,
    amount: '4',
    missing: '4',
    description: 'tea',
    reference: reference('f'),
  };
  await ledger.post({
    transfers: [],
    changes: [{ table: 'payment_requests', id, expectVersion: 0, set: request }],
  });
  const cancelled = { state: 'invalid', reason: 'CANCELLED', cancelled_at: '2027-01-15T08:00:00Z' };
  await ledger.post({
    transfers: [],
    changes: [{ table: 'payment_requests', id, expectVersion: 1, set: cancelled }],
  });
}

/** Two receipts of that request: one that waits for it, and one whose mail waits to be sent. */
async function askForReceipts(database: TestDatabase): Promise<void> {
  const request = businessId('test payment request');
  const owner = database.connect('owner', 1);
  await database.pool.query(`SELECT receipt_ask($1, $2, $3, 'zh', 'sealed', 3, 20)`, [
    businessId('test receipt'),
    request,
    Buffer.alloc(32),
  ]);
  const written = businessId('test receipt', 'written');
  await owner.query(`SELECT mail_write($1, 'receipt', 'zh', 'sealed', '{}')`, [written]);
  await owner.query(
    `INSERT INTO receipts (id, request_id, address_digest, language, written_at) VALUES ($1, $2, $3, 'zh', now())`,
    [written, request, Buffer.alloc(32, 1)],
  );
}

async function keepOddPayments(database: TestDatabase, ledger: Ledger): Promise<void> {
  const receivable = gatewayReceivable('sandbox', cash);
  const [odd, open] = [businessId('test movement', 'odd'), businessId('test movement', 'open')];
  const suspended = (order: string, amount: bigint, changes: Partial<NewTransfer> = {}) => ({
    ...transfer('', 'top_up_suspense', receivable, suspense(cash), amount, changes),
    id: paidId(order),
  });
  const [oddly, nobodys] = [suspended(odd, 7n, { movementId: odd }), suspended('nobody’s', 6n)];
  const under = (orderNumber: string) => ({ gateway: 'sandbox', orderNumber });
  await ledger.post({
    transfers: [oddly, nobodys],
    changes: [
      noteSuspense(oddly, { reason: 'AMOUNT_MISMATCH', source: under(odd) }),
      noteSuspense(nobodys, { reason: 'ORDER_UNKNOWN', source: under('nobody’s') }),
      movement(odd, { kind: 'top_up', state: 'review', gateway: 'sandbox', amount: '8' }),
      attempt(odd, 'payment', '8', { state: 'mismatched', reason: 'AMOUNT_MISMATCH' }),
      movement(open, { kind: 'top_up', state: 'paying', gateway: 'sandbox', amount: '9' }),
      attempt(open, 'payment', '9', { state: 'open', next_check_at: '2999-01-01T00:00:00Z' }),
    ],
    history: [odd, open],
  });
  await database.pool.query(
    `INSERT INTO gateway_events (gateway, event_id, order_number, subject, asset, amount, body, processed_at, outcome)
     VALUES ('sandbox', 'event', 'nobody’s', 'payment', $1, 6, '', now(), 'order suspended')`,
    [cash],
  );
}

async function addChain({ pool }: TestDatabase): Promise<void> {
  await pool.query(
    `INSERT INTO chains (chain_id, epoch, genesis_hash, status, head_number, head_hash, finalized_number) VALUES (31337, 1, $1, 'following', 14, $2, 12)`,
    [blockHash(0), blockHash(14)],
  );
  for (const number of [9, 10, 11, 12, 13, 14])
    await pool.query('INSERT INTO chain_blocks VALUES (31337, 1, $1, $2, $3, 1800000000)', [
      number,
      blockHash(number),
      blockHash(number - 1),
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
      [block, blockHash(1000 + index), contract, name, eventReference, holder, amount],
    );
  }
  await pool.query('SELECT history_refresh_chain(31337, 1, $1)', [events.map((_, index) => blockHash(1000 + index))]);
}
