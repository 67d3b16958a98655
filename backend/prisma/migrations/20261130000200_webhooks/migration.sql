-- What merchants are told of: events, written in the database transaction of the fact that they tell of, and their deliveries
-- (docs/decisions/0012-events-are-written-with-the-fact.md).

---- Where to deliver ------------------------------------------------------------------------------------------------------------------------

CREATE TABLE webhook_endpoints (
  id                    uuid PRIMARY KEY,
  owner_id              uuid NOT NULL,
  url                   text NOT NULL,
  description           text NOT NULL,
  -- Null: everything, also what is added later.
  types                 text[] CHECK (cardinality(types) > 0),
  -- Sealed with the data key, as bank accounts are.
  secret                text NOT NULL,
  -- Which request made the secret, so that a repeated one does not make another.
  secret_id             uuid NOT NULL,
  previous_secret       text,
  previous_secret_until timestamptz,
  -- `off` can be turned on again; `gone` was removed by its owner and stays for the record only.
  state                 text NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'off', 'gone')),
  reason                text CHECK (reason IN ('OWNER', 'ANSWERED_GONE')),
  -- The breaker: nothing is sent before, because the oldest failing delivery waits until then.
  retry_at              timestamptz,
  -- Who delivers: the one who took the lease last. Its number grows with every taking, and each later write asks for it.
  lease_fence           bigint NOT NULL DEFAULT 0,
  lease_until           timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT webhook_endpoints_why CHECK ((state = 'on') = (reason IS NULL)),
  CONSTRAINT webhook_endpoints_previous CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);
CREATE INDEX webhook_endpoints_owner_id_idx ON webhook_endpoints (owner_id, created_at DESC, id DESC) WHERE state <> 'gone';
REVOKE UPDATE, DELETE, TRUNCATE ON webhook_endpoints FROM feiqian_service;
GRANT UPDATE (url, description, types, secret, secret_id, previous_secret, previous_secret_until, state, reason, retry_at, lease_fence, lease_until, updated_at)
  ON webhook_endpoints TO feiqian_service;

---- What happened ---------------------------------------------------------------------------------------------------------------------------

CREATE TABLE webhook_events (
  -- Follows from object and version: a fact has one event, however often it is told.
  id             uuid PRIMARY KEY,
  owner_id       uuid NOT NULL,
  type           text NOT NULL CHECK (type ~ '^[a-z_]+\.[a-z_]+$'),
  object_type    text NOT NULL,
  object_id      uuid NOT NULL,
  object_version integer NOT NULL CHECK (object_version > 0),
  -- The object as it was: what the body is rendered from, at every attempt the same.
  snapshot       jsonb NOT NULL,
  -- Grows with the versions of one object, whose writers wait for each other. Between objects it is no order of commits.
  sequence       bigint GENERATED ALWAYS AS IDENTITY,
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_events_object_idx ON webhook_events (object_type, object_id, object_version);
-- Only the functions below write it, with the owner's rights, and nobody changes it.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON webhook_events FROM feiqian_service;
REVOKE ALL ON SEQUENCE webhook_events_sequence_seq FROM feiqian_service;

CREATE TABLE webhook_deliveries (
  id              uuid PRIMARY KEY,
  event_id        uuid NOT NULL REFERENCES webhook_events (id),
  endpoint_id     uuid NOT NULL REFERENCES webhook_endpoints (id),
  owner_id        uuid NOT NULL,
  object_id       uuid NOT NULL,
  sequence        bigint NOT NULL,
  state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
  -- Of this run of the schedule; a replay begins another.
  attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  begun_at        timestamptz NOT NULL DEFAULT now(),
  next_attempt_at timestamptz DEFAULT now(),
  last_status     integer,
  last_error      text,
  delivered_at    timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (event_id, endpoint_id),
  CONSTRAINT webhook_deliveries_next CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL)),
  CONSTRAINT webhook_deliveries_end CHECK ((state = 'delivered') = (delivered_at IS NOT NULL) AND (state <> 'failed' OR last_error IS NOT NULL))
);
CREATE INDEX webhook_deliveries_endpoint_idx ON webhook_deliveries (endpoint_id, sequence DESC);
CREATE INDEX webhook_deliveries_waiting_idx ON webhook_deliveries (endpoint_id, sequence) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_object_idx ON webhook_deliveries (endpoint_id, object_id, sequence) WHERE state = 'waiting';
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON webhook_deliveries FROM feiqian_service;
GRANT UPDATE (state, attempts, begun_at, next_attempt_at, last_status, last_error, delivered_at) ON webhook_deliveries TO feiqian_service;

-- What came of each try. A process that dies in the middle of one leaves no row.
CREATE TABLE webhook_attempts (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id uuid NOT NULL REFERENCES webhook_deliveries (id),
  at          timestamptz NOT NULL,
  duration_ms integer NOT NULL CHECK (duration_ms >= 0),
  status      integer,
  error       text,
  answer      text NOT NULL CHECK (octet_length(answer) <= 1024)
);
CREATE INDEX webhook_attempts_delivery_id_idx ON webhook_attempts (delivery_id, id);
REVOKE UPDATE, DELETE, TRUNCATE ON webhook_attempts FROM feiqian_service;

CREATE FUNCTION webhook_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What % tells of never changes: % is refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER webhook_events_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON webhook_events
  FOR EACH STATEMENT EXECUTE FUNCTION webhook_refuse_change();
CREATE TRIGGER webhook_attempts_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON webhook_attempts
  FOR EACH STATEMENT EXECUTE FUNCTION webhook_refuse_change();

