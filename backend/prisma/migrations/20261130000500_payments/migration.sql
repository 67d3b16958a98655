-- Payments as rows of their own, and requests with two axes of state: what became of the request, and in what the money differs from it
-- (docs/decisions/0014-what-was-paid-decides.md).

DROP TRIGGER payment_requests_told ON payment_requests;
DROP TRIGGER payment_requests_told_change ON payment_requests;
DROP FUNCTION webhook_tell_payment_request();
DROP FUNCTION webhook_payment_request(payment_requests);
DROP FUNCTION webhook_payment_request_type(text, text);
DROP INDEX payment_requests_expires_at_idx;

---- Requests ----------------------------------------------------------------------------------------------------------------------------------

ALTER TABLE payment_requests DROP CONSTRAINT payment_requests_state_check;
ALTER TABLE payment_requests RENAME COLUMN paid_at TO settled_at;
ALTER TABLE payment_requests
  ADD COLUMN exception            text NOT NULL DEFAULT 'none' CHECK (exception IN ('none', 'partial', 'over', 'late')),
  ADD COLUMN reason               text CHECK (reason IN ('CANCELLED', 'UNCONFIRMED')),
  -- Hundredths of a percent that may be missing.
  ADD COLUMN tolerance            integer NOT NULL DEFAULT 0 CHECK (tolerance BETWEEN 0 AND 1000),
  -- When a token payment counts: once it is in a block, which may still be replaced, or once that block is final.
  ADD COLUMN settle_at            text NOT NULL DEFAULT 'final' CHECK (settle_at IN ('mined', 'final')),
  -- Until when what came in time is waited for; later it is UNCONFIRMED. Another clock than the one until which one may pay.
  ADD COLUMN monitored_until      timestamptz,
  ADD COLUMN cancelled_at         timestamptz,
  -- The payee takes what came for enough, or in time.
  ADD COLUMN accepted_at          timestamptz,
  -- Of the request's own asset: what has come, what is on its way, and what was given back.
  ADD COLUMN received             numeric(78,0) NOT NULL DEFAULT 0 CHECK (received >= 0),
  ADD COLUMN coming               numeric(78,0) NOT NULL DEFAULT 0 CHECK (coming >= 0),
  ADD COLUMN refunded             numeric(78,0) NOT NULL DEFAULT 0 CHECK (refunded >= 0),
  -- What is left to pay: of the token, where the request takes one, because parts of a cash unit can be paid in it.
  ADD COLUMN missing              numeric(78,0) NOT NULL DEFAULT 0 CHECK (missing >= 0),
  -- With token, price and address the terms of the checkout contract, whose hash `reference` is.
  ADD COLUMN checkout             text,
  ADD COLUMN checkout_salt        text,
  ADD COLUMN checkout_valid_before numeric(78,0),
  ADD COLUMN return_url           text,
  ADD COLUMN order_id             text;
UPDATE payment_requests SET
  reason = CASE state WHEN 'cancelled' THEN 'CANCELLED' END,
  cancelled_at = CASE state WHEN 'cancelled' THEN updated_at END,
  received = CASE state WHEN 'paid' THEN amount ELSE 0 END,
  coming = CASE state WHEN 'processing' THEN amount ELSE 0 END,
  missing = CASE WHEN state IN ('paid', 'processing') THEN 0 WHEN state = 'open' THEN amount ELSE coalesce(token_amount, amount) END,
  -- A link of before knows no checkout contract; nobody can pay it in tokens any more.
  token_asset = CASE state WHEN 'open' THEN NULL ELSE token_asset END,
  token_amount = CASE state WHEN 'open' THEN NULL ELSE token_amount END,
  address = CASE state WHEN 'open' THEN NULL ELSE address END,
  state = CASE state WHEN 'open' THEN 'new' WHEN 'paid' THEN 'settled' WHEN 'cancelled' THEN 'invalid' ELSE state END;
ALTER TABLE payment_requests
  ADD CONSTRAINT payment_requests_state_check CHECK (state IN ('new', 'processing', 'settled', 'expired', 'invalid')),
  ADD CONSTRAINT payment_requests_reason CHECK ((state = 'invalid') = (reason IS NOT NULL)),
  ADD CONSTRAINT payment_requests_settled CHECK ((state = 'settled') = (settled_at IS NOT NULL)),
  ADD CONSTRAINT payment_requests_checkout CHECK (
    (checkout IS NULL) = (checkout_salt IS NULL) AND (checkout IS NULL) = (checkout_valid_before IS NULL) AND (checkout IS NULL OR token_asset IS NOT NULL)
  );
