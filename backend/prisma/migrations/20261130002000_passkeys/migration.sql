-- Passkeys that log in (WebAuthn Level 3), beside the password or alone (docs/decisions/0020-one-passkey-logs-in-and-unlocks.md).

CREATE TABLE passkeys (
  id                 uuid PRIMARY KEY,
  user_id            uuid NOT NULL REFERENCES users (id),
  -- As the authenticator names it; no two people have the same.
  credential_id      bytea NOT NULL UNIQUE CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
  -- COSE_Key (RFC 9052).
  public_key         bytea NOT NULL,
  -- The authenticator's signature counter; 0 where it keeps none.
  counter            bigint NOT NULL CHECK (counter >= 0),
  -- Whether it can come to other devices of its owner, which never changes, and whether it has.
  is_backup_eligible boolean NOT NULL,
  is_backed_up       boolean NOT NULL,
  transports         text[] NOT NULL,
  -- What its owner calls it, sealed with the data key under `passkey:<id>`.
  name               text NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  last_used_at       timestamptz
);
CREATE INDEX passkeys_user_id_idx ON passkeys (user_id);

CREATE FUNCTION guard_passkey() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A counter only grows, and nothing else of a passkey changes.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER passkeys_guard BEFORE UPDATE ON passkeys FOR EACH ROW
  WHEN (NEW.counter < OLD.counter
    OR ROW (OLD.id, OLD.user_id, OLD.credential_id, OLD.public_key, OLD.is_backup_eligible, OLD.created_at)
      IS DISTINCT FROM ROW (NEW.id, NEW.user_id, NEW.credential_id, NEW.public_key, NEW.is_backup_eligible, NEW.created_at))
  EXECUTE FUNCTION guard_passkey();

-- What passkeys were asked to sign and have not answered yet. Whoever takes one deletes it.
CREATE TABLE passkey_challenges (
  -- SHA-256 of the challenge.
  challenge_hash bytea PRIMARY KEY CHECK (octet_length(challenge_hash) = 32),
  purpose        text NOT NULL CHECK (purpose IN ('login', 'factor', 'add')),
  -- Whose passkey is asked; nobody's where the passkey says whose it is.
  user_id        uuid REFERENCES users (id),
  -- Hash of the session, or of the log-in's ticket, in which it was asked.
  bound_to       bytea,
  expires_at     timestamptz NOT NULL,
  CHECK ((purpose = 'login') = (user_id IS NULL) AND (user_id IS NULL) = (bound_to IS NULL))
);
CREATE INDEX passkey_challenges_expires_at_idx ON passkey_challenges (expires_at);

CREATE OR REPLACE FUNCTION has_second_factor(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM totp_factors WHERE user_id = person AND confirmed_at IS NOT NULL)
      OR EXISTS (SELECT FROM passkeys WHERE user_id = person)
$$;

CREATE OR REPLACE FUNCTION security_mail_write(id uuid, person uuid, recipient text, event text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF event <> ALL ('{totp_added,totp_removed,recovery_codes_renewed,recovery_code_used,factor_locked,passkey_added,passkey_removed,passkey_suspect}') THEN
    RAISE EXCEPTION 'Nobody is told of %.', event USING ERRCODE = 'check_violation';
  END IF;
  PERFORM mail_write($1, 'security', (SELECT u.language FROM users u WHERE u.id = person), $3,
    jsonb_build_object('event', event, 'at', webhook_instant(now()),
      'recoveryCodesLeft', (SELECT count(*) FROM recovery_codes c WHERE c.user_id = person AND c.used_at IS NULL)));
END
$$;
