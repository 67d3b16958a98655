import type { Invariant } from './check.ts';

// As backend/src/payment-requests/decide.ts decides, except for what depends on the clock: whose time is over may not have been written yet.
const requests: Invariant = {
  name: 'payments.requests',
  title: 'Each payment request has come to what its payments say: sums, state and what the money differs in',
  sql: `
    WITH asked AS (
      SELECT *, coalesce(div(token_amount, amount), 1) AS scale, least(expires_at, cancelled_at) AS ended_at FROM payment_requests
    ), counted AS (
      SELECT r.id, CASE p.asset WHEN r.asset THEN r.scale ELSE 1 END * p.amount AS value, CASE p.asset WHEN r.asset THEN r.scale ELSE 1 END * p.refunded AS back,
        r.ended_at IS NULL OR p.paid_at < r.ended_at AS in_time, p.state = 'final' OR (p.state = 'mined' AND r.settle_at = 'mined') AS is_there
      FROM asked r JOIN payments p ON p.request_id = r.id AND p.state <> 'failed' AND p.asset IN (r.asset, r.token_asset)
    ), sums AS (
      SELECT id, coalesce(sum(value) FILTER (WHERE is_there), 0) AS received, coalesce(sum(value) FILTER (WHERE is_there AND in_time), 0) AS received_in_time,
        coalesce(sum(value) FILTER (WHERE NOT is_there), 0) AS coming, sum(value) FILTER (WHERE in_time) AS in_time, sum(back) AS refunded
      FROM counted GROUP BY id
    ), due AS (
      SELECT r.*, r.amount * r.scale AS price, r.amount * r.scale - div(r.amount * r.scale * r.tolerance, 10000) AS least,
        coalesce(s.received, 0) AS came, coalesce(s.received_in_time, 0) AS came_in_time, coalesce(s.coming, 0) AS comes, coalesce(s.in_time, 0) AS in_time,
        coalesce(s.refunded, 0) AS back,
        CASE WHEN s.received > s.received_in_time THEN 'late' WHEN s.received > 0 THEN 'partial' ELSE 'none' END AS odd
      FROM asked r LEFT JOIN sums s USING (id)
    ), judged AS (
      SELECT id,
        format('%s %s %s, received %s, coming %s, refunded %s, missing %s', state, exception, coalesce(reason, '-'), received, coming, refunded, missing) AS stored,
        format(', received %s, coming %s, refunded %s, missing %s', div(came, scale), div(comes, scale), div(back, scale), greatest(price - in_time, 0)) AS expected,
        CASE
          WHEN came_in_time >= least THEN ARRAY['settled ' || CASE WHEN came - price >= scale THEN 'over' ELSE 'none' END || ' -']
          WHEN accepted_at IS NOT NULL AND came > 0 THEN ARRAY['settled ' || odd || ' -']
          WHEN cancelled_at IS NOT NULL THEN ARRAY['invalid ' || odd || ' CANCELLED']
          WHEN in_time >= least THEN ARRAY['processing none -', CASE WHEN monitored_until IS NOT NULL THEN 'invalid ' || odd || ' UNCONFIRMED' END]
          ELSE ARRAY['new ' || CASE WHEN came + comes > 0 THEN 'partial' ELSE 'none' END || ' -', CASE WHEN expires_at IS NOT NULL THEN 'expired ' || odd || ' -' END]
        END AS outcomes
      FROM due
    ), odd AS (
      SELECT id, stored, outcomes[1] || expected AS expected FROM judged
      WHERE NOT EXISTS (SELECT FROM unnest(outcomes) AS outcome WHERE outcome || judged.expected = stored)
    )
    SELECT format('%s requests, %s payments', (SELECT count(*) FROM payment_requests), (SELECT count(*) FROM payments)) AS figure, count(*) AS violations,
      (array_agg(format('request %s is %s; must be %s', id, stored, expected) ORDER BY id))[:5] AS examples
    FROM odd`,
};

const booked: Invariant = {
  name: 'payments.booked',
  title:
    'Each payment from cash or through a gateway is one movement that brought its amount to the payee, and the reverse',
  sql: `
    WITH paid AS (
      SELECT p.rail, p.movement_id, p.request_id, p.asset, p.amount, CASE p.rail WHEN 'cash' THEN p.payer_id END AS payer_id, r.payee_id
      FROM payments p JOIN payment_requests r ON r.id = p.request_id WHERE p.rail IN ('cash', 'gateway') AND p.state = 'final'
    ), moved AS (
      SELECT 'cash' AS rail, id, payment_request_id, asset, amount, user_id AS payer_id, counterparty_id AS payee_id FROM movements
      WHERE kind = 'payment' AND state = 'posted'
      UNION ALL
      -- What a person found to be the payee's after all was not what the request asked for.
      SELECT 'gateway', id, payment_request_id, asset, amount, NULL, user_id FROM movements
      WHERE kind = 'top_up' AND payment_request_id IS NOT NULL AND state = 'credited' AND reason IS DISTINCT FROM 'SUSPENSE_CREDITED'
    ), odd AS (
      (SELECT 'without a movement' AS problem, * FROM paid EXCEPT ALL SELECT 'without a movement', * FROM moved)
      UNION ALL
      (SELECT 'not counted' AS problem, * FROM moved EXCEPT ALL SELECT 'not counted', * FROM paid)
    )
    SELECT (SELECT format('%s from cash, %s through gateways', count(*) FILTER (WHERE rail = 'cash'), count(*) FILTER (WHERE rail = 'gateway')) FROM paid) AS figure,
      count(*) AS violations,
      (array_agg(format('%s: %s %s by %s for request %s, movement %s', problem, amount, asset, rail, request_id, movement_id)))[:5] AS examples
    FROM odd`,
};

