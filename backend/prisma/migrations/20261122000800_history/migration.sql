-- One history: an entry per person per economic event, projected from facts. The view `history_projection` says what the entries are;
-- the functions `history_refresh*` bring the stored rows to that within the transaction of a fact. Nothing else writes them.

-- The same ids as backend/src/ledger/ids.ts: UUIDv8 (RFC 9562, section 5.8), SHA-256 of a namespace and length-prefixed parts.
CREATE FUNCTION business_name_id(name text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  hash bytea := sha256('\x6f1c7b1e9d0a4c52a3e87d21b5c0f94e'::bytea || convert_to(name, 'UTF8'));
BEGIN
  RETURN encode(substring(set_byte(set_byte(hash, 6, (get_byte(hash, 6) & 15) | 128), 8, (get_byte(hash, 8) & 63) | 128) FROM 1 FOR 16), 'hex')::uuid;
END
$$;

CREATE FUNCTION business_id(parts text[]) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT business_name_id(coalesce(string_agg(octet_length(part) || ':' || part, '' ORDER BY n), '')) FROM unnest(parts) WITH ORDINALITY AS p (part, n)
$$;

-- business_id of 'history', a person and the key of an event.
CREATE FUNCTION history_id(user_id uuid, key text) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT business_name_id('7:history36:' || user_id::text || octet_length(key)::text || ':' || key)
$$;

CREATE SEQUENCE history_changes_seq AS bigint;

CREATE TABLE history_entries (
  id                 uuid PRIMARY KEY,
  user_id            uuid NOT NULL,
  -- What the entry tells of: a movement, or (without one) a transaction on a chain. A movement's entry names its transaction too.
  movement_id        uuid,
  chain_id           integer,
  epoch              integer,
  tx_hash            text,
  kind               text NOT NULL CHECK (kind IN ('top_up', 'withdrawal', 'conversion', 'cash_transfer', 'token_transfer', 'payment')),
  direction          text NOT NULL CHECK (direction IN ('in', 'out', 'self')),
  status             text NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'cancelled', 'needs_action')),
  stage              text NOT NULL,
  holder             text NOT NULL CHECK (holder IN ('you', 'operator', 'gateway', 'bank', 'chain', 'counterparty')),
  asset              text NOT NULL,
  amount             numeric(78,0) NOT NULL CHECK (amount > 0),
  counter_asset      text,
  counter_amount     numeric(78,0),
  fee_asset          text,
  fee_amount         numeric(78,0),
  -- A person by id, because a handle can change; an address or a gateway's name as it is.
  counterparty_kind  text CHECK (counterparty_kind IN ('person', 'address', 'gateway')),
  counterparty_id    uuid,
  counterparty_value text,
  note               text,
  reason             text,
  payment_request_id uuid,
  -- In the order in which they began, in the form in which they are sent.
  legs               jsonb NOT NULL,
  occurred_at        timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  -- The last change, for followers: they read in (transaction_id, sequence) order below pg_snapshot_xmin.
  transaction_id     xid8 NOT NULL DEFAULT pg_current_xact_id(),
  sequence           bigint NOT NULL DEFAULT nextval('history_changes_seq'),
  CONSTRAINT history_entries_subject CHECK (movement_id IS NOT NULL OR (chain_id IS NOT NULL AND epoch IS NOT NULL AND tx_hash IS NOT NULL))
);
CREATE INDEX history_entries_user_id_idx ON history_entries (user_id, occurred_at DESC, id DESC);
CREATE INDEX history_entries_asset_idx ON history_entries (user_id, asset, occurred_at DESC, id DESC);
CREATE INDEX history_entries_kind_idx ON history_entries (user_id, kind, occurred_at DESC, id DESC);
-- What the money became is found by its asset too. Few entries have it, and few are anything but completed, or within one's own pockets.
CREATE INDEX history_entries_counter_asset_idx ON history_entries (user_id, counter_asset, occurred_at DESC, id DESC) WHERE counter_asset IS NOT NULL;
CREATE INDEX history_entries_status_idx ON history_entries (user_id, status, occurred_at DESC, id DESC) WHERE status <> 'completed';
CREATE INDEX history_entries_self_idx ON history_entries (user_id, occurred_at DESC, id DESC) WHERE direction = 'self';
CREATE INDEX history_entries_order_idx ON history_entries (transaction_id, sequence);
CREATE INDEX history_entries_tx_hash_idx ON history_entries (tx_hash) WHERE tx_hash IS NOT NULL;
-- The few entries with a leg that a reorg may still take away, by each leg: an entry can have several, and `tx_hash` is one of them.
CREATE INDEX history_entries_pending_legs_idx ON history_entries USING gin (legs jsonb_path_ops) WHERE legs @> '[{"rail": "chain", "status": "pending"}]';

