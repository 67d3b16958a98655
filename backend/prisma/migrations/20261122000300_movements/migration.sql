-- What people did with their money, and what the gateways say of it. Versioned rows change by compare-and-swap only.

CREATE TABLE movements (
  id                   uuid PRIMARY KEY,
  version              integer NOT NULL CHECK (version > 0),
  kind                 text NOT NULL CHECK (kind IN ('top_up', 'withdrawal', 'conversion', 'cash_transfer', 'token_send', 'payment')),
  user_id              uuid NOT NULL,
  -- The other person, when there is one on this service.
  counterparty_id      uuid,
  state                text NOT NULL,
  asset                text NOT NULL,
  amount               numeric(78,0) NOT NULL CHECK (amount > 0),
  -- What it becomes when it changes its form: the tokens of a top-up or conversion, the cash of a redemption.
  counter_asset        text,
  counter_amount       numeric(78,0),
  fee_asset            text,
  fee_amount           numeric(78,0),
  gateway              text,
  chain_id             integer,
  -- The person's own address on chain; `to_address` is the other side's.
  address              text,
  to_address           text,
  -- bytes32 that the contract call carries.
  reference            text,
  payment_request_id   uuid,
  note                 text,
  reason               text,
  details              jsonb NOT NULL DEFAULT '{}',
  expires_at           timestamptz,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT movements_counter CHECK ((counter_asset IS NULL) = (counter_amount IS NULL)),
  CONSTRAINT movements_fee CHECK ((fee_asset IS NULL) = (fee_amount IS NULL))
);
CREATE INDEX movements_user_id_idx ON movements (user_id, created_at DESC, id DESC);
CREATE INDEX movements_counterparty_id_idx ON movements (counterparty_id);
CREATE INDEX movements_kind_state_idx ON movements (kind, state);
CREATE INDEX movements_reference_idx ON movements (reference);
CREATE INDEX movements_payment_request_id_idx ON movements (payment_request_id);

-- One order number per attempt to pay in or out.
CREATE TABLE gateway_attempts (
  id                uuid PRIMARY KEY,
  version           integer NOT NULL CHECK (version > 0),
  movement_id       uuid NOT NULL,
  gateway           text NOT NULL,
  direction         text NOT NULL CHECK (direction IN ('payment', 'payout')),
  order_number      text NOT NULL,
  -- mismatched: money came, but not what was ordered; it lies in suspense.
  state             text NOT NULL CHECK (state IN ('created', 'open', 'succeeded', 'failed', 'expired', 'mismatched')),
  asset             text NOT NULL,
  amount            numeric(78,0) NOT NULL CHECK (amount > 0),
  gateway_reference text,
  redirect_url      text,
  reason            text,
  -- When the sweep asks the gateway again, in case nobody ever tells us.
  next_check_at     timestamptz,
  expires_at        timestamptz,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT gateway_attempts_order_key UNIQUE (gateway, order_number)
);
CREATE INDEX gateway_attempts_movement_id_idx ON gateway_attempts (movement_id);
CREATE INDEX gateway_attempts_next_check_idx ON gateway_attempts (next_check_at);

-- What a gateway told us, raw; only ever a reason to ask it.
CREATE TABLE gateway_events (
  gateway      text NOT NULL,
  event_id     text NOT NULL,
  order_number text NOT NULL,
  subject      text NOT NULL CHECK (subject IN ('payment', 'payout', 'refund')),
  -- What it claims. Only the answer to our own question counts.
  asset        text NOT NULL,
  amount       numeric(78,0) NOT NULL,
  body         bytea NOT NULL,
  received_at  timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz,
  outcome      text,
  PRIMARY KEY (gateway, event_id)
);
CREATE INDEX gateway_events_unprocessed_idx ON gateway_events (gateway, order_number, received_at) WHERE processed_at IS NULL;

CREATE TABLE payment_requests (
  id            uuid PRIMARY KEY,
  version       integer NOT NULL CHECK (version > 0),
  payee_id      uuid NOT NULL,
  state         text NOT NULL CHECK (state IN ('open', 'processing', 'paid', 'expired', 'cancelled')),
  asset         text NOT NULL,
  amount        numeric(78,0) NOT NULL CHECK (amount > 0),
  description   text NOT NULL,
  token_asset   text,
  token_amount  numeric(78,0),
  address       text,
  reference     text NOT NULL UNIQUE,
  movement_id   uuid,
  expires_at    timestamptz,
  paid_at       timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payment_requests_token CHECK ((token_asset IS NULL) = (token_amount IS NULL) AND (token_asset IS NULL) = (address IS NULL))
);
CREATE INDEX payment_requests_payee_id_idx ON payment_requests (payee_id, created_at DESC, id DESC);

CREATE TABLE quotes (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('relay')),
  asset        text NOT NULL,
  fee          numeric(78,0) NOT NULL CHECK (fee >= 0),
  fee_receiver text NOT NULL,
  expires_at   timestamptz NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);
