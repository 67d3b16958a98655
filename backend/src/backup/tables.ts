import type { Queryable } from '../database/pool.ts';
import type { BackupHeader, BackupTable } from './records.ts';

/**
 * What no backup holds: the list of migrations (a restored database has made its own), and sessions with what begins them, so that
 * nobody is logged in again who had logged out since.
 */
const leftOut = [
  '_prisma_migrations',
  'sessions',
  'address_challenges',
  'pay_codes',
  'pending_logins',
  'passkey_challenges',
];

/**
 * The tables of a backup with their columns, each after those that it refers to.
 *
 * Columns that name a database transaction are left out: another server counts its transactions from the beginning, and a follower
 * would wait for numbers that come in years. Restored rows take the number of the transaction that restores them.
 */
export async function listTables(database: Queryable): Promise<BackupTable[]> {
  const { rows } = await database.query<{ table: string; columns: string[]; needs: string[] }>(
    `SELECT c.relname AS table,
       array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       ARRAY(SELECT r.relname::text FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid WHERE k.conrelid = c.oid AND k.contype = 'f') AS needs
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL ($1)
       AND a.attgenerated = '' AND a.atttypid <> 'xid8'::regtype
     GROUP BY c.oid, c.relname ORDER BY c.relname`,
    [leftOut],
  );
  const left = new Map(rows.map((row) => [row.table, row]));
  const sorted: BackupTable[] = [];
  while (left.size > 0) {
    const next = [...left.values()].find(({ table, needs }) =>
      needs.every((need) => need === table || !left.has(need)),
    );
    if (!next) throw new Error(`Tables refer to each other in a circle: ${[...left.keys()].join(', ')}`);
    left.delete(next.table);
    sorted.push({ table: next.table, columns: next.columns });
  }
  return sorted;
}

/** Which migrations made this database. */
export async function listMigrationsOf(database: Queryable): Promise<BackupHeader['migrations']> {
  const { rows } = await database.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  );
  return rows;
}

/** The same text for the same values, whatever the server is set to; and no limit of time for the transaction. */
export async function prepareCopy(database: Queryable): Promise<void> {
  await database.query(
    `SET LOCAL client_encoding = 'UTF8'; SET LOCAL "DateStyle" = 'ISO, YMD'; SET LOCAL "IntervalStyle" = 'iso_8601'; SET LOCAL "TimeZone" = 'UTC';
     SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`,
  );
}
