-- What the chain says, as far as it concerns us: known addresses, tracked tokens, our contracts. Every row belongs to an epoch:
-- a local chain that begins anew starts the next one and the rows of the old are put aside.

CREATE TABLE chains (
  chain_id         integer PRIMARY KEY,
  epoch            integer NOT NULL,
  genesis_hash     text NOT NULL,
  status           text NOT NULL CHECK (status IN ('following', 'unavailable', 'halted')),
  reason           text,
  head_number      bigint,
  head_hash        text,
  finalized_number bigint,
  updated_at       timestamptz NOT NULL DEFAULT now()
);

-- How far a follower of the chain has come; moved by compare-and-swap in the transaction of what it did.
CREATE TABLE chain_cursors (
  id           uuid PRIMARY KEY,
  version      integer NOT NULL CHECK (version > 0),
  chain_id     integer NOT NULL,
  epoch        integer NOT NULL,
  consumer     text NOT NULL,
  block_number bigint NOT NULL,
  updated_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT chain_cursors_consumer_key UNIQUE (chain_id, epoch, consumer)
);

CREATE TABLE chain_blocks (
  chain_id    integer NOT NULL,
  epoch       integer NOT NULL,
  number      bigint NOT NULL,
  hash        text NOT NULL,
  parent_hash text NOT NULL,
  -- Seconds since 1970, as the chain says.
  timestamp   bigint NOT NULL,
  PRIMARY KEY (chain_id, epoch, number)
);

-- ERC-20 Transfer logs of canonical blocks. A reorg deletes the rows of the blocks that it dropped.
CREATE TABLE chain_token_transfers (
  chain_id        integer NOT NULL,
  epoch           integer NOT NULL,
  block_number    bigint NOT NULL,
  log_index       integer NOT NULL,
  tx_hash         text NOT NULL,
  token           text NOT NULL,
  from_address    text NOT NULL,
  to_address      text NOT NULL,
  amount          numeric(78,0) NOT NULL,
  block_timestamp bigint NOT NULL,
  PRIMARY KEY (chain_id, epoch, block_number, log_index)
);
CREATE INDEX chain_token_transfers_from_idx ON chain_token_transfers (from_address, block_number);
CREATE INDEX chain_token_transfers_to_idx ON chain_token_transfers (to_address, block_number);
CREATE INDEX chain_token_transfers_tx_idx ON chain_token_transfers (tx_hash);

-- Top-level transfers of the chain's own coin.
CREATE TABLE chain_native_transfers (
  chain_id        integer NOT NULL,
  epoch           integer NOT NULL,
  block_number    bigint NOT NULL,
  tx_index        integer NOT NULL,
  tx_hash         text NOT NULL,
  from_address    text NOT NULL,
  to_address      text NOT NULL,
  amount          numeric(78,0) NOT NULL,
  block_timestamp bigint NOT NULL,
  PRIMARY KEY (chain_id, epoch, block_number, tx_index)
);
CREATE INDEX chain_native_transfers_from_idx ON chain_native_transfers (from_address, block_number);
CREATE INDEX chain_native_transfers_to_idx ON chain_native_transfers (to_address, block_number);
CREATE INDEX chain_native_transfers_tx_idx ON chain_native_transfers (tx_hash);

-- Events of our own contracts: Issued, Redeemed, Relayed.
CREATE TABLE chain_events (
  chain_id        integer NOT NULL,
  epoch           integer NOT NULL,
  block_number    bigint NOT NULL,
  log_index       integer NOT NULL,
  tx_hash         text NOT NULL,
  contract        text NOT NULL,
  name            text NOT NULL CHECK (name IN ('Issued', 'Redeemed', 'Relayed')),
  reference       text NOT NULL,
  token           text NOT NULL,
  -- Issued: receiver. Redeemed: holder. Relayed: from, and to_address the recipient.
  address         text NOT NULL,
  to_address      text,
  amount          numeric(78,0) NOT NULL,
  fee             numeric(78,0),
  block_timestamp bigint NOT NULL,
  PRIMARY KEY (chain_id, epoch, block_number, log_index)
);
CREATE INDEX chain_events_reference_idx ON chain_events (reference);
CREATE INDEX chain_events_tx_idx ON chain_events (tx_hash);

-- One row per nonce of a sender of ours, and one per transaction that a person broadcast through us. The raw bytes are stored
-- before they are broadcast, so that after a crash the same bytes go out again.
CREATE TABLE chain_transactions (
  id              uuid PRIMARY KEY,
  version         integer NOT NULL CHECK (version > 0),
  chain_id        integer NOT NULL,
  epoch           integer NOT NULL,
  sender          text NOT NULL,
  -- Null until the nonce allocator has signed it.
  nonce           bigint,
  purpose         text NOT NULL CHECK (purpose IN ('issue', 'redeem', 'relay', 'user', 'cancel')),
  movement_id     uuid,
  to_address      text,
  data            text,
  value           numeric(78,0) NOT NULL DEFAULT 0,
  gas_limit       bigint,
  state           text NOT NULL CHECK (state IN ('requested', 'signed', 'broadcast', 'mined', 'final', 'failed', 'replaced', 'dropped')),
  raw             text,
  hash            text,
  block_number    bigint,
  block_timestamp bigint,
  reason          text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT chain_transactions_nonce_key UNIQUE (chain_id, epoch, sender, nonce)
);
CREATE INDEX chain_transactions_movement_id_idx ON chain_transactions (movement_id);
CREATE INDEX chain_transactions_hash_idx ON chain_transactions (hash);
CREATE INDEX chain_transactions_state_idx ON chain_transactions (chain_id, epoch, state);

-- Every set of bytes ever broadcast for a row: a re-priced transaction keeps its nonce and has another hash.
CREATE TABLE chain_transaction_attempts (
  hash           text PRIMARY KEY,
  transaction_id uuid NOT NULL REFERENCES chain_transactions (id),
  raw            text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chain_transaction_attempts_transaction_id_idx ON chain_transaction_attempts (transaction_id);
