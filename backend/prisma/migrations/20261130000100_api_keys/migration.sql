-- Keys with which the server of a shop acts for the shop's owner, within the scopes of each.

CREATE TABLE api_keys (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES users (id),
  name         text NOT NULL CHECK (name <> ''),
  -- SHA-256 of the secret: who reads this table can act for nobody.
  secret_hash  bytea NOT NULL UNIQUE,
  -- The end of the secret, by which people tell their keys apart.
  hint         text NOT NULL CHECK (length(hint) = 4),
  scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0),
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at   timestamptz
);
CREATE INDEX api_keys_user_id_idx ON api_keys (user_id, created_at DESC, id DESC);

-- What a key may do is settled when it is made, and a revoked key stays revoked.
REVOKE UPDATE, DELETE, TRUNCATE ON api_keys FROM feiqian_service;
GRANT UPDATE (last_used_at, revoked_at) ON api_keys TO feiqian_service;

CREATE FUNCTION api_keys_stay_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A revoked key stays revoked.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER api_keys_revoked BEFORE UPDATE OF revoked_at ON api_keys FOR EACH ROW
  WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) EXECUTE FUNCTION api_keys_stay_revoked();
