-- What a shop sells again and again: a name and a price, in the shop's own order. Nothing here moves money: a payment request keeps the
-- amount and the words that it was made with.

CREATE TABLE items (
  id         uuid PRIMARY KEY,
  owner_id   uuid NOT NULL REFERENCES users (id),
  name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80 AND name = btrim(name)),
  asset      text NOT NULL CHECK (asset ~ '^iso4217:[A-Z]{3}$'),
  amount     numeric(78,0) NOT NULL CHECK (amount > 0),
  -- Where it stands among the others; 0 is first.
  place      integer CHECK (place >= 0),
  -- `gone` was removed by its owner and stays for the record only.
  state      text NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'gone')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT items_shown CHECK ((state = 'on') = (place IS NOT NULL)),
  -- Looked at when a transaction ends: while an item moves, two of them are at one place.
  CONSTRAINT items_place UNIQUE (owner_id, place) DEFERRABLE INITIALLY DEFERRED
);
REVOKE UPDATE, DELETE, TRUNCATE ON items FROM feiqian_service;
GRANT UPDATE (name, asset, amount, place, state, updated_at) ON items TO feiqian_service;

CREATE FUNCTION items_stay_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A removed item stays removed.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER items_gone BEFORE UPDATE ON items FOR EACH ROW WHEN (OLD.state = 'gone') EXECUTE FUNCTION items_stay_gone();