-- Requests that a clock moves on, in the order in which it does.
CREATE INDEX payment_requests_expires_at_idx ON payment_requests (expires_at, id) WHERE state = 'new' AND expires_at IS NOT NULL;
CREATE INDEX payment_requests_monitored_until_idx ON payment_requests (monitored_until, id) WHERE state = 'processing' AND monitored_until IS NOT NULL;
CREATE INDEX payment_requests_order_id_idx ON payment_requests (payee_id, order_id) WHERE order_id IS NOT NULL;

-- What is asked for, by whom and until when never changes; what has settled stays so unless its money was only in a block.
CREATE FUNCTION guard_payment_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What request % asks for never changes.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payment_requests_guard BEFORE UPDATE ON payment_requests FOR EACH ROW
  WHEN (ROW (OLD.id, OLD.payee_id, OLD.asset, OLD.amount, OLD.tolerance, OLD.token_asset, OLD.token_amount, OLD.address, OLD.reference, OLD.expires_at)
      IS DISTINCT FROM ROW (NEW.id, NEW.payee_id, NEW.asset, NEW.amount, NEW.tolerance, NEW.token_asset, NEW.token_amount, NEW.address, NEW.reference, NEW.expires_at)
    OR (OLD.state = 'settled' AND NEW.state <> 'settled' AND OLD.settle_at = 'final'))
  EXECUTE FUNCTION guard_payment_request();

---- Payments ----------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE payments (
  id                   uuid PRIMARY KEY,
  version              integer NOT NULL CHECK (version > 0),
  request_id           uuid NOT NULL REFERENCES payment_requests (id),
  rail                 text NOT NULL CHECK (rail IN ('cash', 'token', 'gateway')),
  -- `pending`: given to us to carry. `mined`: in a block. `final`: it is the payee's. `failed`: it is not, and the payer has the money.
  state                text NOT NULL CHECK (state IN ('pending', 'mined', 'final', 'failed')),
  -- What was paid, which need not be what was asked for.
  asset                text NOT NULL,
  amount               numeric(78,0) NOT NULL CHECK (amount > 0),
  payer_id             uuid,
  payer_address        text,
  movement_id          uuid,
  gateway              text,
  chain_id             integer,
  epoch                integer,
  -- The transaction of ours that carries it, if it is ours.
  chain_transaction_id uuid,
  tx_hash              text,
  reason               text,
  -- Base units of `asset` that go back, and that have gone back.
  refunding            numeric(78,0) NOT NULL DEFAULT 0 CHECK (refunding >= 0),
  refunded             numeric(78,0) NOT NULL DEFAULT 0 CHECK (refunded >= 0),
  -- When it was made, by the clock of its rail: of the block, or ours.
  paid_at              timestamptz NOT NULL,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payments_refunds CHECK (refunding + refunded <= amount AND (state = 'final' OR refunding + refunded = 0)),
  CONSTRAINT payments_rail CHECK (
    CASE rail
      WHEN 'cash' THEN movement_id IS NOT NULL AND payer_id IS NOT NULL AND chain_id IS NULL AND gateway IS NULL
      WHEN 'token' THEN chain_id IS NOT NULL AND epoch IS NOT NULL AND gateway IS NULL
      ELSE movement_id IS NOT NULL AND gateway IS NOT NULL AND chain_id IS NULL
    END
  )
);
CREATE INDEX payments_request_id_idx ON payments (request_id, created_at, id);
CREATE INDEX payments_open_idx ON payments (chain_id) WHERE state IN ('pending', 'mined');
CREATE INDEX payments_chain_transaction_id_idx ON payments (chain_transaction_id) WHERE chain_transaction_id IS NOT NULL;
CREATE INDEX payments_movement_id_idx ON payments (movement_id) WHERE movement_id IS NOT NULL;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON payments FROM feiqian_service;

