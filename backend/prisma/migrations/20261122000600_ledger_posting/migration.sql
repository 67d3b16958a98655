-- The only way to write the books: one function that posts an array of commands. It runs with the owner's rights; the
-- service's role may call it and may not touch transfers or balances by itself.
--
-- Order of locks in every call: versioned rows, then ledger accounts (by id), then jobs, then what history_refresh locks.
-- Hot accounts are therefore held for the shortest time, and calls that meet wait for one another in one direction.

-- ── Transfers never change ──────────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A ledger transfer never changes: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_transfers_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Who knows the content of a transfer: equal ids with equal hashes are the same transfer. `kind` comes last, so that no two contents share a text.
CREATE FUNCTION ledger_transfer_hash(
  phase text, debit uuid, credit uuid, asset text, amount numeric, pending uuid, timeout timestamptz, movement uuid, kind text
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(
    phase || '|' || debit || '|' || credit || '|' || asset || '|' || amount::numeric(78,0) || '|' || coalesce(pending::text, '') || '|'
      || coalesce(((extract(epoch FROM timeout) * 1000000)::bigint)::text, '') || '|' || coalesce(movement::text, '') || '|' || kind,
    'UTF8'))
$$;

-- ── Accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Creates the accounts that are missing, with nothing on them. An account that exists must be the same one.
CREATE FUNCTION ledger_ensure_accounts(ids uuid[], names text[], assets text[], owners uuid[], floors text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  odd text;
BEGIN
  INSERT INTO ledger_accounts (id, name, asset, owner_id, debits_must_not_exceed_credits, credits_must_not_exceed_debits)
  SELECT id, name, asset, owner, floor = 'credits', floor = 'debits'
  FROM unnest(ids, names, assets, owners, floors) AS wanted (id, name, asset, owner, floor)
  ORDER BY id
  ON CONFLICT (id) DO NOTHING;

  SELECT wanted.name INTO odd
  FROM unnest(ids, names, assets, owners, floors) AS wanted (id, name, asset, owner, floor)
  JOIN ledger_accounts account ON account.id = wanted.id
  WHERE (account.name, account.asset, account.debits_must_not_exceed_credits, account.credits_must_not_exceed_debits)
      <> (wanted.name, wanted.asset, wanted.floor = 'credits', wanted.floor = 'debits')
    OR account.owner_id IS DISTINCT FROM wanted.owner
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The ledger account % exists with other properties.', odd USING ERRCODE = 'integrity_constraint_violation';
  END IF;
END
$$;

-- ── Versioned rows ──────────────────────────────────────────────────────────────────────────────────────────────────

-- Inserts or changes rows by compare-and-swap. `changes` is an array of groups of one shape:
-- {"table", "isNew", "columns": […], "rows": [{"id", "version", …}]}, where `version` is the expected one.
-- Answers whether every row had it.
CREATE FUNCTION ledger_write_rows(changes jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  change record;
  names text[];
  written bigint;
BEGIN
  FOR change IN
    SELECT * FROM jsonb_to_recordset(changes) AS c ("table" text, "isNew" boolean, columns text[], rows jsonb)
  LOOP
    IF change."table" <> ALL ('{movements,gateway_attempts,payment_requests,chain_transactions,chain_cursors}') THEN
      RAISE EXCEPTION 'Rows of % do not change by command.', change."table" USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT array_agg(quote_ident(c)) INTO names FROM unnest(change.columns) AS c WHERE c NOT IN ('id', 'version');
    IF change."isNew" THEN
      EXECUTE format(
        'INSERT INTO %1$I (id, version%2$s) SELECT id, 1%2$s FROM jsonb_populate_recordset(NULL::%1$I, $1) ORDER BY id',
        change."table", (SELECT string_agg(', ' || name, '' ORDER BY name) FROM unnest(names) AS name)
      ) USING change.rows;
    ELSE
      EXECUTE format(
        'UPDATE %1$I AS target SET version = target.version + 1%2$s
         FROM (SELECT * FROM jsonb_populate_recordset(NULL::%1$I, $1) ORDER BY id) AS source
         WHERE target.id = source.id AND target.version = source.version',
        change."table",
        (SELECT string_agg(format(', %1$s = source.%1$s', name), '' ORDER BY name) FROM unnest(names) AS name)
          || CASE WHEN 'updated_at' = ANY (names) THEN '' ELSE ', updated_at = now()' END
      ) USING change.rows;
    END IF;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> jsonb_array_length(change.rows) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END
$$;