const onChain: Invariant = {
  name: 'payments.on_chain',
  title:
    'Each final payment in tokens is one final event under its request’s reference, and each such event is one, up to where they were followed',
  sql: `
    WITH shown AS (
      SELECT e.chain_id, e.epoch, e.tx_hash, r.id AS request_id, format('eip155:%s/erc20:%s', e.chain_id, e.token) AS asset, e.address AS payer, e.amount,
        count(*) AS n, count(*) FILTER (WHERE e.block_number <= c.block_number) AS due
      FROM chain_events e JOIN payment_requests r ON r.reference = e.reference AND r.address = e.to_address
        JOIN chains k ON k.chain_id = e.chain_id AND (k.epoch > e.epoch OR e.block_number <= k.finalized_number)
        LEFT JOIN chain_cursors c ON c.consumer = 'payments' AND c.chain_id = e.chain_id AND c.epoch = e.epoch
      WHERE e.name IN ('Paid', 'Relayed') GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), paid AS (
      SELECT chain_id, epoch, tx_hash, request_id, asset, payer_address AS payer, amount, count(*) AS n
      FROM payments WHERE rail = 'token' AND state = 'final' GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), odd AS (
      SELECT request_id, tx_hash, payer, asset, amount, coalesce(s.n, 0) AS events, coalesce(p.n, 0) AS payments
      FROM shown s FULL JOIN paid p USING (chain_id, epoch, tx_hash, request_id, asset, payer, amount)
      WHERE coalesce(p.n, 0) NOT BETWEEN coalesce(s.due, 0) AND coalesce(s.n, 0)
    )
    SELECT format('%s events, %s payments', (SELECT coalesce(sum(n), 0) FROM shown), (SELECT coalesce(sum(n), 0) FROM paid)) AS figure, count(*) AS violations,
      (array_agg(format('request %s: %s events and %s payments of %s %s by %s in %s', request_id, events, payments, amount, asset, payer, tx_hash)))[:5] AS examples
    FROM odd`,
};

// A refund in tokens ends with its transaction, and what that means for the payment is told a moment later (backend/src/chain/follow-up.ts).
const refunds: Invariant = {
  name: 'payments.refunds',
  title:
    'What of a payment goes back, and has gone back, are its refunds under way and done, together no more than it brought',
  sql: `
    WITH given AS (
      SELECT m.payment_id, m.payment_request_id, m.asset, bool_or(t.id IS NOT NULL AND t.handled_at IS NULL) AS is_moving,
        coalesce(sum(m.amount) FILTER (WHERE m.state IN ('posted', 'settled', 'final')), 0) AS done,
        coalesce(sum(m.amount) FILTER (WHERE m.state IN ('reserved', 'sent', 'submitted', 'mined')), 0) AS under_way
      FROM movements m LEFT JOIN chain_transactions t ON t.movement_id = m.id AND t.state IN ('final', 'failed', 'replaced', 'dropped')
      WHERE m.kind = 'refund' GROUP BY 1, 2, 3
    ), judged AS (
      SELECT coalesce(p.id, g.payment_id) AS id, p.refunding, p.refunded, coalesce(g.under_way, 0) AS under_way, coalesce(g.done, 0) AS done,
        p.id IS NULL OR p.refunding + p.refunded > p.amount
          OR (g.is_moving IS NOT TRUE AND (p.refunding, p.refunded) <> (coalesce(g.under_way, 0), coalesce(g.done, 0))) AS is_odd
      FROM payments p FULL JOIN given g ON (g.payment_id, g.payment_request_id, g.asset) = (p.id, p.request_id, p.asset)
    )
    SELECT format('%s payments, %s of them given back in part or whole', count(*), count(*) FILTER (WHERE done > 0)) AS figure,
      count(*) FILTER (WHERE is_odd) AS violations,
      (array_agg(format('payment %s: %s on the way and %s back, its refunds say %s and %s', id, coalesce(refunding, 0), coalesce(refunded, 0), under_way, done) ORDER BY id)
        FILTER (WHERE is_odd))[:5] AS examples
    FROM judged`,
};

/** What binds payment requests to what was paid, and that to the books and the chains. */
export const paymentInvariants: readonly Invariant[] = [requests, booked, onChain, refunds];
