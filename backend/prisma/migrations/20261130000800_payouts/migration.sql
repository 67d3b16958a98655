-- Automatic payouts: what people want paid out by itself, and what was.

-- One row for each person and currency. A removed rule stays, without the account that it paid to: the ids of payouts follow from its
-- versions, so these must never begin anew.
CREATE TABLE payout_rules (
  id             uuid PRIMARY KEY,
  version        integer NOT NULL CHECK (version > 0),
  user_id        uuid NOT NULL,
  asset          text NOT NULL,
  state          text NOT NULL CHECK (state IN ('on', 'off', 'needs_attention', 'removed')),
  reason         text,
  target         text CHECK (target IN ('bank', 'token')),
  -- Another one whenever the rule is set: tells payouts to this target from those to an earlier one.
  target_id      uuid,
  gateway        text,
  -- Holder and number, sealed with the data key.
  account_sealed text,
  account_masked text,
  token_asset    text,
  address        text,
  keep           numeric(78,0) NOT NULL CHECK (keep >= 0),
  min            numeric(78,0) NOT NULL CHECK (min > 0),
  schedule       text NOT NULL CHECK (schedule IN ('at_once', 'daily')),
  hour           integer CHECK (hour BETWEEN 0 AND 23),
  time_zone      text,
  -- Nothing is paid out before.
  due_at         timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payout_rules_user_id_asset_key UNIQUE (user_id, asset),
  CONSTRAINT payout_rules_target CHECK (CASE
    WHEN state = 'removed' THEN num_nonnulls(target, target_id, gateway, account_sealed, account_masked, token_asset, address) = 0
    WHEN target = 'bank' THEN num_nulls(target_id, gateway, account_sealed, account_masked) = 0 AND num_nonnulls(token_asset, address) = 0
    ELSE num_nulls(target, target_id, token_asset, address) = 0 AND num_nonnulls(gateway, account_sealed, account_masked) = 0
  END),
  CONSTRAINT payout_rules_schedule CHECK ((schedule = 'daily') = (hour IS NOT NULL) AND (hour IS NULL) = (time_zone IS NULL)),
  CONSTRAINT payout_rules_why CHECK (CASE state WHEN 'needs_attention' THEN reason IS NOT NULL WHEN 'on' THEN true ELSE reason IS NULL END)
);
CREATE INDEX payout_rules_due_at_idx ON payout_rules (due_at, id) WHERE state = 'on';

-- One row for each payout, written by the command that begins its withdrawal or conversion: neither is there without the other.
CREATE TABLE payouts (
  -- Follows from the rule and the version that it had.
  id             uuid PRIMARY KEY,
  version        integer NOT NULL CHECK (version > 0),
  rule_id        uuid NOT NULL,
  user_id        uuid NOT NULL,
  asset          text NOT NULL,
  amount         numeric(78,0) NOT NULL CHECK (amount > 0),
  -- `returned`: the money is in the person's cash again.
  state          text NOT NULL CHECK (state IN ('under_way', 'paid', 'returned')),
  -- The rule's, as it was.
  target         text NOT NULL CHECK (target IN ('bank', 'token')),
  target_id      uuid NOT NULL,
  gateway        text,
  account_masked text,
  token_asset    text,
  address        text,
  movement_id    uuid NOT NULL UNIQUE,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payouts_target CHECK (CASE target
    WHEN 'bank' THEN num_nulls(gateway, account_masked) = 0 AND num_nonnulls(token_asset, address) = 0
    ELSE num_nulls(token_asset, address) = 0 AND num_nonnulls(gateway, account_masked) = 0
  END)
);
CREATE INDEX payouts_user_id_idx ON payouts (user_id, created_at DESC, id DESC);
CREATE INDEX payouts_under_way_idx ON payouts (rule_id) WHERE state = 'under_way';

-- Only commands of the ledger write either.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON payout_rules, payouts FROM feiqian_service;

-- Whose a rule is never changes, nor what a payout is about; one that has ended has ended.
CREATE FUNCTION guard_payout_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Whose payout rule % is never changes.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payout_rules_guard BEFORE UPDATE ON payout_rules FOR EACH ROW
  WHEN (ROW (OLD.id, OLD.user_id, OLD.asset) IS DISTINCT FROM ROW (NEW.id, NEW.user_id, NEW.asset) OR NEW.version <= OLD.version)
  EXECUTE FUNCTION guard_payout_rule();

CREATE FUNCTION guard_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What payout % is about never changes, nor its end.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER payouts_guard BEFORE UPDATE ON payouts FOR EACH ROW
  WHEN (OLD.state <> 'under_way'
    OR ROW (OLD.id, OLD.rule_id, OLD.user_id, OLD.asset, OLD.amount, OLD.target, OLD.target_id, OLD.gateway, OLD.account_masked, OLD.token_asset, OLD.address, OLD.movement_id, OLD.created_at)
      IS DISTINCT FROM ROW (NEW.id, NEW.rule_id, NEW.user_id, NEW.asset, NEW.amount, NEW.target, NEW.target_id, NEW.gateway, NEW.account_masked, NEW.token_asset, NEW.address, NEW.movement_id, NEW.created_at))
  EXECUTE FUNCTION guard_payout();

-- Both change by command. Other tables may have been added to the list since it was first written: they stay.
DO $$
DECLARE
  definition text := pg_get_functiondef('ledger_write_rows(jsonb)'::regprocedure);
  longer text := regexp_replace(definition, '''\{(movements,[a-z_,]+)\}''', '''{\1,payout_rules,payouts}''');
BEGIN
  IF longer = definition THEN
    RAISE EXCEPTION 'The list of tables that change by command was not found.';
  END IF;
  EXECUTE longer;
END
$$;
