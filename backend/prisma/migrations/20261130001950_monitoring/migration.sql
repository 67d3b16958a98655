-- Monitoring: what was decided of each movement, what waits for staff, and the rules that decided.

-- Versions of the rules. The highest is active; one that was there never changes. Without any the ones built in are active, as version 0.
CREATE TABLE monitoring_rules (
  version    integer PRIMARY KEY CHECK (version > 0),
  rules      jsonb NOT NULL,
  note       text NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
REVOKE UPDATE, DELETE, TRUNCATE ON monitoring_rules FROM feiqian_service;

-- One row for each person whose movements were looked at. Each decision moves its version on, so that no two are made from the same past.
CREATE TABLE monitoring_people (
  -- The person's own.
  id         uuid PRIMARY KEY,
  version    integer NOT NULL CHECK (version > 0),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- What was decided of a movement, written in the transaction that let it through, holds it, or in that of nothing else when it is blocked.
CREATE TABLE monitoring_decisions (
  id            uuid PRIMARY KEY,
  version       integer NOT NULL DEFAULT 1 CHECK (version = 1),
  movement_id   uuid NOT NULL,
  user_id       uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('withdrawal', 'cash_transfer', 'payment', 'conversion', 'refund', 'token_send')),
  -- Cash; tokens are counted as what they stand for.
  asset         text NOT NULL CHECK (asset LIKE 'iso4217:%'),
  amount        numeric(78,0) NOT NULL CHECK (amount > 0),
  -- The other side: a person's id, an address, or a keyed hash of a bank account.
  party         text,
  outcome       text NOT NULL CHECK (outcome IN ('allow', 'review', 'block')),
  reasons       jsonb NOT NULL,
  score         integer NOT NULL,
  rules_version integer NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX monitoring_decisions_movement_id_key ON monitoring_decisions (movement_id) WHERE outcome <> 'block';
CREATE INDEX monitoring_decisions_user_id_idx ON monitoring_decisions (user_id, created_at DESC);
CREATE INDEX monitoring_decisions_party_idx ON monitoring_decisions (party, created_at DESC) WHERE party IS NOT NULL;
CREATE INDEX monitoring_decisions_created_at_idx ON monitoring_decisions (created_at);

-- A movement that waits for staff. Its money is one pending transfer of the kind `hold`, which can only ever be voided: by the command
-- that lets the movement happen after all, or by one that gives the money back.
CREATE TABLE holds (
  -- The movement's own.
  id           uuid PRIMARY KEY,
  version      integer NOT NULL CHECK (version > 0),
  user_id      uuid NOT NULL,
  -- What was asked for, to be done when it is released: by which way, and the request, sealed with the data key.
  route        text NOT NULL CHECK (route IN ('withdrawal', 'cash_transfer', 'payment', 'conversion', 'refund')),
  request      text NOT NULL,
  scope        text NOT NULL,
  key          text NOT NULL,
  request_hash text NOT NULL,
  asset        text NOT NULL,
  amount       numeric(78,0) NOT NULL CHECK (amount > 0),
  state        text NOT NULL CHECK (state IN ('open', 'released', 'refused', 'expired')),
  -- The first of two who release it, where two must.
  approved_by  uuid,
  approved_at  timestamptz,
  ended_by     uuid,
  ended_at     timestamptz,
  note         text,
  expires_at   timestamptz NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT holds_end CHECK ((state = 'open') = (ended_at IS NULL) AND (state IN ('released', 'refused')) = (ended_by IS NOT NULL)),
  CONSTRAINT holds_approval CHECK ((approved_by IS NULL) = (approved_at IS NULL) AND (state <> 'released' OR approved_by IS NULL OR approved_by <> ended_by)),
  -- Nobody decides on money of their own.
  CONSTRAINT holds_others CHECK (approved_by IS DISTINCT FROM user_id AND ended_by IS DISTINCT FROM user_id)
);
CREATE INDEX holds_open_idx ON holds (expires_at) WHERE state = 'open';
CREATE INDEX holds_created_at_idx ON holds (created_at DESC, id DESC);
CREATE INDEX holds_user_id_idx ON holds (user_id);

-- Only commands of the ledger write these.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON monitoring_people, monitoring_decisions, holds FROM feiqian_service;

CREATE FUNCTION guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What hold % is about never changes, nor its end.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER holds_guard BEFORE UPDATE ON holds FOR EACH ROW
  WHEN (OLD.state <> 'open'
    OR ROW (OLD.id, OLD.user_id, OLD.route, OLD.request, OLD.asset, OLD.amount, OLD.expires_at, OLD.created_at)
      IS DISTINCT FROM ROW (NEW.id, NEW.user_id, NEW.route, NEW.request, NEW.asset, NEW.amount, NEW.expires_at, NEW.created_at)
    OR (OLD.approved_by IS NOT NULL AND OLD.approved_by IS DISTINCT FROM NEW.approved_by))
  EXECUTE FUNCTION guard_hold();

-- Money that is held is never paid out from where it is held, whoever asks.
CREATE FUNCTION ledger_guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ledger_transfers WHERE id = NEW.pending_id AND kind = 'hold';
  IF FOUND THEN
    RAISE EXCEPTION 'A hold is never posted.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION ledger_guard_hold() FROM PUBLIC, feiqian_service;
CREATE TRIGGER ledger_transfers_guard_hold BEFORE INSERT ON ledger_transfers FOR EACH ROW WHEN (NEW.phase = 'post')
  EXECUTE FUNCTION ledger_guard_hold();

ALTER TABLE staff_actions DROP CONSTRAINT staff_actions_action_check;
ALTER TABLE staff_actions ADD CONSTRAINT staff_actions_action_check CHECK (
  action IN ('list', 'view', 'credit', 'grant', 'revoke', 'hold_approve', 'hold_release', 'hold_refuse', 'rules_change', 'rules_try')
);

DO $$
DECLARE
  definition text := pg_get_functiondef('ledger_write_rows(jsonb)'::regprocedure);
  longer text := regexp_replace(definition, '''\{(movements,[a-z_,]+)\}''', '''{\1,monitoring_people,monitoring_decisions,holds}''');
BEGIN
  IF longer = definition THEN
    RAISE EXCEPTION 'The list of tables that change by command was not found.';
  END IF;
  EXECUTE longer;
END
$$;

-- What people did before is what is usual for them.
INSERT INTO monitoring_decisions (id, movement_id, user_id, kind, asset, amount, party, outcome, reasons, score, rules_version, created_at)
SELECT business_id(ARRAY['monitoring decision', id::text]), id, user_id, kind, asset, amount, counterparty_id::text, 'allow', '[]', 0, 0, created_at
FROM movements
WHERE kind IN ('withdrawal', 'cash_transfer', 'payment', 'conversion', 'refund') AND asset LIKE 'iso4217:%' AND state NOT IN ('failed', 'returned', 'expired', 'dropped');

---- What people see of it ------------------------------------------------------------------------------------------------------------------------

-- Whatever is looked into is with the operator.
CREATE OR REPLACE FUNCTION history_holder(kind text, state text, awaits_tokens boolean, sent boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN state = 'in_review' THEN 'operator' ELSE CASE kind
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
  END END
$$;

-- Money that is held waits until a time; once it is let go, what happens then is told instead.
CREATE OR REPLACE VIEW history_ledger_legs AS
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
           WHEN t.phase = 'pending' AND e.phase IS NULL THEN CASE WHEN t.timeout_at IS NULL THEN 'pending' ELSE 'waiting' END
           WHEN e.phase = 'void' AND NOT o.gives THEN 'dropped'
           ELSE 'completed'
         END,
         t.asset, t.amount, t.id::text, NULL, NULL, NULL, coalesce(e.created_at, t.timeout_at, t.created_at)
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
WHERE t.phase IN ('posted', 'pending')
  AND (t.kind <> 'hold' OR e.kind IS DISTINCT FROM 'hold_release');
