-- Payments that can be undone: signed now, good only after a time that is part of what was signed, and held until then.

ALTER TABLE chain_transactions
  -- EIP-3009's: no block whose time (in seconds since 1970) is not later takes it. NULL where there is nothing to wait for.
  ADD COLUMN valid_after bigint;

-- undo: calls an authorization off before it was carried out (EIP-3009 `cancelAuthorization`), for the movement that it was for.
ALTER TABLE chain_transactions DROP CONSTRAINT chain_transactions_purpose_check;
ALTER TABLE chain_transactions ADD CONSTRAINT chain_transactions_purpose_check CHECK (purpose IN ('issue', 'redeem', 'relay', 'undo', 'user', 'cancel'));
DROP INDEX chain_transactions_service_nonce_key;
CREATE UNIQUE INDEX chain_transactions_service_nonce_key ON chain_transactions (chain_id, epoch, sender, nonce) WHERE purpose IN ('issue', 'redeem', 'relay', 'undo');
CREATE INDEX movements_held_idx ON movements (user_id) WHERE state = 'held';
CREATE INDEX movements_undone_idx ON movements (user_id, updated_at) WHERE reason = 'UNDONE';

---- One history -------------------------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE VIEW history_chain_steps AS
SELECT t.movement_id, t.purpose, t.state, t.created_at, t.chain_id, t.epoch,
       coalesce(seen.tx_hash, t.hash) AS tx_hash,
       coalesce(seen.block_number, t.block_number) AS block_number,
       seen.tx_hash IS NOT NULL AS is_seen,
       coalesce(c.epoch > t.epoch OR seen.block_number <= c.finalized_number, false) AS is_final,
       CASE
         WHEN seen.tx_hash IS NOT NULL THEN to_timestamp(seen.block_timestamp)
         WHEN t.block_timestamp IS NOT NULL THEN to_timestamp(t.block_timestamp)
         WHEN t.state IN ('failed', 'replaced', 'dropped') THEN t.updated_at
         -- What is held says when it will be done.
         WHEN t.state = 'requested' AND t.valid_after IS NOT NULL THEN to_timestamp(t.valid_after)
         ELSE t.created_at
       END AS reached_at,
       CASE
         WHEN seen.block_number <= c.finalized_number OR (seen.tx_hash IS NOT NULL AND c.epoch > t.epoch) OR t.state = 'final' THEN 'completed'
         WHEN seen.tx_hash IS NOT NULL THEN 'pending'
         WHEN t.state = 'failed' THEN 'failed'
         WHEN t.state IN ('replaced', 'dropped') THEN 'dropped'
         WHEN t.state IN ('requested', 'signed') THEN 'waiting'
         ELSE 'pending'
       END AS status
FROM chain_transactions t
LEFT JOIN chains c ON c.chain_id = t.chain_id
LEFT JOIN LATERAL (
  SELECT x.tx_hash, x.block_number, x.block_timestamp
  FROM (SELECT t.hash UNION ALL SELECT a.hash FROM chain_transaction_attempts a WHERE a.transaction_id = t.id) AS h (hash)
  JOIN history_chain_marks x ON x.tx_hash = h.hash AND x.chain_id = t.chain_id AND x.epoch = t.epoch
  ORDER BY x.block_number, x.tx_hash
  LIMIT 1
) AS seen ON true
WHERE t.movement_id IS NOT NULL
UNION ALL
SELECT m.id, CASE e.name WHEN 'Issued' THEN 'issue' ELSE 'redeem' END, 'mined', to_timestamp(e.block_timestamp), e.chain_id, e.epoch,
       e.tx_hash, e.block_number, true,
       coalesce(c.epoch > e.epoch OR e.block_number <= c.finalized_number, false),
       to_timestamp(e.block_timestamp),
       CASE WHEN coalesce(c.epoch > e.epoch OR e.block_number <= c.finalized_number, false) THEN 'completed' ELSE 'pending' END
