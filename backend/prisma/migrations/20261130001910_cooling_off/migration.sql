-- After a second factor was removed large movements wait: who has taken it away from its owner must not be able to empty the account at once
-- (docs/decisions/0019-a-second-factor-is-shown-not-stored.md).

CREATE TABLE cooling_offs (
  user_id    uuid PRIMARY KEY REFERENCES users (id),
  ends_at    timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION guard_cooling_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A cooling-off period is never shortened.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER cooling_offs_guard BEFORE UPDATE ON cooling_offs FOR EACH ROW
  WHEN (NEW.ends_at < OLD.ends_at OR NEW.user_id <> OLD.user_id) EXECUTE FUNCTION guard_cooling_off();
REVOKE DELETE, TRUNCATE ON cooling_offs FROM feiqian_service;
