import type { Invariant } from './check.ts';

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

/** What the books owe to reserves and people's histories. */
export const moneyInvariants: readonly Invariant[] = [reserves, par, history];
