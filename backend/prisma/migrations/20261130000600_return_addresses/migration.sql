-- Where shops have payers sent back to: nowhere else does a payment page send anybody.

CREATE TABLE return_addresses (
  id         uuid PRIMARY KEY,
  owner_id   uuid NOT NULL,
  -- As it was given: a payment request names it exactly.
  url        text NOT NULL,
  -- Signs what payers bring back; sealed with the data key, as bank accounts are.
  secret     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (owner_id, url)
);

-- An address is added or removed, never turned into another one.
REVOKE UPDATE, TRUNCATE ON return_addresses FROM feiqian_service;
