-- What `npm run verify` looks for, refused at the door where the database can: rights that the service does not need are taken away,
-- and what must not change never does, whoever asks.

---- Rows that only commands write -----------------------------------------------------------------------------------------------------------

-- ledger_post runs with the owner's rights. The service moves sends and payments on by itself when their transaction does: state only.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON movements, gateway_attempts, payment_requests, chain_cursors, idempotency_keys FROM feiqian_service;
GRANT UPDATE (state, reason, version, updated_at) ON movements TO feiqian_service;
REVOKE INSERT, DELETE, TRUNCATE ON chain_transactions FROM feiqian_service;

-- What a notification said stays as it came; only that it was looked at is added.
REVOKE UPDATE, DELETE, TRUNCATE ON gateway_events FROM feiqian_service;
GRANT UPDATE (processed_at, outcome) ON gateway_events TO feiqian_service;

-- Histories are written by their projection alone, attempts by their trigger alone.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON history_entries, history_removals, chain_transaction_attempts FROM feiqian_service;
ALTER FUNCTION history_write(history_projection[], uuid[]) SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION chain_keep_attempt() SECURITY DEFINER SET search_path = public, pg_temp;

-- What a chain said is added, and removed when a reorganisation takes it away. It is never edited.
REVOKE UPDATE, TRUNCATE ON chain_blocks, chain_token_transfers, chain_native_transfers, chain_events FROM feiqian_service;
-- FOR SHARE asks for the right to update a column; the hash of a block can't be changed in its row all the same (trigger below).
GRANT UPDATE (hash) ON chain_blocks TO feiqian_service;
REVOKE DELETE, TRUNCATE ON chains FROM feiqian_service;

---- What a movement is about never changes --------------------------------------------------------------------------------------------------

-- What was not known at the beginning may be added later, such as the token that a top-up becomes. What staff find out about money in
-- suspense ends a movement with what had come instead of what was ordered.
CREATE FUNCTION guard_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('review', 'redeeming', 'failed') AND NEW.state IN ('credited', 'redeemed') AND NEW.reason = 'SUSPENSE_CREDITED'
    AND (NEW.id, NEW.kind, NEW.user_id, NEW.reference) IS NOT DISTINCT FROM (OLD.id, OLD.kind, OLD.user_id, OLD.reference) THEN
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.kind, NEW.user_id, NEW.asset, NEW.amount) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.user_id, OLD.asset, OLD.amount)
    OR (OLD.reference IS NOT NULL AND NEW.reference IS DISTINCT FROM OLD.reference)
    OR (OLD.counter_asset IS NOT NULL AND (NEW.counter_asset, NEW.counter_amount) IS DISTINCT FROM (OLD.counter_asset, OLD.counter_amount)) THEN
    RAISE EXCEPTION 'What movement % is about never changes.', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER movements_guard BEFORE UPDATE ON movements FOR EACH ROW
  WHEN (ROW (OLD.id, OLD.kind, OLD.user_id, OLD.asset, OLD.amount, OLD.reference, OLD.counter_asset, OLD.counter_amount)
    IS DISTINCT FROM ROW (NEW.id, NEW.kind, NEW.user_id, NEW.asset, NEW.amount, NEW.reference, NEW.counter_asset, NEW.counter_amount))
  EXECUTE FUNCTION guard_movement();

-- Only sends and payments in tokens follow their transaction without a command.
CREATE FUNCTION guard_movement_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Movement % changes by command only.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER movements_guard_state BEFORE UPDATE ON movements FOR EACH ROW
  WHEN (OLD.kind NOT IN ('token_send', 'payment') AND current_user = 'feiqian_service')
  EXECUTE FUNCTION guard_movement_state();

-- The money of an order, and whose it is, are those it was made with; a booked order stays booked.
CREATE FUNCTION guard_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Order % of % keeps its money and its end.', OLD.order_number, OLD.gateway USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER gateway_attempts_guard BEFORE UPDATE ON gateway_attempts FOR EACH ROW
  WHEN (ROW (OLD.gateway, OLD.direction, OLD.order_number, OLD.asset, OLD.amount) IS DISTINCT FROM ROW (NEW.gateway, NEW.direction, NEW.order_number, NEW.asset, NEW.amount)
    OR (OLD.state IN ('succeeded', 'mismatched') AND NEW.state <> OLD.state))
  EXECUTE FUNCTION guard_attempt();

