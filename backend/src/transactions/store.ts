import type { Address, Hash, Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';

/** A person's transaction that has not come to an end, with the movement that it carries. */
export type OpenTransaction = {
  readonly id: string;
  readonly version: number;
  readonly hash: Hash;
  readonly raw: Hex;
  readonly nonce: bigint;
  readonly purpose: 'user' | 'cancel';
  readonly movement: {
    readonly id: string;
    readonly asset: string;
    readonly amount: string;
    readonly to: string | null;
  };
};

/** Bytes that wait for a block. */
export type Waiting = { readonly chainId: number; readonly raw: Hex; readonly purpose: 'user' | 'cancel' };

type Raw = {
  id: string;
  version: number;
  hash: Hash;
  raw: Hex;
  nonce: bigint | string;
  purpose: 'user' | 'cancel';
  movement_id: string;
  asset: string;
  amount: string;
  to_address: string | null;
};

/** Reads people's transactions; ledger commands write them. */
export type TransactionStore = ReturnType<typeof createTransactionStore>;

export function createTransactionStore(database: Queryable) {
  return {
    /** What waits for a block of one payment of this very person: its transaction, and those that are to take its place. */
    async listWaiting(movementId: string, userId: string): Promise<Waiting[]> {
      const { rows } = await database.query<Waiting>(
        `SELECT t.chain_id AS "chainId", t.raw, t.purpose
         FROM chain_transactions t JOIN movements m ON m.id = t.movement_id
         WHERE m.id = $1 AND m.user_id = $2 AND t.purpose IN ('user', 'cancel') AND t.state IN ('signed', 'broadcast') AND t.raw IS NOT NULL
         ORDER BY t.created_at, t.id`,
        [movementId, userId],
      );
      return rows;
    },

    /** Transactions of a sender that are on their way, in the order of nonces. */
    async listOpen({
      chainId,
      epoch,
      sender,
    }: {
      readonly chainId: number;
      readonly epoch: number;
      readonly sender: Address;
    }): Promise<OpenTransaction[]> {
      const { rows } = await database.query<Raw>(
        `SELECT t.id, t.version, t.hash, t.raw, t.nonce, t.purpose, m.id AS movement_id, m.asset, m.amount::text AS amount, m.to_address
         FROM chain_transactions t JOIN movements m ON m.id = t.movement_id
         WHERE t.chain_id = $1 AND t.epoch = $2 AND t.sender = $3 AND t.purpose IN ('user', 'cancel') AND t.state IN ('signed', 'broadcast', 'mined')
         ORDER BY t.nonce, t.created_at`,
        [chainId, epoch, sender],
      );
      return rows.map(({ movement_id, asset, amount, to_address, nonce, ...row }) => ({
        ...row,
        nonce: BigInt(nonce),
        movement: { id: movement_id, asset, amount, to: to_address },
      }));
    },
  };
}