FROM movements m
JOIN chain_events e ON e.reference = m.reference AND e.chain_id = m.chain_id
LEFT JOIN chains c ON c.chain_id = e.chain_id
WHERE ((e.name = 'Issued' AND m.kind IN ('top_up', 'conversion')) OR (e.name = 'Redeemed' AND m.kind = 'conversion' AND m.address = e.address))
  AND NOT EXISTS (
    SELECT FROM chain_transactions t
    WHERE t.movement_id = m.id AND t.chain_id = e.chain_id AND t.epoch = e.epoch
      AND (t.hash = e.tx_hash OR EXISTS (SELECT FROM chain_transaction_attempts a WHERE a.transaction_id = t.id AND a.hash = e.tx_hash))
  );

CREATE OR REPLACE VIEW history_of_movements AS
SELECT history_id(p.user_id, m.id::text) AS id,
       p.user_id, m.id AS movement_id, step.chain_id, step.epoch, step.tx_hash,
       CASE WHEN m.is_sale THEN 'payment' WHEN m.kind = 'token_send' THEN 'token_transfer' ELSE m.kind END AS kind,
       CASE
         -- Whose sale it is gets the money, whoever looks on from the other side has paid it.
         WHEN m.is_sale THEN CASE WHEN p.is_owner THEN 'in' ELSE 'out' END
         WHEN NOT p.is_owner OR m.kind = 'top_up' THEN 'in'
         WHEN m.kind = 'conversion' OR m.is_to_self THEN 'self'
         ELSE 'out'
       END AS direction,
       CASE
         WHEN p.is_owner OR step.is_seen IS NOT TRUE THEN history_status(m.kind, m.state, m.awaits_tokens)
         ELSE step.status
       END AS status,
       CASE
         WHEN p.is_owner OR step.is_seen IS NOT TRUE THEN m.state
         WHEN step.is_final THEN 'final'
         ELSE 'mined'
       END AS stage,
       CASE
         WHEN m.is_sale AND NOT p.is_owner THEN CASE WHEN m.state = 'credited' THEN 'counterparty' ELSE history_holder(m.kind, m.state, false, false) END
         WHEN NOT p.is_owner THEN CASE WHEN step.is_seen AND NOT step.is_final THEN 'chain' ELSE 'you' END
         WHEN m.is_to_self AND m.state = 'final' THEN 'you'
         ELSE history_holder(m.kind, m.state, m.awaits_tokens, coalesce(step.is_seen OR step.state IN ('broadcast', 'mined', 'final'), false))
       END AS holder,
       m.asset, m.amount,
       -- A top-up whose tokens could not be issued became cash instead.
       CASE WHEN m.state <> 'credited' OR m.awaits_tokens THEN m.counter_asset END AS counter_asset,
       CASE WHEN m.state <> 'credited' OR m.awaits_tokens THEN m.counter_amount END AS counter_amount,
       CASE WHEN p.is_owner AND m.fee_amount > 0 THEN m.fee_asset END AS fee_asset,
       CASE WHEN p.is_owner AND m.fee_amount > 0 THEN m.fee_amount END AS fee_amount,
       CASE
         WHEN p.other_id IS NOT NULL THEN 'person'
         WHEN m.gateway IS NOT NULL THEN 'gateway'
         WHEN m.kind <> 'conversion' AND m.kind <> 'top_up' AND m.to_address IS NOT NULL THEN 'address'
       END AS counterparty_kind,
       p.other_id AS counterparty_id,
       CASE
         WHEN p.other_id IS NOT NULL THEN NULL
         WHEN m.gateway IS NOT NULL THEN m.gateway
         WHEN m.kind <> 'conversion' AND m.kind <> 'top_up' THEN m.to_address
       END AS counterparty_value,
       coalesce(m.note, m.description) AS note, m.reason, m.payment_request_id,
       coalesce(l.legs, '[]'::jsonb) AS legs,
       m.created_at AS occurred_at, greatest(m.updated_at, l.changed_at) AS updated_at