-- Entries that a reorg took away, or that another entry came to explain: followers take them from the screen.
CREATE TABLE history_removals (
  id             uuid PRIMARY KEY,
  user_id        uuid NOT NULL,
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  sequence       bigint NOT NULL DEFAULT nextval('history_changes_seq')
);
CREATE INDEX history_removals_user_id_idx ON history_removals (user_id);
CREATE INDEX history_removals_order_idx ON history_removals (transaction_id, sequence);

---- What the facts say -------------------------------------------------------------------------------------------------------------------

-- Which movement explains which transaction: by every hash that its transactions ever had, and by the references that our contracts let
-- nobody use twice (anyone may submit a signed redemption, so its hash need not be one of ours).
CREATE VIEW history_chain_links AS
SELECT t.chain_id, t.epoch, t.hash AS tx_hash, t.movement_id
FROM chain_transactions t
WHERE t.hash IS NOT NULL AND t.movement_id IS NOT NULL
UNION ALL
SELECT t.chain_id, t.epoch, a.hash, t.movement_id
FROM chain_transaction_attempts a
JOIN chain_transactions t ON t.id = a.transaction_id
WHERE t.movement_id IS NOT NULL
UNION ALL
SELECT e.chain_id, e.epoch, e.tx_hash, m.id
FROM chain_events e
JOIN movements m ON m.reference = e.reference AND m.chain_id = e.chain_id
WHERE (e.name = 'Issued' AND m.kind IN ('top_up', 'conversion')) OR (e.name = 'Redeemed' AND m.kind = 'conversion' AND m.address = e.address);

-- Everything of a canonical block that shows that a transaction is in it.
CREATE VIEW history_chain_marks AS
SELECT chain_id, epoch, block_number, block_timestamp, tx_hash, from_address, to_address FROM chain_token_transfers
UNION ALL
SELECT chain_id, epoch, block_number, block_timestamp, tx_hash, from_address, to_address FROM chain_native_transfers
UNION ALL
SELECT chain_id, epoch, block_number, block_timestamp, tx_hash, address, to_address FROM chain_events;

-- The steps of a movement on chain: its transactions, and those of others that carried its reference. A chain that began anew can
-- replace no block of an earlier epoch any more.
CREATE VIEW history_chain_steps AS
SELECT t.movement_id, t.purpose, t.state, t.created_at, t.chain_id, t.epoch,
       coalesce(seen.tx_hash, t.hash) AS tx_hash,
       coalesce(seen.block_number, t.block_number) AS block_number,
       seen.tx_hash IS NOT NULL AS is_seen,
       coalesce(c.epoch > t.epoch OR seen.block_number <= c.finalized_number, false) AS is_final,
       CASE
         WHEN seen.tx_hash IS NOT NULL THEN to_timestamp(seen.block_timestamp)
         WHEN t.block_timestamp IS NOT NULL THEN to_timestamp(t.block_timestamp)
         WHEN t.state IN ('failed', 'replaced', 'dropped') THEN t.updated_at
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
WHERE t.movement_id IS NOT NULL AND t.purpose <> 'cancel'
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

