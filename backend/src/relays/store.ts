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

    /**
     * Whether the node has not seen yet all that an address has given us to carry. Its pending block knows the rest.
     *
     * @param except - A movement that does not count.
     */
    async hasUnsent(chainId: number, epoch: number, from: Address, asset: string, except: string): Promise<boolean> {
      const { rowCount } = await database.query({
        name: 'has_unsent_relay',
        text: `SELECT FROM chain_transactions t JOIN movements m ON m.id = t.movement_id
               WHERE t.chain_id = $1 AND t.epoch = $2 AND t.state IN ('requested', 'signed') AND t.purpose IN ('relay', 'redeem')
                 AND m.address = $3 AND m.asset = $4 AND m.id <> $5 LIMIT 1`,
        values: [chainId, epoch, from, asset, except],
      });
      return rowCount === 1;
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
