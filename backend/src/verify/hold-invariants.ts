import type { Invariant } from './check.ts';

const money: Invariant = {
  name: 'holds.money',
  title:
    'Each movement that waits for staff has exactly its money set aside and nothing else has moved for it; one that was decided has none',
  sql: `
    WITH moved AS (
      SELECT t.movement_id,
        count(*) FILTER (WHERE t.kind = 'hold' AND e.id IS NULL) AS waiting,
        sum(t.amount) FILTER (WHERE t.kind = 'hold' AND e.id IS NULL) AS waiting_amount,
        count(*) FILTER (WHERE t.kind = 'hold' AND e.phase = 'post') AS paid,
        count(*) FILTER (WHERE e.kind = 'hold_release') AS released,
        count(*) FILTER (WHERE e.kind = 'hold_return') AS given_back,
        count(*) FILTER (WHERE t.kind <> 'hold') AS others
      FROM ledger_transfers t LEFT JOIN ledger_transfers e ON e.pending_id = t.id
      WHERE t.phase IN ('posted', 'pending') AND t.movement_id IS NOT NULL
        AND (t.kind = 'hold' OR t.movement_id IN (SELECT id FROM holds))
      GROUP BY t.movement_id
    ), judged AS (
      SELECT coalesce(h.id, t.movement_id) AS id, h.state, m.state AS movement_state,
        coalesce(t.paid, 0) > 0 OR CASE
          WHEN h.id IS NULL THEN true
          WHEN (m.user_id, m.asset, m.amount) IS DISTINCT FROM (h.user_id, h.asset, h.amount) THEN true
          WHEN h.state = 'open' THEN m.state IS DISTINCT FROM 'in_review' OR t.waiting IS DISTINCT FROM 1 OR t.waiting_amount <> h.amount OR t.others > 0 OR t.released + t.given_back > 0
          WHEN h.state = 'released' THEN m.state = 'in_review' OR t.waiting > 0 OR t.released IS DISTINCT FROM 1 OR t.others = 0
          ELSE m.state IS DISTINCT FROM 'returned' OR t.waiting > 0 OR t.given_back IS DISTINCT FROM 1 OR t.others > 0
        END AS is_odd
      FROM holds h FULL JOIN moved t ON t.movement_id = h.id LEFT JOIN movements m ON m.id = coalesce(h.id, t.movement_id)
      UNION ALL
      SELECT m.id, NULL, m.state, true FROM movements m WHERE m.state = 'in_review' AND NOT EXISTS (SELECT FROM holds h WHERE h.id = m.id)
    )
    SELECT format('%s open of %s', count(*) FILTER (WHERE state = 'open'), count(*)) AS figure, count(*) FILTER (WHERE is_odd) AS violations,
      (array_agg(format('movement %s (%s): its hold is %s', id, coalesce(movement_state, 'not there'), coalesce(state, 'not there')) ORDER BY id) FILTER (WHERE is_odd))[:5] AS examples
    FROM judged`,
};

const decisions: Invariant = {
  name: 'monitoring.decisions',
  title: 'What was stopped has not happened, and what was to wait has waited',
  sql: `
    WITH judged AS (
      SELECT d.movement_id, d.outcome,
        CASE d.outcome
          WHEN 'review' THEN h.id IS NULL
          WHEN 'allow' THEN h.id IS NOT NULL
          ELSE m.id IS NOT NULL AND NOT EXISTS (SELECT FROM monitoring_decisions o WHERE o.movement_id = d.movement_id AND o.outcome <> 'block')
        END AS is_odd
      FROM monitoring_decisions d LEFT JOIN movements m ON m.id = d.movement_id LEFT JOIN holds h ON h.id = d.movement_id
    )
    SELECT format('%s allowed, %s held, %s stopped', count(*) FILTER (WHERE outcome = 'allow'), count(*) FILTER (WHERE outcome = 'review'), count(*) FILTER (WHERE outcome = 'block')) AS figure,
      count(*) FILTER (WHERE is_odd) AS violations,
      (array_agg(format('movement %s: %s', movement_id, outcome) ORDER BY movement_id) FILTER (WHERE is_odd))[:5] AS examples
    FROM judged`,
};

/** What waits for staff, and what monitoring decided. */
export const holdInvariants: readonly Invariant[] = [money, decisions];
