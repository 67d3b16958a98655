-- Tokens that people add by hand. The indexer follows what anybody has added; each person sees only what they have added themselves.

-- Every token that was ever added and that the operator does not list. What is kept of its transfers stays hidden from all others, also
-- after the last person has removed it. The chain's leader takes one out once the operator lists it.
CREATE TABLE unlisted_tokens (
  asset    text PRIMARY KEY,
  chain_id integer NOT NULL,
  -- EIP-55.
  address  text NOT NULL,
  CONSTRAINT unlisted_tokens_asset CHECK (asset = 'eip155:' || chain_id::text || '/erc20:' || address),
  CONSTRAINT unlisted_tokens_contract_key UNIQUE (chain_id, address)
);

CREATE TABLE added_tokens (
  -- Another one when it is added again: what the leader began for the former says nothing of this one.
  id            uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id       uuid NOT NULL REFERENCES users (id),
  asset         text NOT NULL REFERENCES unlisted_tokens (asset),
  chain_id      integer NOT NULL,
  address       text NOT NULL,
  -- What the contract said of itself when it was added.
  symbol        text NOT NULL,
  name          text NOT NULL,
  decimals      integer NOT NULL CHECK (decimals BETWEEN 0 AND 36),
  -- Whether the leader has noticed it: every block that it reads from then on is read with it.
  is_followed   boolean NOT NULL DEFAULT false,
  -- The last final block before that; NULL once the person's transfers up to it were read.
  missing_until bigint,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, asset),
  CONSTRAINT added_tokens_id_key UNIQUE (id),
  CONSTRAINT added_tokens_missing CHECK (missing_until IS NULL OR is_followed)
);
CREATE INDEX added_tokens_asset_idx ON added_tokens (asset);
CREATE INDEX added_tokens_chain_id_idx ON added_tokens (chain_id);

-- What was added is added again, never edited; the leader only notes how far it has come.
REVOKE UPDATE, TRUNCATE ON added_tokens FROM feiqian_service;
GRANT UPDATE (is_followed, missing_until) ON added_tokens TO feiqian_service;
REVOKE UPDATE, TRUNCATE ON unlisted_tokens FROM feiqian_service;

-- The leader of the chain looks at its list as it does when an address was linked.
CREATE FUNCTION added_tokens_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('chain_address', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER added_tokens_wake AFTER INSERT OR DELETE ON added_tokens FOR EACH STATEMENT EXECUTE FUNCTION added_tokens_wake();

---- One history -------------------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION token_is_hidden(person uuid, token_asset text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM unlisted_tokens u WHERE u.asset = token_asset)
    AND NOT EXISTS (SELECT FROM added_tokens a WHERE a.user_id = person AND a.asset = token_asset)
$$;

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
  -- A token that is not listed is seen by those who have added it.
  WHERE NOT token_is_hidden(p.user_id, v.asset) AND NOT EXISTS (
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

-- A person's own sends of a token are hidden with it. Its receiver has no part in the movement: what arrived is what the chain shows.
ALTER VIEW history_of_movements RENAME TO history_of_every_movement;
CREATE VIEW history_of_movements AS SELECT * FROM history_of_every_movement m WHERE NOT token_is_hidden(m.user_id, m.asset);

CREATE OR REPLACE VIEW history_projection AS
SELECT * FROM history_of_cash
UNION ALL
SELECT * FROM history_of_movements
UNION ALL
SELECT * FROM history_of_chain;

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
    UNION
    -- Whoever adds or removes a token holds its name.
    SELECT m.asset FROM movements m JOIN unlisted_tokens u ON u.asset = m.asset WHERE m.id = ANY (others)
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

CREATE OR REPLACE FUNCTION history_refresh_chain(chain integer, chain_epoch integer, hashes text[]) RETURNS void
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
    UNION
    SELECT u.asset FROM chain_token_transfers t JOIN unlisted_tokens u ON u.chain_id = t.chain_id AND u.address = t.token
    WHERE t.chain_id = chain AND t.epoch = chain_epoch AND t.tx_hash = ANY (hashes)
  ));
  -- Whoever held the names until now may have said that a movement of theirs explains one.
  movement_ids := history_movements_of(chain, chain_epoch, hashes);
  IF cardinality(movement_ids) > 0 THEN
    PERFORM history_refresh(movement_ids);
  END IF;
  PERFORM history_refresh_unexplained(chain, chain_epoch, hashes);
END
$$;

-- Called after a person has added or removed a token, in the same transaction.
CREATE FUNCTION history_refresh_token(person uuid, token_asset text) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  own text[];
  movement_ids uuid[];
  touched record;
BEGIN
  own := ARRAY(SELECT a.address FROM addresses a WHERE a.user_id = person);
  movement_ids := ARRAY(SELECT m.id FROM movements m WHERE m.user_id = person AND m.asset = token_asset ORDER BY m.id);
  PERFORM FROM movements WHERE id = ANY (movement_ids) ORDER BY id FOR NO KEY UPDATE;
  PERFORM history_lock(own || token_asset);
  FOR touched IN
    SELECT t.chain_id, t.epoch, array_agg(DISTINCT t.tx_hash) AS hashes
    FROM (
      SELECT chain_id, epoch, token, tx_hash FROM chain_token_transfers WHERE from_address = ANY (own)
      UNION
      SELECT chain_id, epoch, token, tx_hash FROM chain_token_transfers WHERE to_address = ANY (own)
    ) AS t
    JOIN unlisted_tokens u ON u.chain_id = t.chain_id AND u.address = t.token
    WHERE u.asset = token_asset
    GROUP BY t.chain_id, t.epoch ORDER BY t.chain_id, t.epoch
  LOOP
    PERFORM history_refresh_chain(touched.chain_id, touched.epoch, touched.hashes);
  END LOOP;
  movement_ids := ARRAY(SELECT m.id FROM movements m WHERE m.user_id = person AND m.asset = token_asset);
  PERFORM history_write(
    ARRAY(SELECT ROW (p.*)::history_projection FROM history_of_movements p WHERE p.movement_id = ANY (movement_ids)),
    ARRAY(SELECT history_id(person, m.id) FROM unnest(movement_ids::text[]) AS m (id))
  );
END
$$;

-- The operator lists a token that people had added: from now on it is everybody's. Called by the leader of its chain.
CREATE FUNCTION history_list_token(token_asset text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  listed record;
  touched record;
BEGIN
  PERFORM history_lock(ARRAY[token_asset]);
  SELECT u.chain_id, u.address INTO listed FROM unlisted_tokens u WHERE u.asset = token_asset;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  DELETE FROM added_tokens WHERE asset = token_asset;
  DELETE FROM unlisted_tokens WHERE asset = token_asset;
  PERFORM history_refresh(ARRAY(SELECT m.id FROM movements m WHERE m.asset = token_asset));
  FOR touched IN
    SELECT t.chain_id, t.epoch, array_agg(DISTINCT t.tx_hash) AS hashes FROM chain_token_transfers t
    WHERE t.chain_id = listed.chain_id AND t.token = listed.address
    GROUP BY t.chain_id, t.epoch ORDER BY t.chain_id, t.epoch
  LOOP
    PERFORM history_refresh_chain(touched.chain_id, touched.epoch, touched.hashes);
  END LOOP;
END
$$;
