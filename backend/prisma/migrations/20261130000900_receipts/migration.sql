-- Mail that is to be sent, and what it was asked for: receipts (docs/decisions/0013-mail-is-written-with-the-fact.md).

---- Mail ------------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE mails (
  -- Follows from what it tells and whom: that is told once. The Message-ID follows from it.
  id              uuid PRIMARY KEY,
  template        text NOT NULL CHECK (template ~ '^[a-z_]{1,40}$'),
  language        text NOT NULL CHECK (language IN ('zh', 'en')),
  -- Sealed with the data key under `mail:<id>`. Gone once it is on its way.
  recipient       text,
  -- What the template is filled in with, as it was when this was written: every try is the same message.
  data            jsonb NOT NULL,
  state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
  -- Tries that were begun, also those that nobody came back from.
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  begun_at        timestamptz NOT NULL DEFAULT now(),
  next_attempt_at timestamptz DEFAULT now(),
  -- Who sends: the one who took the lease last. Its number grows with every taking, and each later write asks for it.
  lease_fence     bigint NOT NULL DEFAULT 0,
  lease_until     timestamptz,
  last_error      text CHECK (last_error ~ '^[A-Z_]{1,40}$'),
  -- The server's code (RFC 5321) with its enhanced one (RFC 3463). Its words repeat addresses and are not kept.
  last_status     text CHECK (last_status ~ '^[0-9]{3}( [0-9.]{1,20})?$'),
  ended_at        timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT mails_next CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT mails_end CHECK ((state = 'waiting') = (ended_at IS NULL) AND (state <> 'failed' OR last_error IS NOT NULL)),
  CONSTRAINT mails_recipient CHECK ((state = 'sent') = (recipient IS NULL))
);
CREATE INDEX mails_waiting_idx ON mails (next_attempt_at, id) WHERE state = 'waiting';
-- The service sends; what is to be sent, to whom and what it says is written by the functions below, with the owner's rights.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON mails FROM feiqian_service;
GRANT UPDATE (recipient, state, attempts, next_attempt_at, lease_fence, lease_until, last_error, last_status, ended_at) ON mails TO feiqian_service;

CREATE FUNCTION mail_keep_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Mail % says what it was written with, and goes nowhere else.', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER mails_keep_content BEFORE UPDATE ON mails FOR EACH ROW
  WHEN (ROW (OLD.id, OLD.template, OLD.language, OLD.data, OLD.created_at) IS DISTINCT FROM ROW (NEW.id, NEW.template, NEW.language, NEW.data, NEW.created_at)
    OR (NEW.recipient IS NOT NULL AND OLD.recipient IS DISTINCT FROM NEW.recipient) OR OLD.state = 'sent')
  EXECUTE FUNCTION mail_keep_content();

-- Writes a mail that is to be sent. Twice is once.
CREATE FUNCTION mail_write(id uuid, template text, language text, recipient text, data jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO mails (id, template, language, recipient, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    -- Heard at commit, once for each transaction.
    PERFORM pg_notify('mails', '');
  END IF;
END
$$;
REVOKE ALL ON FUNCTION mail_write(uuid, text, text, text, jsonb) FROM PUBLIC, feiqian_service;
