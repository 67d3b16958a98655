-- The encrypted address book of each person: contacts, notes and tags. The service can't read it.

CREATE TABLE address_books (
  user_id    uuid PRIMARY KEY REFERENCES users (id),
  -- The number inside the text; grows with every change, not always by one.
  version    integer NOT NULL CHECK (version > 0),
  book       text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A book is written anew, never taken away.
REVOKE DELETE, TRUNCATE ON address_books FROM feiqian_service;

-- Tells the person's other devices. The notification names the person and nothing else.
CREATE FUNCTION address_book_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('address_books', NEW.user_id::text);
  RETURN NULL;
END $$;

CREATE TRIGGER address_books_tell AFTER INSERT OR UPDATE ON address_books
  FOR EACH ROW EXECUTE FUNCTION address_book_tell();
