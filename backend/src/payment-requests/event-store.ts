import { type Amount, decodeAmount } from '@feiqian/domain/money';
import type { Address, Hash, Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';

/** A chain as it is stored now, and how far payments have followed its final blocks in this epoch. */
export type ChainView = {
  readonly chainId: number;
  readonly epoch: number;
  readonly finalizedNumber: bigint | null;
  readonly cursor: { readonly version: number; readonly blockNumber: bigint } | undefined;
};

/** Tokens that came to a request's address under its reference, in a canonical block. */
export type PaymentEvent = {
  readonly blockNumber: bigint;
  readonly txHash: Hash;
  /** Of those under this reference in the transaction, from 0. */
  readonly ordinal: number;
  readonly reference: Hex;
  readonly token: Address;
  readonly payer: Address;
  readonly amount: Amount;
  readonly at: Date;
  /** The transaction of ours that it happened in, and whose movement it is. */
  readonly chainTransactionId: string | undefined;
  readonly movementId: string | undefined;
  readonly payerId: string | undefined;
};

type Raw = {
  block_number: bigint;
  tx_hash: Hash;
  ordinal: number;
  reference: Hex;
  token: Address;
  address: Address;
  amount: string;
  at: Date;
  transaction_id: string | null;
  movement_id: string | null;
  user_id: string | null;
};

/** Reads what chains show of payment requests. */
export type EventStore = ReturnType<typeof createEventStore>;

export function createEventStore(database: Queryable) {
  return {
    /** Undefined while the chain is not followed, or a person has to look at it. */
    async findChain(chainId: number): Promise<ChainView | undefined> {
      const { rows } = await database.query<{
        epoch: number;
        finalized_number: bigint | null;
        version: number | null;
        block_number: bigint | null;
      }>(
        `SELECT k.epoch, k.finalized_number, c.version, c.block_number FROM chains k
         LEFT JOIN chain_cursors c ON c.chain_id = k.chain_id AND c.epoch = k.epoch AND c.consumer = 'payments'
         WHERE k.chain_id = $1 AND k.status <> 'halted'`,
        [chainId],
      );
      const [row] = rows;
      if (!row) return undefined;
      const cursor =
        row.version !== null && row.block_number !== null
          ? { version: row.version, blockNumber: row.block_number }
          : undefined;
      return { chainId, epoch: row.epoch, finalizedNumber: row.finalized_number, cursor };
    },

    /** Requests with an event in a block that was not final at the last look, and those with a payment that is not over. */
    async listTouched(
      chainId: number,
      { epoch, cursor }: ChainView,
    ): Promise<{ readonly id: string; readonly epoch: number }[]> {
      const { rows } = await database.query<{ id: string; epoch: number }>(
        `SELECT r.id, e.epoch FROM chain_events e JOIN payment_requests r ON r.reference = e.reference
         WHERE e.chain_id = $1 AND e.epoch = $2 AND e.block_number > $3 AND e.name IN ('Paid', 'Relayed') AND e.to_address = r.address
         UNION
         SELECT request_id, epoch FROM payments WHERE chain_id = $1 AND state IN ('pending', 'mined')
         ORDER BY 1, 2`,
        [chainId, epoch, cursor?.blockNumber ?? -1n],
      );
      return rows;
    },

    /** All that came to a request in one epoch of a chain, in its order. */
    async listOfRequest(
      requestId: string,
      { chainId, epoch }: { readonly chainId: number; readonly epoch: number },
    ): Promise<PaymentEvent[]> {
      const { rows } = await database.query<Raw>(
        `SELECT e.block_number, e.tx_hash, (row_number() OVER (PARTITION BY e.tx_hash ORDER BY e.log_index) - 1)::integer AS ordinal, e.reference, e.token,
           e.address, e.amount, to_timestamp(e.block_timestamp) AS at, t.id AS transaction_id, t.movement_id, m.user_id
         FROM payment_requests r
         JOIN chain_events e ON e.reference = r.reference AND e.chain_id = $2 AND e.epoch = $3 AND e.name IN ('Paid', 'Relayed') AND e.to_address = r.address
         -- Under any hash that it ever had, or the one under which somebody else took what it carries to the chain.
         LEFT JOIN LATERAL (
           SELECT t.id, t.movement_id FROM chain_transactions t
           WHERE t.chain_id = e.chain_id AND t.epoch = e.epoch AND t.purpose = 'relay'
             AND (t.hash = e.tx_hash OR t.id = (SELECT a.transaction_id FROM chain_transaction_attempts a WHERE a.hash = e.tx_hash))
           LIMIT 1
         ) AS t ON true
         LEFT JOIN movements m ON m.id = t.movement_id
         WHERE r.id = $1
         ORDER BY e.block_number, e.log_index`,
        [requestId, chainId, epoch],
      );
      return rows.map((raw) => ({
        blockNumber: raw.block_number,
        txHash: raw.tx_hash,
        ordinal: raw.ordinal,
        reference: raw.reference,
        token: raw.token,
        payer: raw.address,
        amount: decodeAmount(raw.amount),
        at: raw.at,
        chainTransactionId: raw.transaction_id ?? undefined,
        movementId: raw.movement_id ?? undefined,
        payerId: raw.user_id ?? undefined,
      }));
    },
  };
}
