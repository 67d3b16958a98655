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

---- Receipts --------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE receipts (
  -- That of its mail: follows from request and address, so that asking twice is asking once.
  id             uuid PRIMARY KEY,
  request_id     uuid NOT NULL REFERENCES payment_requests (id),
  -- Keyed hash of the address: says how many go to one, without saying to whom.
  address_digest bytea NOT NULL CHECK (octet_length(address_digest) = 32),
  language       text NOT NULL CHECK (language IN ('zh', 'en')),
  -- Sealed for the mail, and handed over to it.
  recipient      text,
  written_at     timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT receipts_handed_over CHECK ((recipient IS NULL) = (written_at IS NOT NULL))
);
CREATE INDEX receipts_request_id_idx ON receipts (request_id);
CREATE INDEX receipts_address_digest_idx ON receipts (address_digest, created_at);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON receipts FROM feiqian_service;

-- What a receipt says; backend/src/mail/templates/receipt.ts reads it. Amounts are text, so that none becomes a float.
CREATE FUNCTION receipt_data(r payment_requests) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'paymentRequestId', r.id, 'handle', coalesce((SELECT handle FROM users WHERE id = r.payee_id), ''), 'description', r.description,
    'asset', r.asset, 'amount', r.amount::text, 'received', r.received::text, 'refunded', r.refunded::text, 'settledAt', webhook_instant(r.settled_at),
    'payments', coalesce((
      SELECT jsonb_agg(
        jsonb_build_object('rail', p.rail, 'asset', p.asset, 'amount', p.amount::text)
          || CASE p.rail WHEN 'token' THEN jsonb_build_object('chainId', p.chain_id, 'txHash', p.tx_hash) WHEN 'gateway' THEN jsonb_build_object('gateway', p.gateway) ELSE '{}' END
        ORDER BY p.paid_at, p.id)
      FROM (
        SELECT * FROM payments
        -- What was paid in something else counts for nothing (backend/src/payment-requests/decide.ts).
        WHERE request_id = r.id AND asset IN (r.asset, r.token_asset) AND (state = 'final' OR (state = 'mined' AND r.settle_at = 'mined'))
        ORDER BY paid_at, id LIMIT 20
      ) AS p
    ), '[]'))
$$;

-- Hands every receipt over that waits for a request, if the request is settled.
CREATE FUNCTION receipt_write(request uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM mail_write(w.id, 'receipt', w.language, w.recipient, receipt_data(r))
  FROM receipts w JOIN payment_requests r ON r.id = w.request_id
  WHERE w.request_id = request AND w.written_at IS NULL AND r.state = 'settled';
  UPDATE receipts w SET recipient = NULL, written_at = now() FROM payment_requests r
  WHERE w.request_id = request AND w.written_at IS NULL AND r.id = w.request_id AND r.state = 'settled';
END
$$;

-- At the end of the transaction that settles, when all that it wrote is there: the order of rows within a command says nothing.
CREATE FUNCTION receipt_settled() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM receipt_write(NEW.id);
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payment_requests_receipted AFTER UPDATE ON payment_requests DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.state <> 'settled' AND NEW.state = 'settled') EXECUTE FUNCTION receipt_settled();

-- Notes that somebody wants a receipt. Nothing says whether it was noted: neither what others asked for nor whether there is such a request.
CREATE FUNCTION receipt_ask(id uuid, request uuid, address_digest bytea, language text, recipient text, of_request_max integer, of_address_max integer)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Whoever settles the request just now is waited for, and waits for us: one of the two finds what the other wrote.
  PERFORM FROM payment_requests r WHERE r.id = request FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('receipts ' || encode(address_digest, 'hex'), 0));
  IF (SELECT count(*) FROM receipts w WHERE w.request_id = request) >= of_request_max
    OR (SELECT count(*) FROM receipts w WHERE w.address_digest = $3 AND w.created_at > now() - interval '1 day') >= of_address_max THEN
    RETURN;
  END IF;
  INSERT INTO receipts (id, request_id, address_digest, language, recipient) VALUES ($1, request, $3, $4, $5) ON CONFLICT DO NOTHING;
  PERFORM receipt_write(request);
END
$$;
REVOKE ALL ON FUNCTION receipt_data(payment_requests), receipt_write(uuid), receipt_settled() FROM PUBLIC, feiqian_service;
