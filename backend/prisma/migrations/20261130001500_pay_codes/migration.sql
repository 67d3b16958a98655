-- Codes that payers show at a counter, and what they allow without being asked (docs/decisions/0015-a-pay-code-asks-it-does-not-pay.md).

CREATE TABLE pay_codes (
  -- Keyed hash of the digits: who reads this table cannot show the code.
  code_hash    bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
  user_id      uuid NOT NULL REFERENCES users (id),
  -- Logged out, nobody is asked any more.
  session_hash bytea NOT NULL REFERENCES sessions (token_hash) ON DELETE CASCADE,
  -- What it was presented for, once.
  request_id   uuid,
  used_at      timestamptz,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL CHECK (expires_at > created_at),
  CONSTRAINT pay_codes_use CHECK ((request_id IS NULL) = (used_at IS NULL))
);
CREATE INDEX pay_codes_session_hash_idx ON pay_codes (session_hash, used_at DESC);
CREATE INDEX pay_codes_user_id_idx ON pay_codes (user_id, expires_at);

CREATE FUNCTION guard_pay_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A pay code is presented once, and nothing else of it changes.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER pay_codes_guard BEFORE UPDATE ON pay_codes FOR EACH ROW
  WHEN (OLD.request_id IS NOT NULL
    OR ROW (OLD.code_hash, OLD.user_id, OLD.session_hash, OLD.created_at, OLD.expires_at)
      IS DISTINCT FROM ROW (NEW.code_hash, NEW.user_id, NEW.session_hash, NEW.created_at, NEW.expires_at))
  EXECUTE FUNCTION guard_pay_code();

-- One row for each person and currency. Nought is off; the row stays, so that switching it off and on makes no new day.
CREATE TABLE pay_limits (
  id          uuid PRIMARY KEY,
  version     integer NOT NULL CHECK (version > 0),
  user_id     uuid NOT NULL,
  asset       text NOT NULL,
  per_payment numeric(78,0) NOT NULL CHECK (per_payment >= 0),
  per_day     numeric(78,0) NOT NULL,
  -- Days begin at midnight there.
  time_zone   text NOT NULL,
  -- What was paid without asking on that day.
  spent       numeric(78,0) NOT NULL DEFAULT 0 CHECK (spent >= 0),
  spent_on    date,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pay_limits_user_id_asset_key UNIQUE (user_id, asset),
  CONSTRAINT pay_limits_order CHECK (per_day >= per_payment)
);

-- Whatever the service believes: no single payment and no day is above what the person has set.
CREATE FUNCTION guard_pay_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before numeric := CASE WHEN NEW.spent_on IS NOT DISTINCT FROM OLD.spent_on THEN OLD.spent ELSE 0 END;
BEGIN
  IF ROW (OLD.id, OLD.user_id, OLD.asset) IS DISTINCT FROM ROW (NEW.id, NEW.user_id, NEW.asset) OR NEW.version <= OLD.version THEN
    RAISE EXCEPTION 'Whose pay limit % is never changes.', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.spent_on < OLD.spent_on OR NEW.spent < before THEN
    RAISE EXCEPTION 'What was paid without asking stays counted.' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.spent > before AND (NEW.spent - before > NEW.per_payment OR NEW.spent > NEW.per_day) THEN
    RAISE EXCEPTION 'More than pay limit % allows.', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER pay_limits_guard BEFORE UPDATE ON pay_limits FOR EACH ROW EXECUTE FUNCTION guard_pay_limit();
REVOKE DELETE, TRUNCATE ON pay_limits FROM feiqian_service;

-- What is paid without asking is counted by the command that pays it.
DO $$
DECLARE
  definition text := pg_get_functiondef('ledger_write_rows(jsonb)'::regprocedure);
  longer text := regexp_replace(definition, '''\{(movements,[a-z_,]+)\}''', '''{\1,pay_limits}''');
BEGIN
  IF longer = definition THEN
    RAISE EXCEPTION 'The list of tables that change by command was not found.';
  END IF;
  EXECUTE longer;
END
$$;
