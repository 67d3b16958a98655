import type { Invariant } from './check.ts';

const reserves: Invariant = {
  name: 'movements.reserves',
  title: 'Money is set aside for a movement exactly while it is under way: nothing stays pending behind its end',
  sql: `
    WITH open AS (
      SELECT movement_id, count(*) AS n FROM ledger_transfers p
      WHERE phase = 'pending' AND movement_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_transfers e WHERE e.pending_id = p.id)
      GROUP BY movement_id
    ), judged AS (
      SELECT coalesce(m.id, o.movement_id) AS id, m.kind, m.state, coalesce(o.n, 0) AS n,
        -- An issue sets both sides aside, a withdrawal or a refund at a gateway one.
        CASE WHEN m.state = 'issuing' THEN 2 WHEN m.state = 'in_review' THEN 1 WHEN m.kind IN ('withdrawal', 'refund') AND m.state IN ('reserved', 'sent') THEN 1 ELSE 0 END AS expected
      FROM movements m FULL JOIN open o ON o.movement_id = m.id
    )
    SELECT format('%s of %s movements hold something', count(*) FILTER (WHERE n > 0), count(*)) AS figure,
      count(*) FILTER (WHERE n <> expected) AS violations,
      (array_agg(format('%s %s (%s): %s pending, %s expected', coalesce(kind, 'no movement'), id, coalesce(state, '-'), n, expected) ORDER BY id) FILTER (WHERE n <> expected))[:5] AS examples
    FROM judged`,
};

const transfers: Invariant = {
  name: 'movements.transfers',
  title: 'Each movement’s transfers are what its state says: all of its money once it is there, none before',
  sql: `
    WITH moved AS (
      SELECT t.movement_id,
        sum(t.amount) FILTER (WHERE (d.name LIKE 'gateway:%:receivable' OR d.name = 'suspense') AND c.name LIKE 'user:%:cash') AS paid_in,
        sum(t.amount) FILTER (WHERE d.name LIKE 'user:%:cash' AND c.name LIKE 'gateway:%:receivable') AS paid_out,
        sum(t.amount) FILTER (WHERE d.name = 'par:' || t.asset) AS issued,
        sum(t.amount) FILTER (WHERE d.name = 'issued:' || t.asset) AS redeemed,
        sum(t.amount) FILTER (WHERE d.name LIKE 'user:%:cash' AND c.name LIKE 'user:%:cash') AS sent
      FROM ledger_transfers t JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
      WHERE t.phase IN ('posted', 'post') AND t.movement_id IS NOT NULL GROUP BY t.movement_id
    ), judged AS (
      SELECT m.id, m.kind, m.state,
        ROW (coalesce(t.paid_in, 0), coalesce(t.paid_out, 0), coalesce(t.issued, 0), coalesce(t.redeemed, 0), coalesce(t.sent, 0))::text AS actual,
        ROW (
          CASE WHEN m.kind = 'top_up' AND m.state IN ('credited', 'issuing', 'issued') THEN m.amount
            -- The tokens were redeemed to suspense, and the cash came from there.
            WHEN m.state = 'redeemed' AND m.reason = 'SUSPENSE_CREDITED' THEN m.counter_amount ELSE 0 END,
          CASE WHEN m.kind IN ('withdrawal', 'refund') AND m.state = 'settled' THEN m.amount ELSE 0 END,
          CASE WHEN m.state = 'issued' THEN m.counter_amount ELSE 0 END,
          CASE WHEN m.state = 'redeemed' AND m.reason IS DISTINCT FROM 'SUSPENSE_CREDITED' THEN m.amount ELSE 0 END,
          CASE WHEN m.kind IN ('cash_transfer', 'payment', 'refund') AND m.state = 'posted' THEN m.amount ELSE 0 END
        )::text AS expected
      FROM movements m LEFT JOIN moved t ON t.movement_id = m.id
    )
    SELECT format('%s movements', count(*)) AS figure, count(*) FILTER (WHERE actual <> expected) AS violations,
      (array_agg(format('%s %s (%s): moved %s, expected %s (in, out, issued, redeemed, sent)', kind, id, state, actual, expected) ORDER BY id) FILTER (WHERE actual <> expected))[:5] AS examples
    FROM judged`,
};

const answers: Invariant = {
  name: 'answers.movements',
  title: 'Each stored answer that names a movement names one that is there, of that kind',
  sql: `
    WITH named AS (
      SELECT k.scope, k.key, k.body FROM idempotency_keys k WHERE k.status < 300 AND jsonb_typeof(k.body) = 'object' AND k.body ? 'historyId' AND k.body ? 'id'
    ), odd AS (
      SELECT n.key FROM named n LEFT JOIN movements m ON m.id::text = n.body->>'id'
      WHERE m.id IS NULL OR coalesce(n.body->>'kind', m.kind) <> m.kind
    )
    SELECT format('%s answers, %s of them name a movement', (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM named)) AS figure,
      count(*) AS violations, (array_agg(key ORDER BY key))[:5] AS examples
    FROM odd`,
};

// The queue gives up after 25 attempts in about three days; what it gave up needs a person. A job that another of its key has
// replaced while it ran has lost its key and its further attempts to that one, and is none of these.
const jobs: Invariant = {
  name: 'jobs.given_up',
  title: 'No job was given up after its last attempt',
  sql: `
    SELECT format('%s jobs', count(*)) AS figure, count(*) FILTER (WHERE is_over) AS violations,
      (array_agg(format('%s %s after %s attempts', task_identifier, key, attempts) ORDER BY id) FILTER (WHERE is_over))[:5] AS examples
    FROM (SELECT *, attempts >= max_attempts AND locked_at IS NULL AND key IS NOT NULL AS is_over FROM graphile_worker.jobs) AS judged`,
};

/** What binds what people did to the books, and to the work that finishes it. */
export const movementInvariants: readonly Invariant[] = [reserves, transfers, answers, jobs];
