-- Money whose owner a person has to find, the people who may look for them, and everything that these people looked at and did.

-- Who works for the operator. Only the tables' owner writes it (`npm run staff`): whoever holds the service can make nobody staff.
CREATE TABLE staff (
  user_id    uuid PRIMARY KEY REFERENCES users (id),
  granted_at timestamptz NOT NULL DEFAULT now()
);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON staff FROM feiqian_service;

-- One row for each transfer that put money into suspense (or, for tokens that nobody ordered, took it from there), written in the
-- transaction of the transfer. It is resolved once: by compare-and-swap, in the transaction of the transfer that resolves it.
CREATE TABLE suspense_items (
  -- The transfer's own.
  id                   uuid PRIMARY KEY,
  version              integer NOT NULL CHECK (version > 0),
  state                text NOT NULL CHECK (state IN ('open', 'resolved')),
  reason               text NOT NULL,
  asset                text NOT NULL,
  amount               numeric(78,0) NOT NULL CHECK (amount > 0),
  -- The movement that it came for, when there is one.
  movement_id          uuid,
  gateway              text,
  order_number         text,
  chain_id             integer,
  tx_hash              text,
  -- Whose tokens were redeemed, or who got those that nobody ordered.
  address              text,
  reference            text,
  token_asset          text,
  token_amount         numeric(78,0),
  -- `credit`: staff found its owner. `match`: it turned out to be what the books learned of later.
  action               text CHECK (action IN ('credit', 'match')),
  recipient_id         uuid,
  resolved_by          uuid,
  note                 text,
  resolved_movement_id uuid,
  resolved_at          timestamptz,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT suspense_items_source CHECK ((gateway IS NULL) = (order_number IS NULL) AND (gateway IS NULL) <> (tx_hash IS NULL)),
  CONSTRAINT suspense_items_token CHECK ((token_asset IS NULL) = (token_amount IS NULL)),
  CONSTRAINT suspense_items_resolution CHECK (
    (state = 'resolved') = (action IS NOT NULL) AND (action IS NULL) = (resolved_at IS NULL) AND (action IS NULL) = (recipient_id IS NULL)
      AND (action IS NOT DISTINCT FROM 'credit') = (resolved_by IS NOT NULL) AND (resolved_by IS NULL) = (note IS NULL)
  )
);
CREATE INDEX suspense_items_state_idx ON suspense_items (state, created_at DESC, id DESC);
-- Only commands of the ledger write it.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON suspense_items FROM feiqian_service;

-- A gateway's answer about another order or merchant books nothing, and a person looks at it too.
CREATE INDEX gateway_attempts_flagged_idx ON gateway_attempts (created_at DESC, id DESC) WHERE reason IN ('MERCHANT_MISMATCH', 'ORDER_MISMATCH');

-- Who looked at what and did what. Rows are added and never change; what moves money is added by the command that moves it.
CREATE TABLE staff_actions (
  id         uuid PRIMARY KEY,
  version    integer NOT NULL DEFAULT 1 CHECK (version = 1),
  -- Null for what the operator did on the machine itself.
  staff_id   uuid,
  action     text NOT NULL CHECK (action IN ('list', 'view', 'credit', 'grant', 'revoke')),
  -- The suspense item, or the person whose role changed.
  subject_id uuid,
  details    jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX staff_actions_subject_id_idx ON staff_actions (subject_id, created_at);
CREATE INDEX staff_actions_staff_id_idx ON staff_actions (staff_id, created_at);
REVOKE UPDATE, DELETE, TRUNCATE ON staff_actions FROM feiqian_service;

CREATE FUNCTION staff_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What staff did never changes: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER staff_actions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON staff_actions
  FOR EACH STATEMENT EXECUTE FUNCTION staff_refuse_change();