---- Writing events --------------------------------------------------------------------------------------------------------------------------

-- Writes an event and what is to be delivered of it. Twice is once. What comes while an endpoint is off is kept as failed, so that its
-- owner can have it replayed.
CREATE FUNCTION webhook_write(event webhook_events, only_endpoint uuid) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  place bigint;
  is_any boolean;
BEGIN
  INSERT INTO webhook_events (id, owner_id, type, object_type, object_id, object_version, snapshot)
  VALUES (event.id, event.owner_id, event.type, event.object_type, event.object_id, event.object_version, event.snapshot)
  ON CONFLICT (id) DO NOTHING RETURNING sequence INTO place;
  IF place IS NULL THEN
    RETURN;
  END IF;
  WITH written AS (
    INSERT INTO webhook_deliveries (id, event_id, endpoint_id, owner_id, object_id, sequence, state, next_attempt_at, last_error)
    SELECT business_id(ARRAY['webhook delivery', event.id::text, e.id::text]), event.id, e.id, e.owner_id, event.object_id, place,
      CASE e.state WHEN 'on' THEN 'waiting' ELSE 'failed' END, CASE e.state WHEN 'on' THEN now() END, CASE e.state WHEN 'on' THEN NULL ELSE 'ENDPOINT_OFF' END
    FROM webhook_endpoints e
    WHERE e.owner_id = event.owner_id AND e.state <> 'gone'
      AND CASE WHEN only_endpoint IS NULL THEN e.types IS NULL OR event.type = ANY (e.types) ELSE e.id = only_endpoint END
    RETURNING state
  )
  SELECT coalesce(bool_or(state = 'waiting'), false) INTO is_any FROM written;
  -- Heard at commit, once for each transaction.
  IF is_any THEN
    PERFORM pg_notify('webhooks', '');
  END IF;
END
$$;

-- Which event a change of a payment request's state is; null where nobody is told. Later states are added here.
CREATE FUNCTION webhook_payment_request_type(before text, after text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'payment_request.' || CASE
    WHEN before IS NULL THEN 'created'
    WHEN before = after THEN NULL
    ELSE CASE after
      WHEN 'open' THEN 'reopened'
      WHEN 'processing' THEN 'processing'
      WHEN 'paid' THEN 'settled'
      WHEN 'expired' THEN 'expired'
      WHEN 'cancelled' THEN 'cancelled'
    END
  END
$$;

CREATE FUNCTION webhook_instant(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- A payment request as whoever is told of it sees it. Amounts are text, so that none becomes a float; backend/src/webhooks/render.ts reads it.
CREATE FUNCTION webhook_payment_request(r payment_requests) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', r.id, 'state', r.state, 'asset', r.asset, 'amount', r.amount::text, 'description', r.description,
    'handle', coalesce((SELECT handle FROM users WHERE id = r.payee_id), ''),
    'tokenAsset', r.token_asset, 'tokenAmount', r.token_amount::text, 'address', r.address, 'reference', r.reference,
    'createdAt', webhook_instant(r.created_at), 'expiresAt', webhook_instant(r.expires_at), 'paidAt', webhook_instant(r.paid_at))
$$;

CREATE FUNCTION webhook_tell_payment_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  event webhook_events;
BEGIN
  event.type := webhook_payment_request_type(CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, NEW.state);
  IF event.type IS NULL THEN
    RETURN NULL;
  END IF;
  event.id := business_id(ARRAY['webhook event', 'payment_request', NEW.id::text, NEW.version::text]);
  event.owner_id := NEW.payee_id;
  event.object_type := 'payment_request';
  event.object_id := NEW.id;
  event.object_version := NEW.version;
  event.snapshot := webhook_payment_request(NEW);
  PERFORM webhook_write(event, NULL);
  RETURN NULL;
END
$$;
CREATE TRIGGER payment_requests_told AFTER INSERT ON payment_requests
  FOR EACH ROW EXECUTE FUNCTION webhook_tell_payment_request();
CREATE TRIGGER payment_requests_told_change AFTER UPDATE ON payment_requests
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION webhook_tell_payment_request();

-- An event that tells of nothing, for one endpoint, under a key of the one who asked for it. Answers with the delivery's id.
CREATE FUNCTION webhook_test(endpoint uuid, key text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  event webhook_events;
BEGIN
  event.type := 'webhook.test';
  event.id := business_id(ARRAY['webhook event', 'test', endpoint::text, key]);
  SELECT owner_id INTO STRICT event.owner_id FROM webhook_endpoints WHERE id = endpoint;
  event.object_type := 'webhook_endpoint';
  -- An object of its own: a test waits for no other, and none for it.
  event.object_id := event.id;
  event.object_version := 1;
  event.snapshot := jsonb_build_object('endpointId', endpoint);
  PERFORM webhook_write(event, endpoint);
  RETURN business_id(ARRAY['webhook delivery', event.id::text, endpoint::text]);
END
$$;
REVOKE ALL ON FUNCTION webhook_write(webhook_events, uuid) FROM PUBLIC, feiqian_service;

---- Answers of requests that move no money --------------------------------------------------------------------------------------------------

-- Keeps the answer that a repeated request will get, in the transaction of the change itself. False when there is one already: then
-- the change must not stand either.
CREATE FUNCTION answer_keep(scope text, key text, request_hash bytea, status integer, body jsonb) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH kept AS (
    INSERT INTO idempotency_keys (scope, key, request_hash, status, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT EXISTS (SELECT FROM kept)
$$;
