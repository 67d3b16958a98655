-- The books. A transfer has one debit and one credit account, so it is balanced by construction; it never changes.

CREATE TABLE ledger_accounts (
  id              uuid PRIMARY KEY,
  name            text NOT NULL,
  asset           text NOT NULL,
  owner_id        uuid,
  -- Which side may not grow above the other, pending amounts included.
  debits_must_not_exceed_credits boolean NOT NULL DEFAULT false,
  credits_must_not_exceed_debits boolean NOT NULL DEFAULT false,
  closed          boolean NOT NULL DEFAULT false,
  debits_pending  numeric(78,0) NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
  debits_posted   numeric(78,0) NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
  credits_pending numeric(78,0) NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
  credits_posted  numeric(78,0) NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ledger_accounts_name_asset_key UNIQUE (name, asset),
  CONSTRAINT ledger_accounts_debits_floor CHECK (NOT debits_must_not_exceed_credits OR debits_posted + debits_pending <= credits_posted),
  CONSTRAINT ledger_accounts_credits_floor CHECK (NOT credits_must_not_exceed_debits OR credits_posted + credits_pending <= debits_posted)
) WITH (fillfactor = 50);
CREATE INDEX ledger_accounts_owner_id_idx ON ledger_accounts (owner_id);

CREATE TABLE ledger_transfers (
  id                uuid PRIMARY KEY,
  sequence          bigint GENERATED ALWAYS AS IDENTITY,
  -- The database transaction that wrote it: followers read in (transaction_id, sequence) order below pg_snapshot_xmin.
  transaction_id    xid8 NOT NULL DEFAULT pg_current_xact_id(),
  debit_account_id  uuid NOT NULL,
  credit_account_id uuid NOT NULL,
  asset             text NOT NULL,
  amount            numeric(78,0) NOT NULL CHECK (amount > 0),
  kind              text NOT NULL,
  phase             text NOT NULL CHECK (phase IN ('posted', 'pending', 'post', 'void')),
  pending_id        uuid,
  timeout_at        timestamptz,
  movement_id       uuid,
  request_hash      bytea NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ledger_transfers_sides CHECK (debit_account_id <> credit_account_id),
  CONSTRAINT ledger_transfers_pending_link CHECK ((phase IN ('post', 'void')) = (pending_id IS NOT NULL)),
  CONSTRAINT ledger_transfers_timeout CHECK (timeout_at IS NULL OR phase = 'pending'),
  -- A pending transfer is resolved at most once: the database's own fact.
  CONSTRAINT ledger_transfers_pending_id_key UNIQUE (pending_id)
);
CREATE INDEX ledger_transfers_debit_idx ON ledger_transfers (debit_account_id, sequence);
CREATE INDEX ledger_transfers_credit_idx ON ledger_transfers (credit_account_id, sequence);
CREATE INDEX ledger_transfers_movement_id_idx ON ledger_transfers (movement_id);
CREATE INDEX ledger_transfers_order_idx ON ledger_transfers (transaction_id, sequence);

-- The stored answer to a request that changed something; written in the transaction of the change.
CREATE TABLE idempotency_keys (
  -- Who asked and for what: principal and route.
  scope        text NOT NULL,
  key          text NOT NULL,
  request_hash bytea NOT NULL,
  status       integer NOT NULL,
  body         jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);

-- Leader leases with a fencing number that each write of the leader checks.
CREATE TABLE leases (
  name       text PRIMARY KEY,
  holder     text NOT NULL,
  fence      bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
