/** Ways to break used books, each for the invariant that must notice it. */
import { businessId } from '../../src/ledger/ids.ts';
import { anna, ben, cash, reference, token } from './book-names.ts';

/** The last element says why the service's role cannot be refused it. */
export type Corruption = [invariant: string, corruption: string, statements: string[], isPossible?: string];

export const user = (id: string) => `name = 'user:${id}:cash'`;
export const copyTransfer = (key: string, changes: Readonly<Record<string, string>>) => {
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

export const corruptions: readonly Corruption[] = [
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
  ['ledger.content', 'accounts of two assets', [`UPDATE ledger_accounts SET asset = 'iso4217:USD' WHERE ${user(ben)}`]],
  [
    'gateways.payments',
    'a success that was never booked',
    [`DELETE FROM ledger_transfers WHERE id = '${businessId('test transfer', 'cash top-up')}'`],
  ],
  ['gateways.payments', 'a success booked twice', [copyTransfer('cash top-up', {})]],
  ['movements.reserves', 'a withdrawal that is over and still holds money', [copyTransfer('hold', {})]],
  [
    'movements.reserves',
    'an issue under way that holds nothing',
    [`UPDATE movements SET state = 'issuing' WHERE reference = '${reference('a')}'`],
  ],
  ['movements.reserves', 'money held for nobody', [copyTransfer('hold', { movement_id: 'gen_random_uuid()' })]],
  [
    'movements.transfers',
    'money that came for an order that waits',
    [`UPDATE movements SET state = 'paying' WHERE kind = 'top_up' AND amount = 40`],
  ],
  [
    'movements.transfers',
    'an issue of another amount',
    [`UPDATE movements SET counter_amount = counter_amount + 1 WHERE reference = '${reference('a')}'`],
  ],
  [
    'movements.transfers',
    'cash that somebody sent and nobody got',
    [`DELETE FROM ledger_transfers WHERE id = '${businessId('test transfer', 'sent')}'`],
  ],
  [
    'answers.movements',
    'an answer about nothing',
    [`UPDATE idempotency_keys SET body = jsonb_set(body, '{id}', '"${businessId('nothing')}"')`],
  ],
  [
    'answers.movements',
    'an answer made up',
    [
      `INSERT INTO idempotency_keys (scope, key, request_hash, status, body) VALUES ('a', 'b', '', 201, '{"id": "1", "historyId": "2"}')`,
    ],
  ],
  [
    'holds.money',
    'a movement that went through while it was to wait',
    [
      `INSERT INTO holds (id, version, user_id, route, request, scope, key, request_hash, asset, amount, state, expires_at)
       SELECT id, 1, user_id, 'withdrawal', '', '', '', '', asset, amount, 'open', now() FROM movements WHERE kind = 'withdrawal' AND state = 'settled' LIMIT 1`,
    ],
  ],
  [
    'holds.money',
    'a movement that waits for nobody',
    [
      `UPDATE movements SET state = 'in_review' WHERE id = (SELECT id FROM movements WHERE kind = 'cash_transfer' LIMIT 1)`,
    ],
  ],
  [
    'monitoring.decisions',
    'a movement that was stopped and happened all the same',
    [
      `INSERT INTO monitoring_decisions (id, movement_id, user_id, kind, asset, amount, outcome, reasons, score, rules_version)
       SELECT gen_random_uuid(), id, user_id, 'withdrawal', asset, amount, 'block', '[]', 0, 0 FROM movements WHERE kind = 'withdrawal' LIMIT 1`,
    ],
  ],
  ['payouts.movements', 'a payout of another amount', ['UPDATE payouts SET amount = amount + 1']],
  ['payouts.movements', 'a payout that its rule does not tell of', ['DELETE FROM payouts']],
  [
    'payouts.movements',
    'a payout that never went out',
    [`DELETE FROM movements WHERE id = (SELECT movement_id FROM payouts)`],
  ],
  [
    'payouts.movements',
    'a withdrawal that somebody else began',
    [
      `UPDATE payouts SET movement_id = '${businessId('nobody’s')}'`,
      `UPDATE movements SET id = '${businessId('nobody’s')}' WHERE kind = 'withdrawal'`,
    ],
  ],
  ['payouts.ends', 'a payout that is said to have come back', [`UPDATE payouts SET state = 'returned'`]],
  [
    'payouts.ends',
    'an end that was never noted',
    [
      `UPDATE payouts SET state = 'under_way'`,
      `UPDATE movements SET updated_at = now() - interval '2 hours' WHERE kind = 'withdrawal'`,
    ],
  ],
  [
    'payouts.ends',
    'a rule that goes on after money came back',
    [
      `UPDATE payouts SET state = 'returned', updated_at = now()`,
      `UPDATE movements SET state = 'returned' WHERE kind = 'withdrawal'`,
      `UPDATE payout_rules SET updated_at = now() - interval '1 minute'`,
    ],
  ],
  [
    'jobs.given_up',
    'a job that was given up',
    ['UPDATE graphile_worker._private_jobs SET attempts = max_attempts'],
    'the queue counts attempts as the service',
  ],
  [
    'gateways.suspense',
    'an odd payment that was never booked',
    [`DELETE FROM ledger_transfers WHERE kind = 'top_up_suspense' AND movement_id IS NOT NULL`],
  ],
  [
    'gateways.suspense',
    'a payment of an order that nobody told us of',
    [`DELETE FROM gateway_events WHERE event_id = 'event'`],
  ],
  [
    'gateways.suspense',
    'an odd payment that is said to be right',
    [`UPDATE gateway_attempts SET state = 'succeeded' WHERE state = 'mismatched'`],
  ],
  [
    'gateways.refunds',
    'more given back than came',
    [
      copyTransfer('cash top-up', {
        debit_account_id: 'credit_account_id',
        credit_account_id: 'debit_account_id',
        amount: 'amount + 1',
      }),
    ],
  ],
  [
    'gateways.followed',
    'an order that nobody asks for',
    [`UPDATE gateway_attempts SET next_check_at = NULL WHERE state = 'open'`],
  ],
  [
    'gateways.followed',
    'an order that should have been asked for long ago',
    [`UPDATE gateway_attempts SET next_check_at = now() - interval '2 days' WHERE state = 'open'`],
  ],
  [
    'gateways.followed',
    'a notification that nobody looked at',
    [`UPDATE gateway_events SET processed_at = NULL, received_at = now() - interval '2 days'`],
  ],
  [
    'chain.cursors',
    'books ahead of what is final',
    [`UPDATE chain_cursors SET block_number = 13 WHERE consumer = 'ledger'`],
  ],
  ['chain.cursors', 'finality taken back', ['UPDATE chains SET finalized_number = 11']],
  [
    'chain.nonces',
    'a nonce used up twice',
    [
      'DROP INDEX chain_transactions_final_nonce_key, chain_transactions_service_nonce_key',
      'UPDATE chain_transactions SET nonce = 0',
    ],
  ],
  [
    'chain.nonces',
    'a transaction behind a missing nonce',
    [
      `UPDATE chain_transactions SET nonce = 5, state = 'broadcast', updated_at = now() - interval '2 hours' WHERE nonce = 1`,
    ],
  ],
  [
    'chain.transactions',
    'an issue under way without a transaction',
    [
      `DELETE FROM chain_transactions WHERE purpose = 'issue'`,
      `UPDATE movements SET state = 'issuing' WHERE reference = '${reference('a')}'`,
    ],
  ],
  [
    'chain.transactions',
    'an end that nobody was told of',
    [`UPDATE chain_transactions SET handled_at = NULL, updated_at = now() - interval '2 hours' WHERE nonce = 1`],
  ],
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
    [`UPDATE ledger_accounts SET credits_posted = credits_posted + 14 WHERE ${user(ben)}`],
  ],
  [
    'reserves.cash',
    'money that left the bank',
    [`UPDATE ledger_accounts SET credits_posted = credits_posted + 14 WHERE name = 'bank:first'`],
  ],
  [
    'reserves.par',
    'tokens above par',
    [`UPDATE ledger_accounts SET debits_posted = debits_posted + 1 WHERE name = 'par:${token}' AND asset = '${token}'`],
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
    [`UPDATE chain_events SET block_number = 12, log_index = 9 WHERE reference = '${reference('d')}'`],
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
  ['tokens.issuance', 'an issue without its event', [`DELETE FROM chain_events WHERE reference = '${reference('a')}'`]],
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
    'webhooks.horizon',
    'a webhook that nobody ever ended',
    [`UPDATE webhook_deliveries SET begun_at = now() - interval '86 hours'`],
    'it keeps the queue',
  ],
  ['mails.horizon', 'a mail that nobody ever ended', [`UPDATE mails SET begun_at = now() - interval '32 hours'`]],
  [
    'receipts.written',
    'a settled request whose receipt nobody wrote',
    [`UPDATE payment_requests SET state = 'settled', reason = NULL, settled_at = now()`],
  ],
  ['receipts.written', 'a mail that vanished', ['DELETE FROM mails']],
  [
    'webhooks.told',
    'a fact that nobody was told of',
    [`UPDATE payment_requests SET state = 'new', reason = NULL, settled_at = NULL`],
  ],
  ['webhooks.told', 'an event that tells another state', [`UPDATE webhook_events SET snapshot = '{"state": "new"}'`]],
  ['webhooks.told', 'an event that vanished', [`DELETE FROM webhook_events WHERE object_version = 2`]],
  [
    'chain.canonical',
    'blocks of two chains',
    [`UPDATE chain_blocks SET parent_hash = genesis_hash FROM chains WHERE number = 11`],
  ],
];
