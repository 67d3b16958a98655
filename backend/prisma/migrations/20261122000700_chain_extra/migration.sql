-- What the leader of a chain needs beside the facts: which addresses it watches, how a transaction ended, and to be woken.

-- Whether the mined transaction failed; it counts only once its block is final.
ALTER TABLE chain_transactions ADD COLUMN reverted boolean NOT NULL DEFAULT false;
-- When whoever asked for the transaction was told how it ended; told again until this is set.
ALTER TABLE chain_transactions ADD COLUMN handled_at timestamptz;
CREATE INDEX chain_transactions_unhandled_idx ON chain_transactions (chain_id, updated_at)
  WHERE handled_at IS NULL AND state IN ('final', 'failed', 'replaced', 'dropped');

-- Our own senders never sign two transactions for one nonce, except to re-price one. People may: the second takes the place of the first.
ALTER TABLE chain_transactions DROP CONSTRAINT chain_transactions_nonce_key;
CREATE UNIQUE INDEX chain_transactions_service_nonce_key ON chain_transactions (chain_id, epoch, sender, nonce) WHERE purpose IN ('issue', 'redeem', 'relay');
CREATE INDEX chain_transactions_sender_idx ON chain_transactions (chain_id, epoch, sender, nonce);

-- Every set of bytes that a row ever had is kept, whoever writes it, in the transaction that writes it. On a chain that began
-- anew the same bytes can come again: then they are those of the newer row.
CREATE FUNCTION chain_keep_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chain_transaction_attempts (hash, transaction_id, raw) VALUES (NEW.hash, NEW.id, NEW.raw)
  ON CONFLICT (hash) DO UPDATE SET transaction_id = NEW.id, created_at = now();
  RETURN NULL;
END
$$;
CREATE TRIGGER chain_transactions_keep_insert AFTER INSERT ON chain_transactions
  FOR EACH ROW WHEN (NEW.hash IS NOT NULL AND NEW.raw IS NOT NULL) EXECUTE FUNCTION chain_keep_attempt();
CREATE TRIGGER chain_transactions_keep_update AFTER UPDATE ON chain_transactions
  FOR EACH ROW WHEN (NEW.hash IS NOT NULL AND NEW.raw IS NOT NULL AND OLD.hash IS DISTINCT FROM NEW.hash) EXECUTE FUNCTION chain_keep_attempt();

-- The addresses whose transfers the indexer keeps.
CREATE TABLE chain_watched_addresses (
  chain_id      integer NOT NULL,
  epoch         integer NOT NULL,
  address       text NOT NULL,
  -- The last block that the indexer had read without knowing the address; NULL once those blocks were read again.
  missing_until bigint,
  PRIMARY KEY (chain_id, epoch, address)
);
CREATE INDEX chain_watched_addresses_missing_idx ON chain_watched_addresses (chain_id, epoch) WHERE missing_until IS NOT NULL;

-- Wakes the leader of a chain: something is to be signed, sent or told.
CREATE FUNCTION chain_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('chain_work', NEW.chain_id::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER chain_transactions_wake_insert AFTER INSERT ON chain_transactions
  FOR EACH ROW WHEN (NEW.state IN ('requested', 'signed')) EXECUTE FUNCTION chain_wake();
CREATE TRIGGER chain_transactions_wake_update AFTER UPDATE ON chain_transactions
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('requested', 'signed', 'final', 'failed', 'replaced', 'dropped'))
  EXECUTE FUNCTION chain_wake();

-- A newly linked address has to be watched on every chain.
CREATE FUNCTION chain_wake_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('chain_address', NEW.address);
  RETURN NULL;
END
$$;
CREATE TRIGGER addresses_wake AFTER INSERT ON addresses FOR EACH ROW EXECUTE FUNCTION chain_wake_address();

-- A first reading of a chain fills these tables within seconds, long before autovacuum looks at them, and a planner that takes a whole
-- epoch for one row reads all of it again and again. The indexer asks for statistics while it fills them; it does not own the tables.
CREATE FUNCTION chain_analyze() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE addresses, movements, chain_blocks, chain_token_transfers, chain_native_transfers, chain_events, chain_transactions,
    chain_transaction_attempts, history_entries;
END
$$;
REVOKE ALL ON FUNCTION chain_analyze FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chain_analyze TO feiqian_service;
