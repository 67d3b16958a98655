import type { Queryable } from '../database/pool.ts';

/**
 * Lets a halted chain go on, once a person has looked: the leader compares it with its node again, follows when they agree,
 * and halts once more when they don't.
 *
 * @returns false when it is not halted.
 */
export async function clearHalt(database: Queryable, chainId: number): Promise<boolean> {
  const { rowCount } = await database.query(
    `UPDATE chains SET status = 'unavailable', reason = 'halt_cleared', updated_at = now() WHERE chain_id = $1 AND status = 'halted'`,
    [chainId],
  );
  return rowCount === 1;
}
