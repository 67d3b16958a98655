-- The only way to write the books: one function that posts an array of commands. It runs with the owner's rights; the
-- service's role may call it and may not touch transfers or balances by itself.
--
-- Order of locks in every call: ledger accounts by id, then versioned rows, transfers and answers, then jobs, then what history_refresh
-- locks. Calls that would write the same transfer, row or answer nearly always share an account, so they queue there and never wait
-- for each other crosswise.

-- ── Transfers never change ──────────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A ledger transfer never changes: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_transfers_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Few transfers have a time to end by; those that do are swept.
CREATE INDEX ledger_transfers_timeout_idx ON ledger_transfers (timeout_at) WHERE timeout_at IS NOT NULL;

-- The content of a transfer: equal ids with equal hashes are the same transfer. `kind` comes last, so that no two contents share a text.
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
CREATE FUNCTION ledger_ensure_accounts(accounts jsonb) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  odd text;
BEGIN
  INSERT INTO ledger_accounts (id, name, asset, owner_id, debits_must_not_exceed_credits, credits_must_not_exceed_debits)
  SELECT id, name, asset, "ownerId", floor = 'credits', floor = 'debits'
  FROM jsonb_to_recordset(accounts) AS wanted (id uuid, name text, asset text, "ownerId" uuid, floor text)
  ORDER BY id
  ON CONFLICT (id) DO NOTHING;

  SELECT wanted.name INTO odd
  FROM jsonb_to_recordset(accounts) AS wanted (id uuid, name text, asset text, "ownerId" uuid, floor text)
  JOIN ledger_accounts account ON account.id = wanted.id
  WHERE (account.name, account.asset, account.debits_must_not_exceed_credits, account.credits_must_not_exceed_debits)
      <> (wanted.name, wanted.asset, wanted.floor = 'credits', wanted.floor = 'debits')
    OR account.owner_id IS DISTINCT FROM wanted."ownerId"
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
    IF change."table" <> ALL ('{movements,gateway_attempts,payment_requests,chain_transactions,chain_cursors,suspense_items,staff_actions}') THEN
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
        coalesce((SELECT string_agg(format(', %1$s = source.%1$s', name), '' ORDER BY name) FROM unnest(names) AS name), '')
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

