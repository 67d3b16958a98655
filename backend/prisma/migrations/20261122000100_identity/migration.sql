-- People, their sessions, the addresses that they proved, and their encrypted vaults.

CREATE TABLE users (
  id               uuid PRIMARY KEY,
  email            text NOT NULL UNIQUE,
  handle           text NOT NULL UNIQUE,
  kdf              jsonb NOT NULL,
  auth_hash        text NOT NULL,
  language         text NOT NULL,
  display_currency text NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  -- SHA-256 of the cookie's value: who reads this table cannot log in with it.
  token_hash   bytea PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES users (id),
  user_agent   text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);

CREATE TABLE address_challenges (
  nonce      text PRIMARY KEY,
  user_id    uuid NOT NULL REFERENCES users (id),
  message    text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE addresses (
  -- EIP-55. One address belongs to one person: money that is redeemed from it must have one owner.
  address   text PRIMARY KEY,
  user_id   uuid NOT NULL REFERENCES users (id),
  message   text NOT NULL,
  signature text NOT NULL,
  linked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX addresses_user_id_idx ON addresses (user_id);

CREATE TABLE vault_versions (
  user_id    uuid NOT NULL REFERENCES users (id),
  version    integer NOT NULL CHECK (version > 0),
  vault      text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, version)
);