CREATE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What payment % is never changes, and what came stays.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payments_guard BEFORE UPDATE ON payments FOR EACH ROW
  WHEN (ROW (OLD.id, OLD.request_id, OLD.rail, OLD.asset, OLD.amount, OLD.payer_id, OLD.payer_address, OLD.movement_id, OLD.gateway, OLD.chain_id, OLD.epoch)
      IS DISTINCT FROM ROW (NEW.id, NEW.request_id, NEW.rail, NEW.asset, NEW.amount, NEW.payer_id, NEW.payer_address, NEW.movement_id, NEW.gateway, NEW.chain_id, NEW.epoch)
    OR (OLD.state = 'final' AND NEW.state <> 'final') OR NEW.refunded < OLD.refunded)
  EXECUTE FUNCTION guard_payment();

-- What was paid so far.
INSERT INTO payments (
  id, version, request_id, rail, state, asset, amount, payer_id, payer_address, movement_id, chain_id, epoch, chain_transaction_id, tx_hash, paid_at, created_at
)
SELECT business_id(ARRAY['payment', m.id::text]), 1, r.id, CASE WHEN m.chain_id IS NULL THEN 'cash' ELSE 'token' END,
       CASE WHEN r.state = 'settled' THEN 'final' WHEN m.state = 'mined' THEN 'mined' ELSE 'pending' END,
       m.asset, m.amount, m.user_id, m.address, m.id, m.chain_id, t.epoch, t.id, t.hash, coalesce(r.settled_at, m.created_at), m.created_at
FROM payment_requests r
JOIN movements m ON m.id = r.movement_id
LEFT JOIN LATERAL (
  SELECT t.id, t.epoch, t.hash FROM chain_transactions t WHERE t.movement_id = m.id ORDER BY t.created_at DESC LIMIT 1
) AS t ON true
WHERE r.state IN ('processing', 'settled') AND (m.chain_id IS NULL OR t.id IS NOT NULL);
DROP INDEX IF EXISTS payment_requests_movement_id_idx;
ALTER TABLE payment_requests DROP COLUMN movement_id;

---- Refunds, and payments through gateways ----------------------------------------------------------------------------------------------------

ALTER TABLE movements DROP CONSTRAINT movements_kind_check;
ALTER TABLE movements
  ADD CONSTRAINT movements_kind_check CHECK (kind IN ('top_up', 'withdrawal', 'conversion', 'cash_transfer', 'token_send', 'payment', 'refund')),
  -- Which payment a refund gives back.
  ADD COLUMN payment_id uuid,
  ADD CONSTRAINT movements_refund CHECK ((kind = 'refund') = (payment_id IS NOT NULL));
CREATE INDEX movements_payment_id_idx ON movements (payment_id) WHERE payment_id IS NOT NULL;
ALTER TABLE history_entries DROP CONSTRAINT history_entries_kind_check;
ALTER TABLE history_entries
  ADD CONSTRAINT history_entries_kind_check CHECK (kind IN ('top_up', 'withdrawal', 'conversion', 'cash_transfer', 'token_transfer', 'payment', 'refund'));
ALTER TABLE gateway_attempts DROP CONSTRAINT gateway_attempts_direction_check;
ALTER TABLE gateway_attempts ADD CONSTRAINT gateway_attempts_direction_check CHECK (direction IN ('payment', 'payout', 'refund'));

DROP TRIGGER movements_guard_state ON movements;
CREATE TRIGGER movements_guard_state BEFORE UPDATE ON movements FOR EACH ROW
  WHEN (NOT (OLD.kind IN ('token_send', 'payment') OR (OLD.kind = 'refund' AND OLD.chain_id IS NOT NULL)) AND current_user = 'feiqian_service')
  EXECUTE FUNCTION guard_movement_state();

ALTER TABLE chain_events DROP CONSTRAINT chain_events_name_check;
ALTER TABLE chain_events ADD CONSTRAINT chain_events_name_check CHECK (name IN ('Issued', 'Redeemed', 'Relayed', 'Paid', 'Refunded'));