-- ── Posting ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Writes a run of commands in sets, for the usual case in which none of them stands in the way of another: no id, row or
-- key that exists or comes twice, every pending there, and no floor reached even if the run's debits came before all of
-- its credits. Answers false, having written nothing, when that is not so; then a smaller run is tried, and at last each alone.
CREATE FUNCTION ledger_post_together(
  ids uuid[], phases text[], debits uuid[], credits uuid[], assets text[], amounts numeric[], kinds text[], pendings uuid[],
  timeouts timestamptz[], movements uuid[], changes jsonb, answers jsonb
) RETURNS boolean LANGUAGE plpgsql
-- Everything is looked up by key. Without these a plan made over a young, small table would read it whole when it has grown.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  is_clean boolean;
BEGIN
  IF pendings IS NOT NULL THEN
    PERFORM FROM unnest(ids, phases, debits, credits, amounts, pendings) AS t (id, phase, debit, credit, amount, pending)
    LEFT JOIN ledger_transfers p ON p.id = t.pending AND p.phase = 'pending' AND p.debit_account_id = t.debit
      AND p.credit_account_id = t.credit AND p.amount = t.amount
    WHERE t.phase IN ('post', 'void') AND (p.id IS NULL OR (t.phase = 'post' AND p.timeout_at <= now()));
    IF FOUND THEN
      RETURN false;
    END IF;
  END IF;

  IF changes IS NOT NULL THEN
    SELECT count(*) = count(DISTINCT (change->>'table', row->>'id')) INTO is_clean
    FROM jsonb_array_elements(changes) AS change, jsonb_array_elements(change->'rows') AS row;
    IF NOT is_clean THEN
      RETURN false;
    END IF;
  END IF;

  BEGIN
    -- Accounts first and in the order of their ids. Each floor is checked as if no credit of this run had come yet.
    WITH sides AS (
      SELECT debit AS account, asset,
        CASE WHEN phase IN ('posted', 'post') THEN amount ELSE 0 END AS debit_posted,
        CASE phase WHEN 'pending' THEN amount WHEN 'posted' THEN 0 ELSE -amount END AS debit_pending,
        CASE WHEN phase IN ('posted', 'pending') THEN amount ELSE 0 END AS debit_new,
        0 AS credit_posted, 0 AS credit_pending, 0 AS credit_new
      FROM unnest(phases, debits, assets, amounts) AS t (phase, debit, asset, amount)
      UNION ALL
      SELECT credit, asset, 0, 0, 0,
        CASE WHEN phase IN ('posted', 'post') THEN amount ELSE 0 END,
        CASE phase WHEN 'pending' THEN amount WHEN 'posted' THEN 0 ELSE -amount END,
        CASE WHEN phase IN ('posted', 'pending') THEN amount ELSE 0 END
      FROM unnest(phases, credits, assets, amounts) AS t (phase, credit, asset, amount)
    ), deltas AS (
      SELECT account, asset, sum(debit_posted) AS debit_posted, sum(debit_pending) AS debit_pending, sum(debit_new) AS debit_new,
        sum(credit_posted) AS credit_posted, sum(credit_pending) AS credit_pending, sum(credit_new) AS credit_new
      FROM sides GROUP BY account, asset
    ), updated AS (
      UPDATE ledger_accounts AS a
      SET debits_posted = a.debits_posted + d.debit_posted, debits_pending = a.debits_pending + d.debit_pending,
        credits_posted = a.credits_posted + d.credit_posted, credits_pending = a.credits_pending + d.credit_pending
      FROM (SELECT * FROM deltas ORDER BY account) AS d
      WHERE a.id = d.account AND a.asset = d.asset
      RETURNING (NOT a.closed OR d.debit_new + d.credit_new = 0)
        AND (NOT a.debits_must_not_exceed_credits
          OR a.debits_posted + a.debits_pending - d.debit_posted - d.debit_pending + d.debit_new <= a.credits_posted - d.credit_posted)
        AND (NOT a.credits_must_not_exceed_debits
          OR a.credits_posted + a.credits_pending - d.credit_posted - d.credit_pending + d.credit_new <= a.debits_posted - d.debit_posted)
        AS is_allowed
    )
    SELECT count(*) = (SELECT count(*) FROM deltas) AND coalesce(bool_and(is_allowed), true) INTO is_clean FROM updated;
    IF NOT is_clean THEN
      RAISE EXCEPTION 'conflict' USING ERRCODE = 'FQ001';
    END IF;

    INSERT INTO ledger_transfers (
      id, debit_account_id, credit_account_id, asset, amount, kind, phase, pending_id, timeout_at, movement_id, request_hash
    )
    SELECT id, debit, credit, asset, amount, kind, phase, pending, timeout, movement,
      ledger_transfer_hash(phase, debit, credit, asset, amount, pending, timeout, movement, kind)
    FROM unnest(ids, phases, debits, credits, assets, amounts, kinds, pendings, timeouts, movements)
      AS t (id, phase, debit, credit, asset, amount, kind, pending, timeout, movement);

    IF changes IS NOT NULL AND NOT ledger_write_rows(changes) THEN
      RAISE EXCEPTION 'conflict' USING ERRCODE = 'FQ001';
    END IF;

    IF answers IS NOT NULL THEN
      PERFORM ledger_write_answers(answers);
    END IF;
    RETURN true;
  EXCEPTION WHEN OTHERS THEN
    IF ledger_is_whole_failure(SQLSTATE) THEN
      RAISE;
    END IF;
    RETURN false;
  END;
END
$$;

