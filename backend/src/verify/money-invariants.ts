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
      SELECT 'payout', t.movement_id, substring(c.name FROM '^gateway:(.*):receivable$'), t.asset, t.amount
      FROM ledger_transfers t JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
      WHERE t.phase = 'post' AND t.movement_id IS NOT NULL AND c.name LIKE 'gateway:%:receivable' AND d.name LIKE 'user:%:cash'
    ), odd AS (
      (SELECT 'not booked' AS problem, * FROM successes EXCEPT ALL SELECT 'not booked', * FROM booked)
      UNION ALL
      (SELECT 'booked without a success', * FROM booked EXCEPT ALL SELECT 'booked without a success', * FROM successes)
    )
    SELECT (
        SELECT format('%s payments and %s payouts succeeded', count(*) FILTER (WHERE direction = 'payment'), count(*) FILTER (WHERE direction = 'payout')) FROM successes
      ) AS figure, count(*) AS violations,
      (array_agg(format('%s: %s of %s %s at %s for movement %s', problem, direction, amount, asset, gateway, movement_id)))[:5] AS examples
    FROM odd`,
};

const reserves: Invariant = {
  name: 'reserves.cash',
  title: 'Cash held at banks and gateways covers what people have in cash and in tokens at par, per currency',
  sql: `
    WITH sums AS (
      SELECT asset,
        coalesce(sum(debits_posted - credits_posted) FILTER (WHERE name LIKE 'bank:%' OR name LIKE 'gateway:%:receivable'), 0) AS held,
        coalesce(sum(credits_posted - debits_posted) FILTER (WHERE name LIKE 'user:%:cash'), 0) AS cash,
        coalesce(sum(credits_posted - debits_posted) FILTER (WHERE name LIKE 'par:%'), 0) AS tokens
      FROM ledger_accounts WHERE asset LIKE 'iso4217:%' GROUP BY asset
    )
    SELECT coalesce(string_agg(format('%s: %s held, %s in cash, %s in tokens', asset, held, cash, tokens), '; ' ORDER BY asset), 'no cash') AS figure,
      count(*) FILTER (WHERE held < cash + tokens) AS violations,
      array_agg(format('%s: %s missing', asset, cash + tokens - held)) FILTER (WHERE held < cash + tokens) AS examples
    FROM sums`,
};

const par: Invariant = {
  name: 'reserves.par',
  title: 'Each token’s two par accounts are equal and opposite at 10,000 token units for one cash unit',
  sql: `
    WITH sides AS (
      SELECT name,
        coalesce(sum(debits_posted - credits_posted) FILTER (WHERE name = 'par:' || asset), 0) AS tokens,
        coalesce(sum(credits_posted - debits_posted) FILTER (WHERE name <> 'par:' || asset), 0) AS cash,
        coalesce(sum(debits_pending - credits_pending) FILTER (WHERE name = 'par:' || asset), 0) AS tokens_pending,
        coalesce(sum(credits_pending - debits_pending) FILTER (WHERE name <> 'par:' || asset), 0) AS cash_pending
      FROM ledger_accounts WHERE name LIKE 'par:%' GROUP BY name
    ), judged AS (
      -- The factor is the contract's UNIT: cash has 2 decimals, stablecoins 6.
      SELECT *, tokens <> cash * 10000 OR tokens_pending <> cash_pending * 10000 AS is_odd FROM sides
    )
    SELECT coalesce(string_agg(format('%s: %s for %s', name, tokens, cash), '; ' ORDER BY name), 'no tokens') AS figure,
      count(*) FILTER (WHERE is_odd) AS violations, (array_agg(name ORDER BY name) FILTER (WHERE is_odd))[:5] AS examples
    FROM judged`,
};

const history: Invariant = {
  name: 'history.rebuilt',
  title: 'The history as projected from the facts is the history that is stored',
  sql: `
    SELECT format('%s entries', (SELECT count(*) FROM history_entries)) AS figure, count(*) AS violations,
      (array_agg(format('%s: %s %s of %s', problem, kind, id, user_id)))[:5] AS examples
    FROM history_differences`,
};

/** What the books owe to gateways, reserves and people's histories. */
export const moneyInvariants: readonly Invariant[] = [payments, reserves, par, history];
