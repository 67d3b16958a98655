import { type Amount, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { Queryable } from '../database/pool.ts';

/** A price that was promised to one person. */
export type Quote = {
  readonly id: string;
  readonly userId: string;
  readonly asset: string;
  readonly fee: Amount;
  readonly feeReceiver: Address;
  readonly expiresAt: Date;
};

export type RelayStore = ReturnType<typeof createRelayStore>;

export function createRelayStore(database: Queryable) {
  return {
    async createQuote({ id, userId, asset, fee, feeReceiver, expiresAt }: Quote): Promise<void> {
      await database.query(
        `INSERT INTO quotes (id, user_id, kind, asset, fee, fee_receiver, expires_at) VALUES ($1, $2, 'relay', $3, $4, $5, $6)`,
        [id, userId, asset, encodeAmount(fee), feeReceiver, expiresAt],
      );
    },

    /** A quote of this very person. */
    async findQuote(id: string, userId: string): Promise<Quote | undefined> {
      const { rows } = await database.query<{ asset: string; fee: string; fee_receiver: Address; expires_at: Date }>(
        `SELECT asset, fee, fee_receiver, expires_at FROM quotes WHERE id = $1 AND user_id = $2 AND kind = 'relay'`,
        [id, userId],
      );
      const [row] = rows;
      return (
        row && {
          id,
          userId,
          asset: row.asset,
          fee: decodeAmount(row.fee),
          feeReceiver: row.fee_receiver,
          expiresAt: row.expires_at,
        }
      );
    },
  };
}
