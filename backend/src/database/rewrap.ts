import type { Pool } from './pool.ts';
import type { Rewrapper } from './sealed.ts';

/** Where sealed texts lie. */
type Place = {
  readonly table: string;
  readonly column: string;
  /** How the text is read and written where it is a part of the column. */
  readonly path?: readonly string[];
  /** What else changes with it, where a guard demands it. */
  readonly also?: string;
};

/** Every place of the database that has sealed texts; a test reads the whole database for others. */
export const sealedPlaces: readonly Place[] = [
  { table: 'holds', column: 'ended_recipient' },
  { table: 'holds', column: 'held_recipient' },
  { table: 'holds', column: 'request' },
  { table: 'mails', column: 'recipient' },
  { table: 'movements', column: 'details', path: ['account', 'sealed'] },
  { table: 'passkeys', column: 'name' },
  { table: 'payout_rules', column: 'account_sealed', also: 'version = version + 1' },
  { table: 'receipts', column: 'recipient' },
  { table: 'return_addresses', column: 'secret' },
  { table: 'totp_factors', column: 'secret' },
  { table: 'webhook_endpoints', column: 'secret' },
  { table: 'webhook_endpoints', column: 'previous_secret' },
];

const batchRows = 500;

/**
 * Puts all that is sealed under the current key-encryption key, while the service goes on: each text is replaced only if it is still
 * the one that was read. Being stopped anywhere leaves every text readable; begun again it goes on with what is left.
 *
 * @param pool - Of the tables' owner.
 * @returns how many were put under it, by `table.column`.
 * @throws {Error} when a text lies under a key that is not there.
 */
export async function rewrapAll(pool: Pool, rewrapper: Rewrapper): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const place of sealedPlaces)
    counts.set(`${place.table}.${place.column}`, await rewrapPlace(pool, rewrapper, place));
  return counts;
}

async function rewrapPlace(pool: Pool, { currentPrefix, rewrap }: Rewrapper, place: Place): Promise<number> {
  const { table, column, path, also } = place;
  const read = path ? `${column} #>> '{${path.join(',')}}'` : column;
  const write = path ? `jsonb_set(${column}, '{${path.join(',')}}', to_jsonb($3::text))` : '$3';
  let count = 0;
  for (;;) {
    const { rows } = await pool.query<{ id: string; sealed: string }>(
      `SELECT id, ${read} AS sealed FROM ${table} WHERE NOT starts_with(${read}, $1) LIMIT ${batchRows}`,
      [currentPrefix],
    );
    for (const { id, sealed } of rows) {
      const { rowCount } = await pool.query(
        `UPDATE ${table} SET ${column} = ${write}${also ? `, ${also}` : ''} WHERE id = $1 AND ${read} = $2`,
        [id, sealed, rewrap(sealed)],
      );
      count += rowCount ?? 0;
    }
    if (rows.length < batchRows) return count;
  }
}
