import type { Balances } from '@feiqian/domain/api/chain';
import { type Amount, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import type { Address, Hex } from 'viem';
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

/** The transaction that carries a payment of somebody, and the payment. */
export type CarriedRelay = {
  readonly transactionId: string;
  readonly version: number;
  readonly state: string;
  readonly reason: string | null;
  readonly validAfter: bigint | null;
  readonly chainId: number;
  readonly epoch: number;
  /** The call of the relay contract; null where it was forgotten, because it may not be made any more. */
  readonly data: Hex | null;
  readonly movement: {
    readonly id: string;
    readonly version: number;
    readonly asset: string;
    readonly amount: string;
    readonly state: string;
  };
};

type RawCarried = {
  id: string;
  version: number;
  state: string;
  reason: string | null;
  valid_after: bigint | string | null;
  chain_id: number;
  epoch: number;
  data: Hex | null;
  movement_version: number;
  movement_state: string;
  asset: string;
  amount: string;
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

    /** The payment that a movement of this very person is. */
    async findCarried(movementId: string, userId: string): Promise<CarriedRelay | undefined> {
      const { rows } = await database.query<RawCarried>(
        `SELECT t.id, t.version, t.state, t.reason, t.valid_after, t.chain_id, t.epoch, t.data, m.version AS movement_version,
           m.state AS movement_state, m.asset, m.amount::text AS amount
         FROM movements m JOIN chain_transactions t ON t.movement_id = m.id AND t.purpose = 'relay'
         WHERE m.id = $1 AND m.user_id = $2 AND m.kind = 'token_send'`,
        [movementId, userId],
      );
      const [row] = rows;
      return (
        row && {
          transactionId: row.id,
          version: row.version,
          state: row.state,
          reason: row.reason,
          validAfter: row.valid_after === null ? null : BigInt(row.valid_after),
          chainId: row.chain_id,
          epoch: row.epoch,
          data: row.data,
          movement: {
            id: movementId,
            version: row.movement_version,
            asset: row.asset,
            amount: row.amount,
            state: row.movement_state,
          },
        }
      );
    },

    /** What an address has promised to payments that are held, fees included. */
    async sumHeld(address: Address, asset: string): Promise<bigint> {
      const { rows } = await database.query<{ sum: string }>(
        `SELECT coalesce(sum(m.amount + coalesce(m.fee_amount, 0)), 0)::text AS sum
         FROM movements m JOIN addresses a ON a.user_id = m.user_id
         WHERE a.address = $1 AND m.state = 'held' AND m.address = $1 AND m.asset = $2`,
        [address, asset],
      );
      return BigInt(rows[0]?.sum ?? 0);
    },

    /** What a person's addresses have promised to payments that are held, fees included. */
    async listHeld(userId: string): Promise<Balances['held']> {
      const { rows } = await database.query<{ asset: string; address: Address; amount: string }>(
        `SELECT asset, address, sum(amount + coalesce(fee_amount, 0))::text AS amount
         FROM movements WHERE user_id = $1 AND state = 'held' GROUP BY asset, address ORDER BY asset, address`,
        [userId],
      );
      return rows;
    },

    /** How many payments of a person are held, or were undone within a day. */
    async countUndoable(userId: string): Promise<number> {
      const { rows } = await database.query<{ count: number }>(
        `SELECT (SELECT count(*) FROM movements WHERE user_id = $1 AND state = 'held')::integer
           + (SELECT count(*) FROM movements WHERE user_id = $1 AND reason = 'UNDONE' AND updated_at > now() - interval '1 day')::integer AS count`,
        [userId],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
