import type { Invariant } from './check.ts';

// The ids follow from the payout (backend/src/payouts/run-rule.ts): nothing is begun twice in its name, and nothing in another's.
const movements: Invariant = {
  name: 'payouts.movements',
  title: 'Each payout of a rule is exactly one movement of that money, begun in its name, and the reverse',
  sql: `
    WITH judged AS (
      SELECT p.id, p.amount, p.asset, p.movement_id,
        ROW (p.movement_id, p.user_id, p.asset, p.amount, CASE p.target WHEN 'bank' THEN 'withdrawal' ELSE 'conversion' END) IS DISTINCT FROM ROW (m.id, m.user_id, m.asset, m.amount, m.kind)
          OR p.movement_id <> business_id(ARRAY['movement', p.user_id::text, CASE p.target WHEN 'bank' THEN 'withdrawals' ELSE 'conversions' END, 'payout ' || p.id]) AS is_odd
      FROM payouts p LEFT JOIN movements m ON m.id = p.movement_id
    ), odd AS (
      SELECT format('payout %s of %s %s is not movement %s', id, amount, asset, movement_id) AS problem FROM judged WHERE is_odd
      UNION ALL
      SELECT format('movement %s was begun for %s, which is not there', k.body->>'id', k.key) FROM idempotency_keys k
      WHERE k.scope LIKE 'user:%:payouts' AND NOT EXISTS (SELECT FROM payouts p WHERE 'payout ' || p.id = k.key)
    )
    SELECT format('%s payouts', (SELECT count(*) FROM payouts)) AS figure, count(*) AS violations, (array_agg(problem))[:5] AS examples
    FROM odd`,
};

const ends: Invariant = {
  name: 'payouts.ends',
  title: 'A payout has ended as its movement has, within the hour, and no rule goes on to where money came back from',
  sql: `
    WITH judged AS (
      SELECT p.*, m.updated_at AS ended_at,
        CASE WHEN m.state IN ('settled', 'issued') THEN 'paid' WHEN m.state IN ('returned', 'failed') THEN 'returned' ELSE 'under_way' END AS expected
      FROM payouts p LEFT JOIN movements m ON m.id = p.movement_id
    ), odd AS (
      SELECT format('payout %s is %s, its movement is %s', id, state, expected) AS problem FROM judged
      WHERE state <> expected AND (state <> 'under_way' OR ended_at < now() - interval '1 hour')
      UNION ALL
      -- Its owner may have turned it on again: that changes the rule after the payout.
      SELECT format('rule %s is on after payout %s came back', r.id, p.id) FROM payouts p JOIN payout_rules r ON r.id = p.rule_id
      WHERE p.state = 'returned' AND r.state = 'on' AND r.target_id = p.target_id AND r.updated_at < p.updated_at
    )
    SELECT format('%s under way, %s paid, %s returned', count(*) FILTER (WHERE state = 'under_way'), count(*) FILTER (WHERE state = 'paid'), count(*) FILTER (WHERE state = 'returned')) AS figure,
      (SELECT count(*) FROM odd) AS violations, (SELECT (array_agg(problem))[:5] FROM odd) AS examples
    FROM payouts`,
};

/** What binds paying out by rule to the withdrawals and conversions that it is. */
export const payoutInvariants: readonly Invariant[] = [movements, ends];
