import type { PayoutRuleReason } from '@feiqian/domain/api/payouts';
import type { Queryable } from '../database/pool.ts';

const reason: PayoutRuleReason = 'RESTORED';

/**
 * Pauses every rule of a database that was just restored: what it knows of people's cash may be older than what was paid out last.
 *
 * @param database - As the owner of the tables.
 * @returns how many rules were on.
 */
export async function pauseRules(database: Queryable): Promise<number> {
  const { rowCount } = await database.query(
    `UPDATE payout_rules SET state = 'needs_attention', reason = $1, version = version + 1, updated_at = now() WHERE state = 'on'`,
    [reason],
  );
  return rowCount ?? 0;
}
