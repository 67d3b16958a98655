import type { Invariant } from './check.ts';

const items: Invariant = {
  name: 'suspense.items',
  title: 'Each transfer into suspense has its item, and each resolved item is exactly one transfer out of it',
  sql: `
    WITH accounts AS (
      SELECT id FROM ledger_accounts WHERE name = 'suspense'
    ), booked AS (
      SELECT CASE WHEN t.kind IN ('suspense_credit', 'issue_matched') THEN 'out' ELSE 'in' END AS way, t.id, t.asset, t.amount,
        CASE WHEN t.kind IN ('suspense_credit', 'issue_matched') THEN t.movement_id END AS movement_id
      FROM ledger_transfers t WHERE t.debit_account_id IN (SELECT id FROM accounts) OR t.credit_account_id IN (SELECT id FROM accounts)
    ), expected AS (
      SELECT 'in' AS way, id, asset, amount, NULL::uuid AS movement_id FROM suspense_items
      UNION ALL
      -- The id follows from the item, or from the issue that it turned out to be, so that nothing leaves suspense twice
      -- (backend/src/staff/books.ts, backend/src/conversions/issue.ts).
      SELECT 'out', CASE action WHEN 'match' THEN business_id(ARRAY['transfer', resolved_movement_id::text, 'issue_matched'])
          ELSE business_id(ARRAY['transfer', 'suspense', id::text, 'resolved']) END, asset, amount, resolved_movement_id
      FROM suspense_items WHERE state = 'resolved'
    ), odd AS (
      (SELECT 'not booked' AS problem, * FROM expected EXCEPT ALL SELECT 'not booked', * FROM booked)
      UNION ALL
      (SELECT 'without an item', * FROM booked EXCEPT ALL SELECT 'without an item', * FROM expected)
    )
    SELECT (SELECT format('%s open, %s resolved', count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'resolved')) FROM suspense_items) AS figure,
      count(*) AS violations, (array_agg(format('%s: %s %s of %s, transfer %s', problem, way, amount, asset, id)))[:5] AS examples
    FROM odd`,
};

/** What binds suspense to the people who find whose it is. */
export const suspenseInvariants: readonly Invariant[] = [items];
