-- The service works under a role that owns nothing and cannot rewrite the books.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'feiqian_service') THEN
    CREATE ROLE feiqian_service NOLOGIN;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO feiqian_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO feiqian_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO feiqian_service;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO feiqian_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO feiqian_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO feiqian_service;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO feiqian_service;

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transfers FROM feiqian_service;
REVOKE DELETE, TRUNCATE ON ledger_accounts, movements, gateway_attempts, gateway_events, idempotency_keys FROM feiqian_service;
DO $$
BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    REVOKE ALL ON _prisma_migrations FROM feiqian_service;
  END IF;
END
$$;