---- Rows that commands write ------------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION ledger_write_rows(changes jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  change record;
  names text[];
  written bigint;
BEGIN
  FOR change IN
    SELECT * FROM jsonb_to_recordset(changes) AS c ("table" text, "isNew" boolean, columns text[], rows jsonb)
  LOOP
    IF change."table" <> ALL ('{movements,gateway_attempts,payment_requests,payments,chain_transactions,chain_cursors,suspense_items,staff_actions}') THEN
      RAISE EXCEPTION 'Rows of % do not change by command.', change."table" USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT array_agg(quote_ident(c)) INTO names FROM unnest(change.columns) AS c WHERE c NOT IN ('id', 'version');
    IF change."isNew" THEN
      EXECUTE format(
        'INSERT INTO %1$I (id, version%2$s) SELECT id, 1%2$s FROM jsonb_populate_recordset(NULL::%1$I, $1) ORDER BY id',
        change."table", (SELECT string_agg(', ' || name, '' ORDER BY name) FROM unnest(names) AS name)
      ) USING change.rows;
    ELSE
      EXECUTE format(
        'UPDATE %1$I AS target SET version = target.version + 1%2$s
         FROM (SELECT * FROM jsonb_populate_recordset(NULL::%1$I, $1) ORDER BY id) AS source
         WHERE target.id = source.id AND target.version = source.version',
        change."table",
        coalesce((SELECT string_agg(format(', %1$s = source.%1$s', name), '' ORDER BY name) FROM unnest(names) AS name), '')
          || CASE WHEN 'updated_at' = ANY (names) THEN '' ELSE ', updated_at = now()' END
      ) USING change.rows;
    END IF;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> jsonb_array_length(change.rows) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END
$$;

---- One history -------------------------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION history_holder(kind text, state text, awaits_tokens boolean, sent boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE kind
    WHEN 'top_up' THEN CASE
      WHEN state = 'paid' THEN 'gateway'
      WHEN state = 'review' OR (state = 'credited' AND awaits_tokens) THEN 'operator'
      WHEN state = 'issuing' THEN CASE WHEN sent THEN 'chain' ELSE 'operator' END
      ELSE 'you'
    END
    WHEN 'conversion' THEN CASE
      WHEN state = 'issuing' THEN CASE WHEN sent THEN 'chain' ELSE 'operator' END
      WHEN state = 'redeeming' AND sent THEN 'chain'
      ELSE 'you'
    END
    WHEN 'refund' THEN CASE
      WHEN state IN ('posted', 'final', 'settled') THEN 'counterparty'
      WHEN state IN ('submitted', 'mined') AND sent THEN 'chain'
      WHEN state = 'sent' THEN 'gateway'
      WHEN state = 'reserved' THEN 'operator'
      ELSE 'you'
    END
    WHEN 'withdrawal' THEN CASE state WHEN 'sent' THEN 'gateway' WHEN 'settled' THEN 'bank' WHEN 'returned' THEN 'you' ELSE 'operator' END
    ELSE CASE
      WHEN state IN ('posted', 'final') THEN 'counterparty'
      WHEN state IN ('submitted', 'mined') AND sent THEN 'chain'
      ELSE 'you'
    END
  END
$$;

CREATE OR REPLACE VIEW history_chain_moves AS
SELECT t.chain_id, t.epoch, t.block_number, t.block_timestamp, t.tx_hash, t.log_index AS position,
       'eip155:' || t.chain_id || '/erc20:' || t.token AS asset, t.from_address, t.to_address, t.amount, 0::numeric AS fee, NULL::text AS reference,
       CASE
         WHEN t.from_address = '0x0000000000000000000000000000000000000000' THEN 'issue'
         WHEN t.to_address = '0x0000000000000000000000000000000000000000' AND EXISTS (
           SELECT FROM chain_events e
           WHERE e.chain_id = t.chain_id AND e.epoch = t.epoch AND e.block_number = t.block_number AND e.tx_hash = t.tx_hash
             AND e.name = 'Redeemed' AND e.token = t.token AND e.address = t.from_address
         ) THEN 'redeem'
         ELSE 'transfer'
       END AS kind
FROM chain_token_transfers t
WHERE t.amount > 0 AND NOT EXISTS (
  SELECT FROM chain_events r
  WHERE r.chain_id = t.chain_id AND r.epoch = t.epoch AND r.block_number = t.block_number AND r.tx_hash = t.tx_hash
    AND r.name IN ('Relayed', 'Paid', 'Refunded') AND r.token = t.token
    AND (
      (t.from_address = r.address AND t.to_address = r.contract)
      OR (t.from_address = r.contract AND t.to_address = r.to_address)
      -- Paid from an allowance: straight, by the first such transfer after the event that tells of it.
      OR (
        r.name <> 'Relayed' AND t.log_index = (
          SELECT min(x.log_index) FROM chain_token_transfers x
          WHERE x.chain_id = r.chain_id AND x.epoch = r.epoch AND x.block_number = r.block_number AND x.tx_hash = r.tx_hash AND x.token = r.token
            AND x.log_index > r.log_index AND x.from_address = r.address AND x.to_address = r.to_address AND x.amount = r.amount
        )
      )
    )
)
UNION ALL
SELECT r.chain_id, r.epoch, r.block_number, r.block_timestamp, r.tx_hash, r.log_index,
       'eip155:' || r.chain_id || '/erc20:' || r.token, r.address, r.to_address, r.amount, coalesce(r.fee, 0), r.reference, 'transfer'
FROM chain_events r
WHERE r.name IN ('Relayed', 'Paid', 'Refunded') AND r.amount > 0
UNION ALL
-- A transaction moves the chain's own coin before its first log.
SELECT n.chain_id, n.epoch, n.block_number, n.block_timestamp, n.tx_hash, -1,
       'eip155:' || n.chain_id || '/slip44:60', n.from_address, n.to_address, n.amount, 0, NULL, 'transfer'
FROM chain_native_transfers n
WHERE n.amount > 0;

CREATE OR REPLACE VIEW history_of_cash AS
SELECT history_id(p.user_id, m.id::text) AS id,
       p.user_id, m.id AS movement_id, NULL::integer AS chain_id, NULL::integer AS epoch, NULL::text AS tx_hash,
       m.kind, p.direction, 'completed' AS status, m.state AS stage, p.holder,
       m.asset, m.amount, NULL::text AS counter_asset, NULL::numeric(78,0) AS counter_amount,
       CASE WHEN p.direction = 'out' AND m.fee_amount > 0 THEN m.fee_asset END AS fee_asset,
       CASE WHEN p.direction = 'out' AND m.fee_amount > 0 THEN m.fee_amount END AS fee_amount,
       'person' AS counterparty_kind, p.other_id AS counterparty_id, NULL::text AS counterparty_value,
       CASE
         WHEN m.note IS NULL AND m.payment_request_id IS NOT NULL THEN (SELECT r.description FROM payment_requests r WHERE r.id = m.payment_request_id)
         ELSE m.note
       END AS note,
       m.reason, m.payment_request_id, coalesce(p.legs, '[]'::jsonb) AS legs, m.created_at AS occurred_at, greatest(m.updated_at, l.changed_at) AS updated_at
FROM movements m
LEFT JOIN LATERAL (
  SELECT jsonb_agg(x.leg ORDER BY x.began_at, x.sequence) FILTER (WHERE x.user_id = m.user_id) AS given,
         jsonb_agg(x.leg ORDER BY x.began_at, x.sequence) FILTER (WHERE x.user_id = m.counterparty_id) AS got,
         max(x.changed_at) AS changed_at
  FROM history_ledger_legs x
  WHERE x.movement_id = m.id
) AS l ON true
CROSS JOIN LATERAL (
  VALUES (m.user_id, m.counterparty_id, 'out', 'counterparty', l.given), (m.counterparty_id, m.user_id, 'in', 'you', l.got)
) AS p (user_id, other_id, direction, holder, legs)
-- Not a condition for an index: movements are found by id, and a plan made while the table is young must not read all of a kind.
WHERE m.kind || '' IN ('cash_transfer', 'payment', 'refund') AND m.state || '' = 'posted' AND m.counterparty_id IS NOT NULL;

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
  SELECT s.* FROM history_chain_steps s WHERE s.movement_id = m.id ORDER BY s.is_seen DESC, s.created_at DESC, s.tx_hash LIMIT 1
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
      SELECT 0 AS rank, CASE WHEN s.purpose IN ('issue', 'redeem') THEN s.purpose ELSE 'transfer' END AS kind,
             CASE s.purpose WHEN 'issue' THEN m.counter_asset ELSE m.asset END AS asset,
             CASE s.purpose WHEN 'issue' THEN m.counter_amount ELSE m.amount END AS amount
      UNION ALL
      SELECT 1, 'fee', m.fee_asset, m.fee_amount
      WHERE p.is_owner AND m.fee_amount > 0 AND m.fee_asset LIKE 'eip155:%' AND s.purpose IN ('relay', 'user')
    ) AS f
    WHERE s.movement_id = m.id AND (p.is_owner OR s.is_seen)
  ) AS every_leg
) AS l ON true;

