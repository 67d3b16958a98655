import type { Invariant } from './check.ts';

const payments: Invariant = {
  name: 'gateways.payments',
  title: 'Each success at a gateway is exactly one transfer of the same amount and currency',
  sql: `
    WITH successes AS (
      SELECT direction, movement_id, gateway, asset, amount FROM gateway_attempts WHERE state = 'succeeded'
    ), booked AS (
      SELECT 'payment' AS direction, t.movement_id, substring(d.name FROM '^gateway:(.*):receivable$') AS gateway, t.asset, t.amount
      FROM ledger_transfers t JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
      WHERE t.phase = 'posted' AND t.movement_id IS NOT NULL AND d.name LIKE 'gateway:%:receivable' AND c.name LIKE 'user:%:cash'
      UNION ALL
      SELECT CASE t.kind WHEN 'refund' THEN 'refund' ELSE 'payout' END, t.movement_id, substring(c.name FROM '^gateway:(.*):receivable$'), t.asset, t.amount
      FROM ledger_transfers t JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
      WHERE t.phase = 'post' AND t.movement_id IS NOT NULL AND c.name LIKE 'gateway:%:receivable' AND d.name LIKE 'user:%:cash'
    ), odd AS (
      (SELECT 'not booked' AS problem, * FROM successes EXCEPT ALL SELECT 'not booked', * FROM booked)
      UNION ALL
      (SELECT 'booked without a success', * FROM booked EXCEPT ALL SELECT 'booked without a success', * FROM successes)
    )
    SELECT (
        SELECT format('%s payments, %s payouts and %s refunds succeeded', count(*) FILTER (WHERE direction = 'payment'), count(*) FILTER (WHERE direction = 'payout'),
          count(*) FILTER (WHERE direction = 'refund')) FROM successes
      ) AS figure, count(*) AS violations,
      (array_agg(format('%s: %s of %s %s at %s for movement %s', problem, direction, amount, asset, gateway, movement_id)))[:5] AS examples
    FROM odd`,
};

// The ids are those of paidTransferId and suspendUnknownPayout: money under an order number makes one transfer, wherever it goes.
const suspended: Invariant = {
  name: 'gateways.suspense',
  title: 'Each payment in suspense came under an order that is known to be odd, or under one that a gateway told us of',
  sql: `
    WITH kept AS (
      SELECT t.id, t.movement_id, substring(d.name FROM '^gateway:(.*):receivable$') AS gateway, t.asset, t.amount
      FROM ledger_transfers t JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
      WHERE t.phase = 'posted' AND t.kind = 'top_up_suspense' AND d.name LIKE 'gateway:%:receivable' AND c.name = 'suspense'
      UNION ALL
      SELECT t.id, t.movement_id, substring(c.name FROM '^gateway:(.*):receivable$'), t.asset, t.amount
      FROM ledger_transfers t JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
      WHERE t.phase = 'posted' AND t.kind = 'withdrawal_suspense' AND d.name = 'suspense' AND c.name LIKE 'gateway:%:receivable'
    ), orders AS (
      SELECT business_id(ARRAY['transfer', 'gateway', gateway, order_number, 'paid']) AS id, movement_id, gateway
      FROM gateway_attempts WHERE state = 'mismatched'
    ), odd AS (
      SELECT format('not booked: an odd payment at %s for movement %s', o.gateway, o.movement_id) AS problem
      FROM orders o WHERE NOT EXISTS (
        -- Once its owner is found, an order goes with its money.
        SELECT FROM kept k LEFT JOIN suspense_items i ON i.id = k.id
        WHERE (k.id, k.gateway) = (o.id, o.gateway) AND o.movement_id IN (k.movement_id, i.resolved_movement_id))
      UNION ALL
      SELECT format('booked without a reason: %s %s at %s, transfer %s', k.amount, k.asset, k.gateway, k.id) FROM kept k
      WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = k.id)
        AND NOT EXISTS (SELECT FROM gateway_events e WHERE e.gateway = k.gateway AND k.id IN (
          business_id(ARRAY['transfer', 'gateway', e.gateway, e.order_number, 'paid']), business_id(ARRAY['transfer', 'gateway', e.gateway, e.order_number, 'paid out'])))
    )
    SELECT format('%s payments were put into suspense', (SELECT count(*) FROM kept)) AS figure, count(*) AS violations, (array_agg(problem))[:5] AS examples
    FROM odd`,
};

const refunds: Invariant = {
  name: 'gateways.refunds',
  title: 'No more was given back through a gateway for a payment than it brought',
  sql: `
    WITH sums AS (
      SELECT coalesce(p.movement_id, t.movement_id) AS movement_id, t.asset,
        coalesce(sum(t.amount) FILTER (WHERE d.name LIKE 'gateway:%:receivable'), 0) AS captured,
        coalesce(sum(t.amount) FILTER (WHERE c.name LIKE 'gateway:%:receivable'), 0) AS refunded
      FROM ledger_transfers t JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
        JOIN movements m ON m.id = t.movement_id AND m.kind IN ('top_up', 'refund')
        LEFT JOIN payments p ON p.id = m.payment_id
      -- What is set aside for a refund counts until it is released.
      WHERE t.phase = 'posted' OR t.phase = 'pending' AND NOT EXISTS (SELECT FROM ledger_transfers e WHERE e.pending_id = t.id AND e.phase = 'void')
      GROUP BY 1, t.asset
    )
    SELECT format('%s refunds', count(*) FILTER (WHERE refunded > 0)) AS figure, count(*) FILTER (WHERE refunded > captured) AS violations,
      (array_agg(format('movement %s: %s captured, %s refunded', movement_id, captured, refunded) ORDER BY movement_id) FILTER (WHERE refunded > captured))[:5] AS examples
    FROM sums`,
};

const followed: Invariant = {
  name: 'gateways.followed',
  title: 'Every open order has a time at which its gateway is asked, and no notification waits for a day',
  sql: `
    WITH odd AS (
      SELECT format('order %s at %s is %s and is not asked for', order_number, gateway, state) AS problem FROM gateway_attempts
      -- With a reason a person has been told of it.
      WHERE state IN ('created', 'open') AND (next_check_at IS NULL AND reason IS NULL OR next_check_at < now() - interval '1 day')
      UNION ALL
      SELECT format('notification %s of %s waits since %s', event_id, gateway, received_at) FROM gateway_events
      WHERE processed_at IS NULL AND received_at < now() - interval '1 day'
    )
    SELECT format('%s open orders, %s notifications waiting', (SELECT count(*) FROM gateway_attempts WHERE state IN ('created', 'open')),
        (SELECT count(*) FROM gateway_events WHERE processed_at IS NULL)) AS figure,
      count(*) AS violations, (array_agg(problem))[:5] AS examples
    FROM odd`,
};

/** What binds the books to the gateways. */
export const gatewayInvariants: readonly Invariant[] = [payments, suspended, refunds, followed];