FROM (
  SELECT *,
         -- Cash that is about to become tokens; a reason says that it will not.
         kind = 'top_up' AND counter_asset IS NOT NULL AND reason IS NULL AS awaits_tokens,
         -- Somebody pays a request through a gateway: a top-up of the one who asked.
         kind = 'top_up' AND payment_request_id IS NOT NULL AS is_sale,
         CASE WHEN kind IN ('token_send', 'payment') AND to_address IS NOT NULL THEN EXISTS (
           -- A link that came later changes no earlier entry.
           SELECT FROM addresses a WHERE a.address = movements.to_address AND a.user_id = movements.user_id AND a.linked_at <= movements.created_at
         ) ELSE false END AS is_to_self,
         CASE WHEN payment_request_id IS NOT NULL THEN (SELECT r.description FROM payment_requests r WHERE r.id = movements.payment_request_id) END AS description
  FROM movements
  WHERE NOT (kind IN ('cash_transfer', 'payment', 'refund') AND state = 'posted' AND counterparty_id IS NOT NULL)
) AS m
LEFT JOIN LATERAL (
  -- What calls the payment off is a step beside it.
  SELECT s.* FROM history_chain_steps s WHERE s.movement_id = m.id AND s.purpose NOT IN ('undo', 'cancel') ORDER BY s.is_seen DESC, s.created_at DESC, s.tx_hash LIMIT 1
) AS step ON true
CROSS JOIN LATERAL (
  SELECT m.user_id, true AS is_owner, m.counterparty_id AS other_id
  -- A page on which somebody may pay is nobody's event yet.
  WHERE NOT (m.is_sale AND m.state IN ('created', 'paying', 'expired', 'failed'))
  UNION ALL
  SELECT m.counterparty_id, false, m.user_id
  WHERE m.counterparty_id <> m.user_id AND ((m.kind IN ('token_send', 'payment', 'refund') AND step.is_seen) OR (m.is_sale AND m.state IN ('paid', 'credited', 'review')))
) AS p
LEFT JOIN LATERAL (
  SELECT jsonb_agg(leg ORDER BY began_at, rank, sequence, key) AS legs, max(changed_at) AS changed_at
  FROM (
    SELECT g.created_at AS began_at, 1 AS rank, 0 AS sequence, g.order_number AS key,
           CASE WHEN g.state IN ('created', 'open') THEN g.created_at ELSE g.updated_at END AS changed_at,
           history_leg(
             'gateway', CASE g.direction WHEN 'payment' THEN 'order' WHEN 'refund' THEN 'refund' ELSE 'payout' END,
             -- What was paid otherwise than ordered has not fulfilled the order.
             CASE g.state WHEN 'created' THEN 'waiting' WHEN 'open' THEN 'pending' WHEN 'succeeded' THEN 'completed' WHEN 'expired' THEN 'dropped' ELSE 'failed' END,
             g.asset, g.amount, g.order_number, g.gateway, NULL, NULL,
             CASE WHEN g.state IN ('created', 'open') THEN g.created_at ELSE g.updated_at END
           ) AS leg
    FROM gateway_attempts g
    WHERE g.movement_id = m.id AND (p.is_owner OR m.is_sale)
    UNION ALL
    SELECT x.began_at, 2, x.sequence, '', x.changed_at, x.leg FROM history_ledger_legs x WHERE x.movement_id = m.id AND x.user_id = p.user_id
    UNION ALL
    SELECT s.created_at, 3, f.rank, coalesce(s.tx_hash, ''), NULL,
           history_leg('chain', f.kind, s.status, f.asset, f.amount, s.tx_hash, NULL, s.chain_id, s.block_number, s.reached_at)
    FROM history_chain_steps s
    CROSS JOIN LATERAL (
      SELECT 0 AS rank, CASE WHEN s.purpose IN ('issue', 'redeem', 'undo', 'cancel') THEN s.purpose ELSE 'transfer' END AS kind,
             CASE s.purpose WHEN 'issue' THEN m.counter_asset ELSE m.asset END AS asset,
             CASE s.purpose WHEN 'issue' THEN m.counter_amount ELSE m.amount END AS amount
      UNION ALL
      SELECT 1, 'fee', m.fee_asset, m.fee_amount
      WHERE p.is_owner AND m.fee_amount > 0 AND m.fee_asset LIKE 'eip155:%' AND s.purpose IN ('relay', 'user')
    ) AS f
    WHERE s.movement_id = m.id AND (p.is_owner OR s.is_seen)
  ) AS every_leg
) AS l ON true;