CREATE OR REPLACE VIEW history_of_chain AS
WITH touching AS (
  -- A move as each person sees it who has an end of it.
  SELECT p.user_id, v.*, s.is_out, s.is_in,
         CASE WHEN s.is_out THEN t.user_id ELSE f.user_id END AS other_id,
         nullif(CASE WHEN s.is_out THEN v.to_address ELSE v.from_address END, '0x0000000000000000000000000000000000000000') AS other_address,
         coalesce(c.epoch > v.epoch OR v.block_number <= c.finalized_number, false) AS is_final
  FROM history_chain_moves v
  LEFT JOIN addresses f ON f.address = v.from_address
  LEFT JOIN addresses t ON t.address = v.to_address
  LEFT JOIN chains c ON c.chain_id = v.chain_id
  CROSS JOIN LATERAL (SELECT f.user_id WHERE f.user_id IS NOT NULL UNION SELECT t.user_id WHERE t.user_id IS NOT NULL) AS p
  CROSS JOIN LATERAL (SELECT (f.user_id = p.user_id) IS TRUE AS is_out, (t.user_id = p.user_id) IS TRUE AS is_in) AS s
  WHERE NOT EXISTS (
    SELECT FROM history_chain_links x
    JOIN movements m ON m.id = x.movement_id
    WHERE x.chain_id = v.chain_id AND x.epoch = v.epoch AND x.tx_hash = v.tx_hash
      AND (m.user_id = p.user_id OR (m.counterparty_id = p.user_id AND m.kind IN ('token_send', 'payment', 'refund')))
  )
),
-- What it came to, asset by asset.
netted AS (
  SELECT *,
         sum(CASE WHEN is_in THEN amount ELSE 0 END - CASE WHEN is_out THEN amount ELSE 0 END) OVER of_asset AS net,
         sum(amount) OVER of_asset AS gross,
         sum(CASE WHEN is_out THEN fee ELSE 0 END) OVER of_asset AS fee_total,
         min(position) OVER of_asset AS began
  FROM touching
  WINDOW of_asset AS (PARTITION BY user_id, chain_id, epoch, tx_hash, asset)
),
-- The main asset is the first that the person gave, else the first that they got. If both happened, it became the first that they got.
told AS (
  SELECT n.user_id, n.chain_id, n.epoch, n.tx_hash,
         bool_and(n.is_final) AS is_final, bool_or(n.net < 0) AS gave, bool_or(n.net > 0) AS got,
         bool_or(n.kind = 'redeem' AND n.is_out) AS is_redemption,
         (array_agg(n.asset ORDER BY n.net >= 0, n.net = 0, n.began, n.block_number, n.position))[1] AS asset,
         (array_agg(CASE WHEN n.net = 0 THEN n.gross ELSE abs(n.net) END ORDER BY n.net >= 0, n.net = 0, n.began, n.block_number, n.position))[1] AS amount,
         (array_agg(n.fee_total ORDER BY n.net >= 0, n.net = 0, n.began, n.block_number, n.position))[1] AS fee,
         (array_agg(n.other_id ORDER BY n.net >= 0, n.net = 0, n.began, n.block_number, n.position))[1] AS other_id,
         (array_agg(n.other_address ORDER BY n.net >= 0, n.net = 0, n.began, n.block_number, n.position))[1] AS other_address,
         (array_agg(n.asset ORDER BY n.began, n.block_number, n.position) FILTER (WHERE n.net > 0))[1] AS got_asset,
         (array_agg(n.net ORDER BY n.began, n.block_number, n.position) FILTER (WHERE n.net > 0))[1] AS got_amount,
         (array_agg(r.id ORDER BY n.block_number, n.position) FILTER (WHERE r.id IS NOT NULL))[1] AS payment_request_id,
         (array_agg(r.description ORDER BY n.block_number, n.position) FILTER (WHERE r.id IS NOT NULL))[1] AS description,
         to_timestamp(min(n.block_timestamp)) AS occurred_at,
         jsonb_agg(
           history_leg(
             'chain', f.kind, CASE WHEN n.is_final THEN 'completed' ELSE 'pending' END, n.asset, f.amount, n.tx_hash, NULL, n.chain_id, n.block_number,
             to_timestamp(n.block_timestamp)
           ) ORDER BY n.block_number, n.position, f.rank
         ) AS legs
  FROM netted n
  CROSS JOIN LATERAL (SELECT 0 AS rank, n.kind, n.amount UNION ALL SELECT 1, 'fee', n.fee WHERE n.is_out AND n.fee > 0) AS f
  LEFT JOIN payment_requests r
    ON r.reference = n.reference AND r.payee_id = n.user_id AND r.address = n.to_address AND r.token_asset = n.asset AND n.is_in
  GROUP BY n.user_id, n.chain_id, n.epoch, n.tx_hash
)
SELECT history_id(user_id, chain_id || ':' || epoch || ':' || tx_hash) AS id,
       user_id, NULL::uuid AS movement_id, chain_id, epoch, tx_hash,
       CASE WHEN is_redemption THEN 'conversion' WHEN payment_request_id IS NOT NULL THEN 'payment' ELSE 'token_transfer' END AS kind,
       CASE WHEN gave = got THEN 'self' WHEN gave THEN 'out' ELSE 'in' END AS direction,
       -- Tokens that were redeemed under a reference which nobody announced: the operator holds the cash until a person has looked.
       CASE WHEN NOT is_final THEN 'pending' WHEN is_redemption THEN 'needs_action' ELSE 'completed' END AS status,
       CASE WHEN is_redemption THEN 'redeeming' WHEN is_final THEN 'final' ELSE 'mined' END AS stage,
       CASE
         WHEN NOT is_final THEN 'chain'
         WHEN is_redemption THEN 'operator'
         WHEN gave AND NOT got THEN 'counterparty'
         ELSE 'you'
       END AS holder,
       asset, amount,
       CASE WHEN gave THEN got_asset END AS counter_asset, CASE WHEN gave THEN got_amount END AS counter_amount,
       CASE WHEN fee > 0 THEN asset END AS fee_asset, nullif(fee, 0) AS fee_amount,
       CASE WHEN other_id <> user_id THEN 'person' WHEN other_address IS NOT NULL THEN 'address' END AS counterparty_kind,
       nullif(other_id, user_id) AS counterparty_id,
       CASE WHEN other_id IS NULL OR other_id = user_id THEN other_address END AS counterparty_value,
       description AS note,
       CASE WHEN is_redemption AND is_final THEN 'REFERENCE_UNKNOWN' END AS reason,
       payment_request_id, legs, occurred_at, occurred_at AS updated_at
