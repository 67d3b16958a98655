import type { Invariant } from './check.ts';

const balanced: Invariant = {
  name: 'ledger.balanced',
  title: 'Every asset: the sum of debits is the sum of credits, posted and pending',
  sql: `
    WITH sums AS (
      SELECT asset, sum(debits_posted) AS debits_posted, sum(credits_posted) AS credits_posted,
        sum(debits_pending) AS debits_pending, sum(credits_pending) AS credits_pending
      FROM ledger_accounts GROUP BY asset
    ), judged AS (
      SELECT *, debits_posted <> credits_posted OR debits_pending <> credits_pending AS is_odd FROM sums
    )
    SELECT coalesce(string_agg(format('%s: %s posted, %s pending', asset, debits_posted, debits_pending), '; ' ORDER BY asset), 'no accounts') AS figure,
      count(*) FILTER (WHERE is_odd) AS violations,
      array_agg(format('%s: debits %s + %s, credits %s + %s', asset, debits_posted, debits_pending, credits_posted, credits_pending)) FILTER (WHERE is_odd) AS examples
    FROM judged`,
};

const balances: Invariant = {
  name: 'ledger.balances',
  title: 'Each account’s balances are the sums of its transfers',
  sql: `
    WITH sides AS (
      SELECT debit_account_id AS account, phase, amount, true AS is_debit FROM ledger_transfers
      UNION ALL
      SELECT credit_account_id, phase, amount, false FROM ledger_transfers
    ), sums AS (
      SELECT account,
        coalesce(sum(amount) FILTER (WHERE is_debit AND phase IN ('posted', 'post')), 0) AS debits_posted,
        coalesce(sum(amount) FILTER (WHERE NOT is_debit AND phase IN ('posted', 'post')), 0) AS credits_posted,
        coalesce(sum(CASE WHEN phase = 'pending' THEN amount ELSE -amount END) FILTER (WHERE is_debit AND phase <> 'posted'), 0) AS debits_pending,
        coalesce(sum(CASE WHEN phase = 'pending' THEN amount ELSE -amount END) FILTER (WHERE NOT is_debit AND phase <> 'posted'), 0) AS credits_pending
      FROM sides GROUP BY account
    ), odd AS (
      SELECT coalesce(a.name, s.account::text) AS name
      FROM ledger_accounts a FULL JOIN sums s ON s.account = a.id
      WHERE a.id IS NULL
        OR (a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending)
          <> (coalesce(s.debits_posted, 0), coalesce(s.credits_posted, 0), coalesce(s.debits_pending, 0), coalesce(s.credits_pending, 0))
    )
    SELECT format('%s accounts, %s transfers', (SELECT count(*) FROM ledger_accounts), (SELECT count(*) FROM ledger_transfers)) AS figure,
      count(*) AS violations, (array_agg(name ORDER BY name))[:5] AS examples
    FROM odd`,
};

const floors: Invariant = {
  name: 'ledger.floors',
  title: 'No account is below its floor, pending amounts included',
  sql: `
    SELECT format('%s accounts with a floor', count(*) FILTER (WHERE debits_must_not_exceed_credits OR credits_must_not_exceed_debits)) AS figure,
      count(*) FILTER (WHERE is_below) AS violations, (array_agg(name ORDER BY name) FILTER (WHERE is_below))[:5] AS examples
    FROM (
      SELECT *, (debits_must_not_exceed_credits AND debits_posted + debits_pending > credits_posted)
        OR (credits_must_not_exceed_debits AND credits_posted + credits_pending > debits_posted)
        OR least(debits_posted, debits_pending, credits_posted, credits_pending) < 0 AS is_below
      FROM ledger_accounts
    ) AS judged`,
};

const pendings: Invariant = {
  name: 'ledger.pendings',
  title: 'Each pending transfer is ended at most once, by its own content, and none is past its time',
  sql: `
    WITH odd AS (
      SELECT e.id FROM ledger_transfers e LEFT JOIN ledger_transfers p ON p.id = e.pending_id AND p.phase = 'pending'
      WHERE e.phase IN ('post', 'void')
        AND (p.id IS NULL OR (p.debit_account_id, p.credit_account_id, p.asset, p.amount) <> (e.debit_account_id, e.credit_account_id, e.asset, e.amount))
      UNION ALL
      SELECT pending_id FROM ledger_transfers WHERE pending_id IS NOT NULL GROUP BY pending_id HAVING count(*) > 1
      UNION ALL
      -- A sweep voids what is past its time; an hour is long enough for it to have come by.
      SELECT p.id FROM ledger_transfers p
      WHERE p.phase = 'pending' AND p.timeout_at < now() - interval '1 hour' AND NOT EXISTS (SELECT FROM ledger_transfers e WHERE e.pending_id = p.id)
    )
    SELECT (
        SELECT format('%s pending transfers, %s of them open', count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM ledger_transfers e WHERE e.pending_id = p.id)))
        FROM ledger_transfers p WHERE phase = 'pending'
      ) AS figure, count(*) AS violations, (array_agg(id::text ORDER BY id))[:5] AS examples
    FROM odd`,
};

const content: Invariant = {
  name: 'ledger.content',
  title: 'Each transfer has the content that it was written with, and joins two accounts of its asset',
  sql: `
    WITH odd AS (
      SELECT t.id FROM ledger_transfers t
      LEFT JOIN ledger_accounts d ON d.id = t.debit_account_id
      LEFT JOIN ledger_accounts c ON c.id = t.credit_account_id
      WHERE d.asset IS DISTINCT FROM t.asset OR c.asset IS DISTINCT FROM t.asset
        OR t.request_hash <> ledger_transfer_hash(t.phase, t.debit_account_id, t.credit_account_id, t.asset, t.amount, t.pending_id, t.timeout_at, t.movement_id, t.kind)
    )
    SELECT format('%s transfers', (SELECT count(*) FROM ledger_transfers)) AS figure, count(*) AS violations, (array_agg(id::text ORDER BY id))[:5] AS examples
    FROM odd`,
};

/** What double entry itself demands. */
export const ledgerInvariants: readonly Invariant[] = [balanced, balances, floors, pendings, content];
