import type { CashAssetId } from '@feiqian/domain/assets';
import { type Amount, decodeAmount, toAmount } from '@feiqian/domain/money';
import type { Queryable } from '../database/pool.ts';

/** What a person has in one currency. */
export type CashBalance = {
  readonly asset: CashAssetId;
  /** What can be spent now. */
  readonly available: Amount;
  /** What is reserved for movements under way; no longer part of `available`. */
  readonly pending: Amount;
};

/** Reads a person's cash in every currency that the person ever had, by currency. */
export async function readBalances(database: Queryable, userId: string): Promise<CashBalance[]> {
  const { rows } = await database.query<{ asset: CashAssetId; posted: string; pending: string }>({
    name: 'read_balances',
    text: `SELECT asset, (credits_posted - debits_posted)::text AS posted, debits_pending::text AS pending
      FROM ledger_accounts WHERE owner_id = $1 AND name = $2 ORDER BY asset`,
    values: [userId, `user:${userId}:cash`],
  });
  return rows.map(({ asset, posted, pending }) => ({
    asset,
    available: toAmount(decodeAmount(posted) - decodeAmount(pending)),
    pending: decodeAmount(pending),
  }));
}