FROM told;

CREATE OR REPLACE FUNCTION history_refresh(movement_ids uuid[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  -- Movements that are more than cash from person to person.
  others uuid[];
  names text[];
  link record;
BEGIN
  others := ARRAY(
    SELECT m.id FROM (
      SELECT id, kind, state, counterparty_id FROM movements WHERE id = ANY (movement_ids) ORDER BY id FOR NO KEY UPDATE
    ) AS m
    WHERE NOT (m.kind IN ('cash_transfer', 'payment', 'refund') AND m.state = 'posted' AND m.counterparty_id IS NOT NULL)
  );
  IF cardinality(others) < cardinality(movement_ids) THEN
    PERFORM history_write(ARRAY(SELECT ROW (p.*)::history_projection FROM history_of_cash p WHERE p.movement_id = ANY (movement_ids)), NULL);
  END IF;
  IF cardinality(others) = 0 THEN
    RETURN;
  END IF;
  names := ARRAY(
    SELECT l.tx_hash FROM history_chain_links l WHERE l.movement_id = ANY (others)
    UNION
    SELECT m.reference FROM movements m WHERE m.id = ANY (others) AND m.reference IS NOT NULL
  );
  PERFORM history_lock(names);
  PERFORM history_write(
    ARRAY(SELECT ROW (p.*)::history_projection FROM history_of_movements p WHERE p.movement_id = ANY (others)),
    -- Only the other side of something on chain can lose its entry.
    ARRAY(
      SELECT history_id(m.counterparty_id, m.id::text) FROM movements m
      WHERE m.id = ANY (others) AND m.counterparty_id IS NOT NULL AND m.kind IN ('token_send', 'payment', 'refund', 'top_up')
    )
  );
  -- What these movements explain is no entry of its own any more.
  FOR link IN
    SELECT l.chain_id, l.epoch, array_agg(DISTINCT l.tx_hash) AS hashes FROM history_chain_links l
    WHERE l.movement_id = ANY (others)
    GROUP BY l.chain_id, l.epoch ORDER BY l.chain_id, l.epoch
  LOOP
    PERFORM history_refresh_unexplained(link.chain_id, link.epoch, link.hashes);
  END LOOP;
END
$$;

---- What merchants are told -------------------------------------------------------------------------------------------------------------------

-- Which event a change of a payment request is; null where nobody is told. What became of the request counts before what the money is like,
-- which every event says anyway.
CREATE FUNCTION webhook_payment_request_type(before payment_requests, after payment_requests) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'payment_request.' || CASE
    WHEN (before).id IS NULL THEN 'created'
    WHEN (before).state <> (after).state THEN CASE (after).state
      WHEN 'new' THEN 'reopened'
      WHEN 'invalid' THEN CASE (after).reason WHEN 'CANCELLED' THEN 'cancelled' ELSE 'invalid' END
      ELSE (after).state
    END
    WHEN (before).refunded <> (after).refunded THEN 'refunded'
    WHEN (before).exception <> (after).exception OR (before).received <> (after).received THEN CASE (after).exception
      WHEN 'partial' THEN 'underpaid'
      WHEN 'over' THEN 'overpaid'
      WHEN 'late' THEN 'paid_late'
    END
  END
$$;

-- A payment request as whoever is told of it sees it. Amounts are text, so that none becomes a float; backend/src/webhooks/render.ts reads it.
CREATE FUNCTION webhook_payment_request(r payment_requests) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', r.id, 'state', r.state, 'exception', r.exception, 'reason', r.reason, 'asset', r.asset, 'amount', r.amount::text,
    'received', r.received::text, 'refunded', r.refunded::text, 'description', r.description, 'orderId', r.order_id,
    'handle', coalesce((SELECT handle FROM users WHERE id = r.payee_id), ''),
    'tokenAsset', r.token_asset, 'tokenAmount', r.token_amount::text, 'address', r.address, 'reference', r.reference,
    'createdAt', webhook_instant(r.created_at), 'expiresAt', webhook_instant(r.expires_at), 'settledAt', webhook_instant(r.settled_at))
$$;

CREATE FUNCTION webhook_tell_payment_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  event webhook_events;
  before payment_requests;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    before := OLD;
  END IF;
  event.type := webhook_payment_request_type(before, NEW);
  IF event.type IS NULL THEN
    RETURN NULL;
  END IF;
  event.id := business_id(ARRAY['webhook event', 'payment_request', NEW.id::text, NEW.version::text]);
  event.owner_id := NEW.payee_id;
  event.object_type := 'payment_request';
  event.object_id := NEW.id;
  event.object_version := NEW.version;
  event.snapshot := webhook_payment_request(NEW);
  PERFORM webhook_write(event, NULL);
  RETURN NULL;
END
$$;
CREATE TRIGGER payment_requests_told AFTER INSERT ON payment_requests
  FOR EACH ROW EXECUTE FUNCTION webhook_tell_payment_request();
CREATE TRIGGER payment_requests_told_change AFTER UPDATE ON payment_requests
  FOR EACH ROW WHEN ((OLD.state, OLD.exception, OLD.received, OLD.refunded) IS DISTINCT FROM (NEW.state, NEW.exception, NEW.received, NEW.refunded))
  EXECUTE FUNCTION webhook_tell_payment_request();

-- Whoever has a request's page open is told that there is something new about it.
CREATE FUNCTION payment_request_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('payment_requests', NEW.id::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER payment_requests_changed AFTER UPDATE ON payment_requests FOR EACH ROW EXECUTE FUNCTION payment_request_changed();