-- Failures that are not one command's own: try again, no resources, the operator, broken storage.
CREATE FUNCTION ledger_is_whole_failure(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT left(state, 2) IN ('40', '53', '55', '57', '58', 'XX')
$$;

CREATE FUNCTION ledger_write_answers(answers jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO idempotency_keys (scope, key, request_hash, status, body)
  SELECT scope, key, decode("requestHash", 'hex'), status, body
  FROM jsonb_to_recordset(answers) AS a (scope text, key text, "requestHash" text, status integer, body jsonb)
  ORDER BY scope, key
$$;

-- Why a transfer cannot be written at this moment, or NULL when it can. Its accounts are locked.
CREATE FUNCTION ledger_refusal(
  p_phase text, p_debit uuid, p_credit uuid, p_asset text, p_amount numeric, p_pending uuid
) RETURNS text LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  debit ledger_accounts;
  credit ledger_accounts;
  pending ledger_transfers;
  resolution text;
BEGIN
  SELECT * INTO debit FROM ledger_accounts WHERE id = p_debit;
  SELECT * INTO credit FROM ledger_accounts WHERE id = p_credit;
  IF debit.id IS NULL OR credit.id IS NULL OR debit.asset <> p_asset OR credit.asset <> p_asset THEN
    RAISE EXCEPTION 'Both accounts of a transfer exist and hold its asset.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;

  IF p_phase IN ('post', 'void') THEN
    SELECT * INTO pending FROM ledger_transfers WHERE id = p_pending AND phase = 'pending';
    IF NOT FOUND THEN
      RETURN 'pending_not_found';
    END IF;
    IF (pending.debit_account_id, pending.credit_account_id, pending.amount) <> (p_debit, p_credit, p_amount) THEN
      RETURN 'pending_content_differs';
    END IF;
    SELECT phase INTO resolution FROM ledger_transfers WHERE pending_id = p_pending;
    RETURN CASE
      WHEN resolution = 'post' THEN 'pending_already_posted'
      -- Past its time a pending is as good as voided; voiding it is how it is cleared away.
      WHEN resolution = 'void' OR (p_phase = 'post' AND pending.timeout_at <= now()) THEN 'pending_already_voided'
    END;
  END IF;

  -- A closed account takes nothing new. What was pending on it may still end, because something outside has happened already.
  RETURN CASE
    WHEN debit.closed OR credit.closed THEN 'account_closed'
    WHEN debit.debits_must_not_exceed_credits AND debit.debits_posted + debit.debits_pending + p_amount > debit.credits_posted THEN 'exceeds_credits'
    WHEN credit.credits_must_not_exceed_debits AND credit.credits_posted + credit.credits_pending + p_amount > credit.debits_posted THEN 'exceeds_debits'
  END;
END
$$;

-- Writes one command by itself, transfer after transfer, and says exactly what became of it:
-- {"status": "written" | "answered" | "key_reused" | "version_conflict" | "refused" | "error", …}. Refused, it has written nothing.
CREATE FUNCTION ledger_post_alone(
  ids uuid[], phases text[], debits uuid[], credits uuid[], assets text[], amounts numeric[], kinds text[], pendings uuid[],
  timeouts timestamptz[], movements uuid[], changes jsonb, answers jsonb
) RETURNS jsonb LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  size integer := coalesce(cardinality(ids), 0);
  hashes bytea[];
  statuses text[];
  refusal text;
  change record;
  stored idempotency_keys;
  outcome jsonb;
  error_state text;
  error_message text;
  error_constraint text;
BEGIN
  -- Another call may write the same id or key between our look and our write. Then its row is there at the next look.
  FOR attempt IN 1..3 LOOP
    IF answers IS NOT NULL THEN
      SELECT k.* INTO stored FROM idempotency_keys k WHERE k.scope = answers->0->>'scope' AND k.key = answers->0->>'key';
      IF FOUND THEN
        RETURN CASE WHEN stored.request_hash = decode(answers->0->>'requestHash', 'hex')
          THEN jsonb_build_object('status', 'answered', 'answer', jsonb_build_object('status', stored.status, 'body', stored.body))
          ELSE '{"status": "key_reused"}' END;
      END IF;
    END IF;

    -- What stands already: every transfer of the command with the same content, or else none of them.
    SELECT array_agg(hash ORDER BY n),
      array_agg(CASE WHEN known IS NULL THEN NULL WHEN known = hash THEN 'exists' ELSE 'exists_with_different_content' END ORDER BY n)
    INTO hashes, statuses
    FROM (
      SELECT n, ledger_transfer_hash(t.phase, debit, credit, t.asset, t.amount, pending, timeout, movement, t.kind) AS hash, e.request_hash AS known
      FROM unnest(ids, phases, debits, credits, assets, amounts, kinds, pendings, timeouts, movements) WITH ORDINALITY
        AS t (id, phase, debit, credit, asset, amount, kind, pending, timeout, movement, n)
      LEFT JOIN ledger_transfers e ON e.id = t.id
    ) AS compared;
    IF size > 0 AND 'exists' = ALL (statuses) THEN
      RETURN jsonb_build_object('status', 'written', 'transfers', statuses, 'isRepeated', true);
    END IF;
    IF statuses && '{exists,exists_with_different_content}' THEN
      SELECT array_agg(coalesce(s, 'linked_refused') ORDER BY n) INTO statuses FROM unnest(statuses) WITH ORDINALITY AS u (s, n);
      RETURN jsonb_build_object('status', 'refused', 'transfers', statuses);
    END IF;

    outcome := NULL;
    BEGIN
      FOR i IN 1..size LOOP
        IF ids[i] = ANY (ids[:i - 1]) THEN
          refusal := CASE WHEN hashes[i] <> hashes[array_position(ids, ids[i])] THEN 'exists_with_different_content' END;
          statuses[i] := 'exists';
        ELSE
          refusal := ledger_refusal(phases[i], debits[i], credits[i], assets[i], amounts[i], pendings[i]);
          statuses[i] := 'created';
        END IF;
        IF refusal IS NOT NULL THEN
          statuses := array_fill('linked_refused'::text, ARRAY[size]);
          statuses[i] := refusal;
          outcome := jsonb_build_object('status', 'refused', 'transfers', statuses);
          RAISE EXCEPTION 'refused' USING ERRCODE = 'FQ001';
        END IF;
        CONTINUE WHEN statuses[i] = 'exists';
        INSERT INTO ledger_transfers (
          id, debit_account_id, credit_account_id, asset, amount, kind, phase, pending_id, timeout_at, movement_id, request_hash
        ) VALUES (
          ids[i], debits[i], credits[i], assets[i], amounts[i], kinds[i], phases[i], pendings[i], timeouts[i], movements[i], hashes[i]
        );
        UPDATE ledger_accounts SET
          debits_posted = debits_posted + CASE WHEN phases[i] IN ('posted', 'post') THEN amounts[i] ELSE 0 END,
          debits_pending = debits_pending + CASE phases[i] WHEN 'pending' THEN amounts[i] WHEN 'posted' THEN 0 ELSE -amounts[i] END
        WHERE id = debits[i];
        UPDATE ledger_accounts SET
          credits_posted = credits_posted + CASE WHEN phases[i] IN ('posted', 'post') THEN amounts[i] ELSE 0 END,
          credits_pending = credits_pending + CASE phases[i] WHEN 'pending' THEN amounts[i] WHEN 'posted' THEN 0 ELSE -amounts[i] END
        WHERE id = credits[i];
      END LOOP;

      FOR change IN
        SELECT g->>'table' AS "table", row->>'id' AS id, (g->>'isNew')::boolean AS is_new,
          jsonb_build_array(jsonb_set(g, '{rows}', jsonb_build_array(row))) AS single
        FROM jsonb_array_elements(changes) AS g, jsonb_array_elements(g->'rows') AS row
        ORDER BY (row->>'@')::integer
      LOOP
        IF (change.is_new AND ledger_row_exists(change."table", change.id::uuid)) OR NOT ledger_write_rows(change.single) THEN
          outcome := jsonb_build_object('status', 'version_conflict', 'table', change."table", 'id', change.id);
          RAISE EXCEPTION 'version conflict' USING ERRCODE = 'FQ001';
        END IF;
      END LOOP;

      IF answers IS NOT NULL THEN
        PERFORM ledger_write_answers(answers);
      END IF;
      RETURN jsonb_build_object('status', 'written', 'transfers', coalesce(statuses, '{}'));
    EXCEPTION WHEN OTHERS THEN
      IF outcome IS NOT NULL THEN
        RETURN outcome;
      END IF;
      IF ledger_is_whole_failure(SQLSTATE) THEN
        RAISE;
      END IF;
      GET STACKED DIAGNOSTICS error_state = RETURNED_SQLSTATE, error_message = MESSAGE_TEXT, error_constraint = CONSTRAINT_NAME;
      outcome := jsonb_build_object('status', 'error', 'code', error_state, 'message', error_message, 'constraint', error_constraint);
      IF error_state <> '23505' THEN
        RETURN outcome;
      END IF;
    END;
  END LOOP;
  RETURN outcome;
END
$$;

CREATE FUNCTION ledger_row_exists(table_name text, row_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  found_one boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1)', table_name) INTO found_one USING row_id;
  RETURN found_one;
END
$$;

-- Locks everything that a batch will touch in the one order, before it is taken apart into runs: each run alone would be in order, but not one after another.
CREATE FUNCTION ledger_lock(debits uuid[], credits uuid[], changes jsonb) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  locked record;
BEGIN
  PERFORM FROM ledger_accounts WHERE id = ANY (debits || credits) ORDER BY id FOR NO KEY UPDATE;
  FOR locked IN
    SELECT change->>'table' AS "table", array_agg((row->>'id')::uuid) AS ids
    FROM jsonb_array_elements(changes) AS change, jsonb_array_elements(change->'rows') AS row
    WHERE NOT (change->>'isNew')::boolean
    GROUP BY 1 ORDER BY 1
  LOOP
    EXECUTE format('SELECT FROM %I WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', locked."table") USING locked.ids;
  END LOOP;
END
$$;

-- The part of a list numbered by command (`#`) that belongs to the commands from `low` to `high`.
CREATE FUNCTION ledger_part_of(list jsonb, low integer, high integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_agg(one ORDER BY n) FROM jsonb_array_elements(list) WITH ORDINALITY AS u (one, n) WHERE (one->>'#')::integer BETWEEN low AND high
$$;

-- The same of row changes, whose numbered rows lie in groups.
CREATE FUNCTION ledger_rows_of(changes jsonb, low integer, high integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_agg(jsonb_set(change, '{rows}', part.rows) ORDER BY n)
  FROM jsonb_array_elements(changes) WITH ORDINALITY AS g (change, n),
    LATERAL (SELECT ledger_part_of(change->'rows', low, high) AS rows) AS part
  WHERE part.rows IS NOT NULL
$$;

-- Begins the jobs and projects the history of what was written. A later job of the same key replaces an earlier one, also inside one batch.
CREATE FUNCTION ledger_follow_up(jobs jsonb, history_commands integer[], history_movements uuid[], refused integer[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  touched uuid[];
BEGIN
  IF jobs IS NOT NULL THEN
    PERFORM graphile_worker.add_jobs(array_agg(
      ROW (task, payload, NULL, "runAt", NULL, key, NULL, NULL)::graphile_worker.job_spec ORDER BY key, n
    ))
    FROM (
      SELECT DISTINCT ON (coalesce(key, n::text), key IS NULL) *
      FROM (
        SELECT one->>'task' AS task, (one->'payload')::json AS payload, one->>'key' AS key, (one->>'runAt')::timestamptz AS "runAt", n
        FROM jsonb_array_elements(jobs) WITH ORDINALITY AS u (one, n)
        WHERE (one->>'#')::integer <> ALL (refused)
      ) AS wanted
      ORDER BY coalesce(key, n::text), key IS NULL, n DESC
    ) AS kept
    HAVING count(*) > 0;
  END IF;
  IF history_movements IS NOT NULL THEN
    SELECT array_agg(DISTINCT movement) INTO touched
    FROM unnest(history_commands, history_movements) AS h (command, movement) WHERE command <> ALL (refused);
    IF touched IS NOT NULL THEN
      PERFORM history_refresh(touched);
    END IF;
  END IF;
END
$$;

-- Posts an array of commands as if one after another, in one database transaction. `ends[i]` is the last transfer of command i;
-- `accounts` are those that may have to be created first.
-- Answers NULL when every command was written and every transfer created; else one outcome for each command, NULL where all was plain.
CREATE FUNCTION ledger_post(
  accounts jsonb, ends integer[], ids uuid[], phases text[], debits uuid[], credits uuid[], assets text[], amounts numeric[], kinds text[], pendings uuid[],
  timeouts timestamptz[], movements uuid[], changes jsonb, answers jsonb, jobs jsonb, history_commands integer[], history_movements uuid[]
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  size integer := cardinality(ends);
  outcomes jsonb[];
  refused integer[] := '{}';
  todo integer[] := ARRAY[1, size];
  low integer;
  high integer;
  a integer;
  b integer;
BEGIN
  IF accounts IS NOT NULL THEN
    PERFORM ledger_ensure_accounts(accounts);
  END IF;
  IF ledger_post_together(ids, phases, debits, credits, assets, amounts, kinds, pendings, timeouts, movements, changes, answers) THEN
    IF jobs IS NOT NULL OR history_movements IS NOT NULL THEN
      PERFORM ledger_follow_up(jobs, history_commands, history_movements, refused);
    END IF;
    RETURN NULL;
  END IF;

  PERFORM ledger_lock(debits, credits, changes);
  outcomes := array_fill(NULL::jsonb, ARRAY[size]);
  IF size > 1 THEN
    todo := ARRAY[size / 2 + 1, size, 1, size / 2];
  END IF;
  WHILE cardinality(todo) > 0 LOOP
    low := todo[cardinality(todo) - 1];
    high := todo[cardinality(todo)];
    todo := todo[:cardinality(todo) - 2];
    a := CASE WHEN low = 1 THEN 1 ELSE ends[low - 1] + 1 END;
    b := ends[high];
    IF low = high THEN
      outcomes[low] := ledger_post_alone(
        ids[a:b], phases[a:b], debits[a:b], credits[a:b], assets[a:b], amounts[a:b], kinds[a:b], pendings[a:b], timeouts[a:b], movements[a:b],
        ledger_rows_of(changes, low, low), ledger_part_of(answers, low, low));
      IF outcomes[low]->>'status' <> 'written' OR outcomes[low] ? 'isRepeated' THEN
        refused := refused || low;
      END IF;
    ELSIF NOT ledger_post_together(
        ids[a:b], phases[a:b], debits[a:b], credits[a:b], assets[a:b], amounts[a:b], kinds[a:b], pendings[a:b], timeouts[a:b], movements[a:b],
        ledger_rows_of(changes, low, high), ledger_part_of(answers, low, high)) THEN
      -- The first half is on top, so that everything happens in array order.
      todo := todo || ARRAY[(low + high) / 2 + 1, high, low, (low + high) / 2];
    END IF;
  END LOOP;
  PERFORM ledger_follow_up(jobs, history_commands, history_movements, refused);
  RETURN to_jsonb(outcomes);
END
$$;

-- ── Rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_transfers, ledger_accounts FROM feiqian_service;
REVOKE UPDATE ON idempotency_keys FROM feiqian_service;
REVOKE ALL ON SEQUENCE ledger_transfers_sequence_seq FROM feiqian_service;

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'ledger\_%' LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, feiqian_service', name);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION ledger_post, ledger_transfer_hash TO feiqian_service;