-- Who gave what to whom on chain. The hops of a relayed transfer through the relay contract are one transfer from the person who signed
-- it. Transfers of nothing are left out: they say nothing, and are how look-alike addresses are planted.
CREATE VIEW history_chain_moves AS
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
    AND r.name = 'Relayed' AND r.token = t.token
    AND ((t.from_address = r.address AND t.to_address = r.contract) OR (t.from_address = r.contract AND t.to_address = r.to_address))
)
UNION ALL
SELECT r.chain_id, r.epoch, r.block_number, r.block_timestamp, r.tx_hash, r.log_index,
       'eip155:' || r.chain_id || '/erc20:' || r.token, r.address, r.to_address, r.amount, coalesce(r.fee, 0), r.reference, 'transfer'
FROM chain_events r
WHERE r.name = 'Relayed' AND r.amount > 0
UNION ALL
-- A transaction moves the chain's own coin before its first log.
SELECT n.chain_id, n.epoch, n.block_number, n.block_timestamp, n.tx_hash, -1,
       'eip155:' || n.chain_id || '/slip44:60', n.from_address, n.to_address, n.amount, 0, NULL, 'transfer'
FROM chain_native_transfers n
WHERE n.amount > 0;

---- What the entries are ------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION history_leg(
  rail text, kind text, status text, asset text, amount numeric, reference text, gateway text, chain_id integer, block_number bigint, at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_build_object(
    'rail', rail, 'kind', kind, 'status', status, 'asset', asset, 'amount', amount::text, 'reference', reference, 'gateway', gateway,
    'chainId', chain_id, 'blockNumber', block_number::text, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  )
$$;

-- What a movement did to a person's accounts. A reservation and what became of it are one leg.
CREATE VIEW history_ledger_legs AS
SELECT t.movement_id, o.user_id, t.created_at AS began_at, t.sequence, coalesce(e.created_at, t.created_at) AS changed_at,
       history_leg(
         'ledger',
         CASE
           WHEN NOT o.gives THEN 'credit'
           WHEN t.phase = 'pending' AND e.phase IS NULL THEN 'reserve'
           WHEN e.phase = 'void' THEN 'release'
           WHEN t.kind = 'fee' THEN 'fee'
           ELSE 'debit'
         END,
         CASE
           WHEN t.phase = 'pending' AND e.phase IS NULL THEN 'pending'
           WHEN e.phase = 'void' AND NOT o.gives THEN 'dropped'
           ELSE 'completed'
         END,
         t.asset, t.amount, t.id::text, NULL, NULL, NULL, coalesce(e.created_at, t.created_at)
       ) AS leg
FROM ledger_transfers t
JOIN ledger_accounts d ON d.id = t.debit_account_id
JOIN ledger_accounts k ON k.id = t.credit_account_id
LEFT JOIN ledger_transfers e ON e.pending_id = t.id AND t.phase = 'pending'
CROSS JOIN LATERAL (
  SELECT d.owner_id, true WHERE d.owner_id IS NOT NULL
  UNION ALL
  SELECT k.owner_id, false WHERE k.owner_id IS NOT NULL AND k.owner_id IS DISTINCT FROM d.owner_id
) AS o (user_id, gives)
WHERE t.phase IN ('posted', 'pending');

-- A movement's status as its owner sees it.
CREATE FUNCTION history_status(kind text, state text, awaits_tokens boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE state
    WHEN 'credited' THEN CASE WHEN awaits_tokens THEN 'pending' ELSE 'completed' END
    WHEN 'issued' THEN 'completed'
    WHEN 'redeemed' THEN 'completed'
    WHEN 'settled' THEN 'completed'
    WHEN 'posted' THEN 'completed'
    WHEN 'final' THEN 'completed'
    WHEN 'failed' THEN 'failed'
    WHEN 'returned' THEN 'failed'
    WHEN 'expired' THEN 'cancelled'
    WHEN 'refunded' THEN 'cancelled'
    WHEN 'dropped' THEN 'cancelled'
    WHEN 'review' THEN 'needs_action'
    ELSE 'pending'
  END
$$;

-- Who has the money now, as the movement's owner sees it. `sent` tells whether its last transaction has left our hands.
CREATE FUNCTION history_holder(kind text, state text, awaits_tokens boolean, sent boolean) RETURNS text
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
    WHEN 'withdrawal' THEN CASE state WHEN 'sent' THEN 'gateway' WHEN 'settled' THEN 'bank' WHEN 'returned' THEN 'you' ELSE 'operator' END
    ELSE CASE
      WHEN state IN ('posted', 'final') THEN 'counterparty'
      WHEN state IN ('submitted', 'mined') AND sent THEN 'chain'
      ELSE 'you'
    END
  END
$$;

-- Cash from person to person, by far the most frequent event, is over at once and never leaves the books: its entries follow from little.
CREATE VIEW history_of_cash AS
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
WHERE m.kind || '' IN ('cash_transfer', 'payment') AND m.state || '' = 'posted' AND m.counterparty_id IS NOT NULL;

-- Every other movement: an entry for its owner, and one for the other person once something on chain is on its way to them.
CREATE VIEW history_of_movements AS
SELECT history_id(p.user_id, m.id::text) AS id,
       p.user_id, m.id AS movement_id, step.chain_id, step.epoch, step.tx_hash,
       CASE m.kind WHEN 'token_send' THEN 'token_transfer' ELSE m.kind END AS kind,
       CASE
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
         CASE WHEN kind IN ('token_send', 'payment') AND to_address IS NOT NULL THEN EXISTS (
           -- A link that came later changes no earlier entry.
           SELECT FROM addresses a WHERE a.address = movements.to_address AND a.user_id = movements.user_id AND a.linked_at <= movements.created_at
         ) ELSE false END AS is_to_self,
         CASE WHEN payment_request_id IS NOT NULL THEN (SELECT r.description FROM payment_requests r WHERE r.id = movements.payment_request_id) END AS description
  FROM movements
  WHERE NOT (kind IN ('cash_transfer', 'payment') AND state = 'posted' AND counterparty_id IS NOT NULL)
) AS m
LEFT JOIN LATERAL (
  SELECT s.* FROM history_chain_steps s WHERE s.movement_id = m.id ORDER BY s.is_seen DESC, s.created_at DESC, s.tx_hash LIMIT 1
) AS step ON true
CROSS JOIN LATERAL (
  SELECT m.user_id, true AS is_owner, m.counterparty_id AS other_id
  UNION ALL
  SELECT m.counterparty_id, false, m.user_id
  WHERE m.counterparty_id <> m.user_id AND m.kind IN ('token_send', 'payment') AND step.is_seen
) AS p
LEFT JOIN LATERAL (
  SELECT jsonb_agg(leg ORDER BY began_at, rank, sequence, key) AS legs, max(changed_at) AS changed_at
  FROM (
    SELECT g.created_at AS began_at, 1 AS rank, 0 AS sequence, g.order_number AS key,
           CASE WHEN g.state IN ('created', 'open') THEN g.created_at ELSE g.updated_at END AS changed_at,
           history_leg(
             'gateway', CASE g.direction WHEN 'payment' THEN 'order' ELSE 'payout' END,
             -- What was paid otherwise than ordered has not fulfilled the order.
             CASE g.state WHEN 'created' THEN 'waiting' WHEN 'open' THEN 'pending' WHEN 'succeeded' THEN 'completed' WHEN 'expired' THEN 'dropped' ELSE 'failed' END,
             g.asset, g.amount, g.order_number, g.gateway, NULL, NULL,
             CASE WHEN g.state IN ('created', 'open') THEN g.created_at ELSE g.updated_at END
           ) AS leg
    FROM gateway_attempts g
    WHERE g.movement_id = m.id AND p.is_owner
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

-- What a chain shows at a person's addresses and no movement of theirs explains: an entry per person and transaction.
CREATE VIEW history_of_chain AS
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
      AND (m.user_id = p.user_id OR (m.counterparty_id = p.user_id AND m.kind IN ('token_send', 'payment')))
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

CREATE VIEW history_projection AS
SELECT * FROM history_of_cash
UNION ALL
SELECT * FROM history_of_movements
UNION ALL
SELECT * FROM history_of_chain;

-- What is stored, in the columns of the projection; and where the two differ, which is nowhere (`npm run verify`, `npm run history:rebuild`).
CREATE VIEW history_stored AS
SELECT id, user_id, movement_id, chain_id, epoch, tx_hash, kind, direction, status, stage, holder, asset, amount, counter_asset, counter_amount,
       fee_asset, fee_amount, counterparty_kind, counterparty_id, counterparty_value, note, reason, payment_request_id, legs, occurred_at, updated_at
FROM history_entries;

CREATE VIEW history_differences AS
SELECT 'not stored' AS problem, missing.* FROM (SELECT * FROM history_projection EXCEPT SELECT * FROM history_stored) AS missing
UNION ALL
SELECT 'not in the facts', extra.* FROM (SELECT * FROM history_stored EXCEPT SELECT * FROM history_projection) AS extra;

---- Bringing stored entries to the projection -----------------------------------------------------------------------------------------------

-- Two writers of different facts of one event must not both miss the other's: each locks the event's subjects after its own writes and
-- before it projects, so that whoever comes second sees both. Movements are locked by their rows. Transactions, references and addresses
-- may have no row yet: they are locked by name, in a bounded number of buckets.
CREATE FUNCTION history_lock(names text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1751741556, bucket)
  FROM (SELECT DISTINCT hashtext(name) & 1023 AS bucket FROM unnest(names) AS n (name) ORDER BY 1) AS buckets;
END
$$;

-- Makes stored entries equal to `projected`, touching only those that differ; `candidates` that are not among them vanish.
CREATE FUNCTION history_write(projected history_projection[], candidates uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  is_changed boolean;
BEGIN
  WITH written AS (
    INSERT INTO history_entries AS e (
      id, user_id, movement_id, chain_id, epoch, tx_hash, kind, direction, status, stage, holder, asset, amount, counter_asset, counter_amount,
      fee_asset, fee_amount, counterparty_kind, counterparty_id, counterparty_value, note, reason, payment_request_id, legs, occurred_at, updated_at
    )
    SELECT * FROM unnest(projected) AS p ORDER BY p.id
    ON CONFLICT (id) DO UPDATE SET
      user_id = excluded.user_id, movement_id = excluded.movement_id, chain_id = excluded.chain_id, epoch = excluded.epoch, tx_hash = excluded.tx_hash,
      kind = excluded.kind, direction = excluded.direction, status = excluded.status, stage = excluded.stage, holder = excluded.holder,
      asset = excluded.asset, amount = excluded.amount, counter_asset = excluded.counter_asset, counter_amount = excluded.counter_amount,
      fee_asset = excluded.fee_asset, fee_amount = excluded.fee_amount, counterparty_kind = excluded.counterparty_kind,
      counterparty_id = excluded.counterparty_id, counterparty_value = excluded.counterparty_value, note = excluded.note, reason = excluded.reason,
      payment_request_id = excluded.payment_request_id, legs = excluded.legs, occurred_at = excluded.occurred_at, updated_at = excluded.updated_at,
      transaction_id = excluded.transaction_id, sequence = excluded.sequence
    WHERE (
      e.user_id, e.movement_id, e.chain_id, e.epoch, e.tx_hash, e.kind, e.direction, e.status, e.stage, e.holder, e.asset, e.amount, e.counter_asset,
      e.counter_amount, e.fee_asset, e.fee_amount, e.counterparty_kind, e.counterparty_id, e.counterparty_value, e.note, e.reason,
      e.payment_request_id, e.legs, e.occurred_at, e.updated_at
    ) IS DISTINCT FROM (
      excluded.user_id, excluded.movement_id, excluded.chain_id, excluded.epoch, excluded.tx_hash, excluded.kind, excluded.direction, excluded.status,
      excluded.stage, excluded.holder, excluded.asset, excluded.amount, excluded.counter_asset, excluded.counter_amount, excluded.fee_asset,
      excluded.fee_amount, excluded.counterparty_kind, excluded.counterparty_id, excluded.counterparty_value, excluded.note, excluded.reason,
      excluded.payment_request_id, excluded.legs, excluded.occurred_at, excluded.updated_at
    )
    RETURNING id
  ), gone AS (
    DELETE FROM history_entries e
    WHERE e.id = ANY (candidates) AND NOT EXISTS (SELECT FROM unnest(projected) AS p WHERE p.id = e.id)
    RETURNING e.id, e.user_id
  ), removed AS (
    INSERT INTO history_removals (id, user_id) SELECT id, user_id FROM gone
    ON CONFLICT (id) DO UPDATE SET transaction_id = excluded.transaction_id, sequence = excluded.sequence
  ), returned AS (
    DELETE FROM history_removals r USING written w WHERE r.id = w.id
  )
  SELECT EXISTS (SELECT FROM written) OR EXISTS (SELECT FROM gone) INTO is_changed;
  IF is_changed THEN
    PERFORM pg_notify('history', '');
  END IF;
END
$$;

-- Called with the movements whose facts this transaction has written, after they are written.
-- One plan for every call, by index: a session's first calls may come while the tables are empty, and planning costs more than running.
CREATE FUNCTION history_refresh(movement_ids uuid[]) RETURNS void
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
    WHERE NOT (m.kind IN ('cash_transfer', 'payment') AND m.state = 'posted' AND m.counterparty_id IS NOT NULL)
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
      WHERE m.id = ANY (others) AND m.counterparty_id IS NOT NULL AND m.kind IN ('token_send', 'payment')
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

-- The entries of transactions that no movement explains. Callers hold the locks.
CREATE FUNCTION history_refresh_unexplained(chain integer, chain_epoch integer, hashes text[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
  PERFORM history_write(
    ARRAY(
      SELECT ROW (p.*)::history_projection FROM history_of_chain p
      WHERE p.chain_id = chain AND p.epoch = chain_epoch AND p.tx_hash = ANY (hashes)
    ),
    ARRAY(
      SELECT e.id FROM history_entries e
      WHERE e.tx_hash = ANY (hashes) AND e.movement_id IS NULL AND e.chain_id = chain AND e.epoch = chain_epoch
    )
  );
END
$$;

-- Movements that explain a transaction, or did until its rows were removed.
CREATE FUNCTION history_movements_of(chain integer, chain_epoch integer, hashes text[]) RETURNS uuid[]
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
  RETURN ARRAY(
    SELECT l.movement_id FROM history_chain_links l WHERE l.chain_id = chain AND l.epoch = chain_epoch AND l.tx_hash = ANY (hashes)
    UNION
    SELECT e.movement_id FROM history_entries e
    WHERE e.tx_hash = ANY (hashes) AND e.chain_id = chain AND e.epoch = chain_epoch AND e.movement_id IS NOT NULL
    UNION
    SELECT e.movement_id FROM unnest(hashes) AS h (hash)
    JOIN history_entries e ON e.legs @> jsonb_build_array(jsonb_build_object('reference', h.hash))
    WHERE e.legs @> '[{"rail": "chain", "status": "pending"}]' AND e.chain_id = chain AND e.epoch = chain_epoch AND e.movement_id IS NOT NULL
  );
END
$$;

-- Called with the transactions whose chain rows this transaction has written or removed, after that.
CREATE FUNCTION history_refresh_chain(chain integer, chain_epoch integer, hashes text[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  movement_ids uuid[];
BEGIN
  movement_ids := history_movements_of(chain, chain_epoch, hashes);
  PERFORM FROM movements WHERE id = ANY (movement_ids) ORDER BY id FOR NO KEY UPDATE;
  PERFORM history_lock(hashes || ARRAY(
    SELECT e.reference FROM chain_events e WHERE e.chain_id = chain AND e.epoch = chain_epoch AND e.tx_hash = ANY (hashes)
    UNION
    SELECT unnest(ARRAY[x.from_address, x.to_address]) FROM history_chain_marks x
    WHERE x.chain_id = chain AND x.epoch = chain_epoch AND x.tx_hash = ANY (hashes)
  ));
  -- Whoever held the names until now may have said that a movement of theirs explains one.
  movement_ids := history_movements_of(chain, chain_epoch, hashes);
  IF cardinality(movement_ids) > 0 THEN
    PERFORM history_refresh(movement_ids);
  END IF;
  PERFORM history_refresh_unexplained(chain, chain_epoch, hashes);
END
$$;

-- Called when an address was linked to a person, or no longer is.
CREATE FUNCTION history_refresh_address(linked text) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  touched record;
BEGIN
  PERFORM history_lock(ARRAY[linked]);
  FOR touched IN
    SELECT x.chain_id, x.epoch, array_agg(DISTINCT x.tx_hash) AS hashes
    FROM (
      SELECT chain_id, epoch, tx_hash FROM chain_token_transfers WHERE from_address = linked OR to_address = linked
      UNION ALL
      SELECT chain_id, epoch, tx_hash FROM chain_native_transfers WHERE from_address = linked OR to_address = linked
    ) AS x
    GROUP BY x.chain_id, x.epoch ORDER BY x.chain_id, x.epoch
  LOOP
    PERFORM history_refresh_chain(touched.chain_id, touched.epoch, touched.hashes);
  END LOOP;
END
$$;

-- Everything in the blocks above `above` up to `upto` (absent: no limit): what was pending there may be final now.
CREATE FUNCTION history_refresh_blocks(chain integer, chain_epoch integer, above bigint, upto bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  hashes text[];
BEGIN
  hashes := ARRAY(
    SELECT x.tx_hash FROM history_chain_marks x
    WHERE x.chain_id = chain AND x.epoch = chain_epoch AND x.block_number > coalesce(above, -1) AND (upto IS NULL OR x.block_number <= upto)
    UNION
    SELECT t.hash FROM chain_transactions t
    WHERE t.chain_id = chain AND t.epoch = chain_epoch AND t.hash IS NOT NULL AND t.block_number > coalesce(above, -1) AND (upto IS NULL OR t.block_number <= upto)
  );
  IF cardinality(hashes) > 0 THEN
    PERFORM history_refresh_chain(chain, chain_epoch, hashes);
  END IF;
END
$$;

-- Finality is one number that speaks of many entries: whoever moves it brings them along, at the end of the same transaction.
CREATE FUNCTION history_follow_finality() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.epoch <> OLD.epoch THEN
    PERFORM history_refresh_blocks(OLD.chain_id, OLD.epoch, OLD.finalized_number, NULL);
  END IF;
  PERFORM history_refresh_blocks(NEW.chain_id, NEW.epoch, CASE WHEN NEW.epoch = OLD.epoch THEN OLD.finalized_number END, NEW.finalized_number);
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER history_follow_finality
AFTER UPDATE ON chains DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (NEW.finalized_number IS DISTINCT FROM OLD.finalized_number OR NEW.epoch <> OLD.epoch)
EXECUTE FUNCTION history_follow_finality();
