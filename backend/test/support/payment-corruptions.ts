import { businessId } from '../../src/ledger/ids.ts';
import { anna, ben, blockHash, reference, token } from './book-names.ts';
import type { Corruption } from './corruptions.ts';

const paid = (key: string) => `id = '${businessId('test payment', key)}'`;
const request = (name: string) => `id = '${businessId('test payment request', name)}'`;
const movement = (key: string) => `id = '${businessId('test movement', key)}'`;
const copyPayment = (key: string, changes: Readonly<Record<string, string>>) => {
  const columns = [
    'request_id',
    'rail',
    'state',
    'asset',
    'amount',
    'payer_id',
    'payer_address',
    'movement_id',
    'gateway',
  ];
  const all = [...columns, 'chain_id', 'epoch', 'tx_hash', 'refunding', 'refunded', 'paid_at'];
  return `INSERT INTO payments (id, version, ${all.join()}) SELECT gen_random_uuid(), 1, ${all.map((column) => changes[column] ?? column).join()} FROM payments WHERE ${paid(key)}`;
};

/** Ways to break what was paid for requests. */
export const paymentCorruptions: readonly Corruption[] = [
  ...(
    [
      ['money that came and does not count', `received = received - 1`],
      ['money that counts and did not come', `received = received + 1`],
      ['money on its way that nobody sends', `coming = coming + 1`],
      ['money given back that is still there', `refunded = refunded + 1`],
      ['a rest that nobody owes', `missing = missing + 1`],
      ['too much where nothing was', `exception = 'over'`],
      ['a settled request that waits', `state = 'new', settled_at = NULL`],
      ['a settled request that was taken back', `state = 'invalid', reason = 'CANCELLED', settled_at = NULL`],
      ['a settled request that was not', `state = 'expired', settled_at = NULL`],
      ['another price than was paid', `amount = amount + 1, token_amount = token_amount + 10000`],
    ] as const
  ).map(
    ([what, set]): Corruption => [
      'payments.requests',
      what,
      [`UPDATE payment_requests SET ${set} WHERE ${request('two bowls')}`],
    ],
  ),
  [
    'payments.requests',
    'a request that is settled before its money is final',
    [`UPDATE payment_requests SET state = 'settled', settled_at = now() WHERE ${request('a cup')}`],
  ],
  [
    'payments.requests',
    'a payment that came after the end',
    [
      `UPDATE payments SET paid_at = '2030-01-01' WHERE ${paid('in cash')}`,
      `UPDATE payment_requests SET expires_at = '2029-01-01' WHERE ${request('two bowls')}`,
    ],
  ],
  ['payments.requests', 'a payment that vanished', [`DELETE FROM payments WHERE ${paid('in a block')}`]],
  [
    'payments.booked',
    'a payment from cash without its movement',
    [`DELETE FROM movements WHERE ${movement('payment')}`],
  ],
  ['payments.booked', 'a payment from cash that does not count', [`DELETE FROM payments WHERE ${paid('in cash')}`]],
  [
    'payments.booked',
    'a payment from cash of another amount',
    [`UPDATE payments SET amount = 7 WHERE ${paid('in cash')}`],
  ],
  [
    'payments.booked',
    'a payment from cash by somebody else',
    [`UPDATE payments SET payer_id = '${ben}' WHERE ${paid('in cash')}`],
  ],
  [
    'payments.booked',
    'a payment from cash to somebody else',
    [`UPDATE movements SET counterparty_id = '${anna}' WHERE ${movement('payment')}`],
  ],
  ['payments.booked', 'a payment from cash that counts twice', [copyPayment('in cash', {})]],
  [
    'payments.booked',
    'a payment at a gateway that counts for another request',
    [`UPDATE movements SET payment_request_id = gen_random_uuid() WHERE ${movement('sale')}`],
  ],
  [
    'payments.booked',
    'a payment at a gateway that does not count',
    [`DELETE FROM payments WHERE ${paid('at a gateway')}`],
  ],
  [
    'payments.booked',
    'a payment at a gateway that never came',
    [`UPDATE movements SET state = 'expired' WHERE ${movement('sale')}`],
  ],
  [
    'payments.on_chain',
    'a payment in tokens that no block shows',
    [`DELETE FROM chain_events WHERE tx_hash = '${blockHash(1010)}'`],
  ],
  ['payments.on_chain', 'a payment in tokens that counts twice', [copyPayment('in tokens', {})]],
  [
    'payments.on_chain',
    'a payment in tokens of another amount',
    [`UPDATE payments SET amount = amount + 1 WHERE ${paid('in tokens')}`],
  ],
  [
    'payments.on_chain',
    'a payment in another token',
    [`UPDATE payments SET asset = '${token.slice(0, -1)}0' WHERE ${paid('in tokens')}`],
  ],
  [
    'payments.on_chain',
    'a payment in tokens of another transaction',
    [`UPDATE payments SET tx_hash = '${blockHash(1)}' WHERE ${paid('in tokens')}`],
  ],
  [
    'payments.on_chain',
    'a payment that is final before its block',
    [`UPDATE payments SET state = 'final' WHERE ${paid('in a block')}`],
  ],
  ['payments.on_chain', 'an event that nobody counted', [`DELETE FROM payments WHERE ${paid('in tokens')}`]],
  [
    'payments.on_chain',
    'an event for another request',
    [`UPDATE chain_events SET reference = '${reference('9')}' WHERE tx_hash = '${blockHash(1010)}'`],
  ],
  [
    'payments.on_chain',
    'a cursor ahead of the payments',
    [
      `UPDATE chains SET finalized_number = 13`,
      `UPDATE chain_cursors SET block_number = 13 WHERE consumer = 'payments'`,
    ],
  ],
  [
    'payments.refunds',
    'a refund that the payment knows nothing of',
    [`UPDATE payments SET refunding = 0 WHERE ${paid('at a gateway')}`],
  ],
  ['payments.refunds', 'a refund that was never begun', [`DELETE FROM movements WHERE ${movement('gateway refund')}`]],
  [
    'payments.refunds',
    'a refund that has ended and is on its way',
    [`UPDATE movements SET state = 'settled' WHERE ${movement('gateway refund')}`],
  ],
  [
    'payments.refunds',
    'a refund of another amount',
    [`UPDATE movements SET amount = 9999 WHERE ${movement('token refund')}`],
  ],
  [
    'payments.refunds',
    'a refund of another token',
    [`UPDATE movements SET asset = 'iso4217:CNY' WHERE ${movement('token refund')}`],
  ],
  [
    'payments.refunds',
    'a refund of nothing',
    [`UPDATE movements SET payment_id = gen_random_uuid() WHERE ${movement('cash refund')}`],
  ],
  [
    'payments.refunds',
    'more given back than came',
    [
      'ALTER TABLE payments DROP CONSTRAINT payments_refunds',
      `UPDATE payments SET refunded = 7 WHERE ${paid('in cash')}`,
      `UPDATE movements SET amount = 7 WHERE ${movement('cash refund')}`,
    ],
  ],
  [
    'movements.transfers',
    'cash given back that nobody got',
    [`DELETE FROM ledger_transfers WHERE movement_id = '${businessId('test movement', 'cash refund')}'`],
  ],
  [
    'movements.transfers',
    'a refund at a gateway that never left',
    [`UPDATE movements SET state = 'settled' WHERE ${movement('gateway refund')}`],
  ],
  [
    'movements.reserves',
    'a refund at a gateway that holds nothing',
    [`DELETE FROM ledger_transfers WHERE movement_id = '${businessId('test movement', 'gateway refund')}'`],
  ],
  [
    'movements.reserves',
    'a refund that failed and still holds money',
    [`UPDATE movements SET state = 'failed' WHERE ${movement('gateway refund')}`],
  ],
];