---- What is final on a chain stays ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION guard_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A block is replaced by another row, never edited.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER chain_blocks_guard BEFORE UPDATE ON chain_blocks FOR EACH STATEMENT EXECUTE FUNCTION guard_block();

-- Finality moves on only, and a chain is another one only in another epoch.
CREATE FUNCTION guard_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND (NEW.genesis_hash <> OLD.genesis_hash OR NEW.finalized_number < OLD.finalized_number
    OR (OLD.finalized_number IS NOT NULL AND NEW.finalized_number IS NULL))) THEN
    RAISE EXCEPTION 'What was final on chain % stays final.', OLD.chain_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER chains_guard BEFORE UPDATE ON chains FOR EACH ROW
  WHEN (OLD.epoch <> NEW.epoch OR OLD.genesis_hash <> NEW.genesis_hash OR OLD.finalized_number IS DISTINCT FROM NEW.finalized_number)
  EXECUTE FUNCTION guard_chain();

CREATE FUNCTION guard_final_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM gone g JOIN chains c ON c.chain_id = g.chain_id WHERE g.epoch < c.epoch OR g.block_number <= c.finalized_number;
  IF FOUND THEN
    RAISE EXCEPTION 'What is final on a chain is not removed from %.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER chain_events_guard AFTER DELETE ON chain_events REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION guard_final_rows();
CREATE TRIGGER chain_token_transfers_guard AFTER DELETE ON chain_token_transfers REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION guard_final_rows();
CREATE TRIGGER chain_native_transfers_guard AFTER DELETE ON chain_native_transfers REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION guard_final_rows();

-- Final blocks without anything of ours are forgotten by the indexer; one with rows never is.
CREATE FUNCTION guard_final_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM gone g JOIN chains c ON c.chain_id = g.chain_id
  WHERE (g.epoch < c.epoch OR g.number <= c.finalized_number) AND (
    EXISTS (SELECT FROM chain_events k WHERE (k.chain_id, k.epoch, k.block_number) = (g.chain_id, g.epoch, g.number))
    OR EXISTS (SELECT FROM chain_token_transfers k WHERE (k.chain_id, k.epoch, k.block_number) = (g.chain_id, g.epoch, g.number))
    OR EXISTS (SELECT FROM chain_native_transfers k WHERE (k.chain_id, k.epoch, k.block_number) = (g.chain_id, g.epoch, g.number)));
  IF FOUND THEN
    RAISE EXCEPTION 'A final block with rows of ours is not removed.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER chain_blocks_guard_final AFTER DELETE ON chain_blocks REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION guard_final_blocks();

---- Transactions of ours --------------------------------------------------------------------------------------------------------------------

-- One nonce is used up by one transaction, and one that is on its way has its bytes.
CREATE UNIQUE INDEX chain_transactions_final_nonce_key ON chain_transactions (chain_id, epoch, sender, nonce) WHERE state = 'final';
ALTER TABLE chain_transactions
  ADD CONSTRAINT chain_transactions_bytes CHECK (state NOT IN ('signed', 'broadcast') OR (raw IS NOT NULL AND hash IS NOT NULL)),
  ADD CONSTRAINT chain_transactions_mined CHECK (state <> 'mined' OR block_number IS NOT NULL);

CREATE FUNCTION guard_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What was final or told stays so, and a transaction keeps its purpose: %.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER chain_transactions_guard BEFORE UPDATE ON chain_transactions FOR EACH ROW
  WHEN (ROW (OLD.chain_id, OLD.sender, OLD.purpose, OLD.movement_id) IS DISTINCT FROM ROW (NEW.chain_id, NEW.sender, NEW.purpose, NEW.movement_id)
    OR (OLD.handled_at IS NOT NULL AND NEW.handled_at IS NULL)
    OR (OLD.state = 'final' AND ROW (OLD.state, OLD.nonce, OLD.hash, OLD.epoch) IS DISTINCT FROM ROW (NEW.state, NEW.nonce, NEW.hash, NEW.epoch)))
  EXECUTE FUNCTION guard_transaction();
