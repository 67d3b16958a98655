-- Second factors beside the password: codes of an authenticator app (RFC 6238) and recovery codes; log-ins that wait for one
-- (docs/decisions/0019-a-second-factor-is-shown-not-stored.md).

-- When a second factor was last shown in this session.
ALTER TABLE sessions ADD COLUMN factor_at timestamptz;

CREATE TABLE totp_factors (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL UNIQUE REFERENCES users (id),
  -- Sealed with the data key under `totp:<id>`.
  secret       text NOT NULL,
  -- The time step (RFC 6238, section 4.2) of the last code that was taken: none is taken twice, whichever replica is asked.
  last_step    bigint NOT NULL DEFAULT 0,
  -- Until a first code was shown it counts for nothing.
  confirmed_at timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION guard_totp_factor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A code is taken once, and nothing else of an authenticator changes.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER totp_factors_guard BEFORE UPDATE ON totp_factors FOR EACH ROW
  WHEN (NEW.last_step <= OLD.last_step OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at)
    OR ROW (OLD.id, OLD.user_id, OLD.secret, OLD.created_at) IS DISTINCT FROM ROW (NEW.id, NEW.user_id, NEW.secret, NEW.created_at))
  EXECUTE FUNCTION guard_totp_factor();

CREATE TABLE recovery_codes (
  user_id    uuid NOT NULL REFERENCES users (id),
  -- Keyed hash: who reads this table can show none of them.
  code_hash  bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  used_at    timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, code_hash)
);

CREATE FUNCTION guard_recovery_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A recovery code is used once.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER recovery_codes_guard BEFORE UPDATE ON recovery_codes FOR EACH ROW
  WHEN (OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR (OLD.user_id, OLD.code_hash) IS DISTINCT FROM (NEW.user_id, NEW.code_hash))
  EXECUTE FUNCTION guard_recovery_code();

-- Wrong codes since the last right one. One row for each person, so that replicas count together.
CREATE TABLE factor_attempts (
  user_id      uuid PRIMARY KEY REFERENCES users (id),
  failures     integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  locked_until timestamptz
);

-- The password was right; a second factor is still to be shown.
CREATE TABLE pending_logins (
  -- SHA-256 of the ticket: who reads this table cannot go on with it.
  ticket_hash bytea PRIMARY KEY CHECK (octet_length(ticket_hash) = 32),
  user_id     uuid NOT NULL REFERENCES users (id),
  expires_at  timestamptz NOT NULL
);
CREATE INDEX pending_logins_user_id_idx ON pending_logins (user_id);

CREATE FUNCTION has_second_factor(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM totp_factors WHERE user_id = person AND confirmed_at IS NOT NULL)
$$;

-- Tells somebody by mail what was done to the safety of the account, in the transaction that does it. Only these events, and only to
-- whoever the service has sealed as recipient; the words are those of the template.
CREATE FUNCTION security_mail_write(id uuid, person uuid, recipient text, event text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF event <> ALL ('{totp_added,totp_removed,recovery_codes_renewed,recovery_code_used,factor_locked}') THEN
    RAISE EXCEPTION 'Nobody is told of %.', event USING ERRCODE = 'check_violation';
  END IF;
  PERFORM mail_write($1, 'security', (SELECT u.language FROM users u WHERE u.id = person), $3,
    jsonb_build_object('event', event, 'at', webhook_instant(now()),
      'recoveryCodesLeft', (SELECT count(*) FROM recovery_codes c WHERE c.user_id = person AND c.used_at IS NULL)));
END
$$;
REVOKE ALL ON FUNCTION security_mail_write(uuid, uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION security_mail_write(uuid, uuid, text, text) TO feiqian_service;
