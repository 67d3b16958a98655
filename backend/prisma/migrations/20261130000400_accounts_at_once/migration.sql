-- Two transactions that need the same new account at the same moment both find it missing. Whoever is second must find it there,
-- by whichever unique key it notices that: named, only one of them was looked at while inserting, and the other one raised an error.
CREATE OR REPLACE FUNCTION ledger_ensure_accounts(accounts jsonb) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  odd text;
BEGIN
  INSERT INTO ledger_accounts (id, name, asset, owner_id, debits_must_not_exceed_credits, credits_must_not_exceed_debits)
  SELECT id, name, asset, "ownerId", floor = 'credits', floor = 'debits'
  FROM jsonb_to_recordset(accounts) AS wanted (id uuid, name text, asset text, "ownerId" uuid, floor text)
  ORDER BY id
  ON CONFLICT DO NOTHING;

  -- The id follows from name and asset, so an account of that name under another id is as wrong as one with other properties.
  SELECT wanted.name INTO odd
  FROM jsonb_to_recordset(accounts) AS wanted (id uuid, name text, asset text, "ownerId" uuid, floor text)
  LEFT JOIN ledger_accounts account ON account.id = wanted.id
  WHERE account.id IS NULL
    OR (account.name, account.asset, account.debits_must_not_exceed_credits, account.credits_must_not_exceed_debits)
      <> (wanted.name, wanted.asset, wanted.floor = 'credits', wanted.floor = 'debits')
    OR account.owner_id IS DISTINCT FROM wanted."ownerId"
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The ledger account % exists with other properties.', odd USING ERRCODE = 'integrity_constraint_violation';
  END IF;
END
$$;
