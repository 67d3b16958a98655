import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { type Amount, decodeAmount, toAmount } from '@feiqian/domain/money';
import { type Address, decodeFunctionData, type Hash, type Hex } from 'viem';
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
  /** What the payer gave for carrying it. */
  readonly fee: Amount;
  readonly at: Date;
  /** The transaction of ours that it happened in, and whose movement it is. */
  readonly chainTransactionId: string | undefined;
  readonly movementId: string | undefined;
  readonly payerId: string | undefined;
};

/** What we were given to carry for a payment. */
export type Carried = {
  /** What its payer gives for that; undefined when it is no payment through the checkout. */
  readonly fee: Amount | undefined;
  /** Its transaction has come to an end: what it did, if anything, is among the events. */
  readonly isOver: boolean;
  /** Why it came to nothing. */
  readonly reason: string | undefined;
};

/** One life of a chain. */
export type Place = { readonly chainId: number; readonly epoch: number };

type Raw = {
  block_number: bigint;
  tx_hash: Hash;
  ordinal: number;
  reference: Hex;
  token: Address;
  address: Address;
  amount: string;
  fee: string | null;
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

    /**
     * Requests with an event in a block that was not final at the last look, and those with a payment that is not over. What a former life
     * of the chain has left was final there, and is looked at if it was not before.
     */
    async listTouched(
      chainId: number,
      { epoch }: ChainView,
    ): Promise<{ readonly id: string; readonly epoch: number }[]> {
      const { rows } = await database.query<{ id: string; epoch: number }>(
        `SELECT r.id, e.epoch FROM chain_events e JOIN payment_requests r ON r.reference = e.reference
         LEFT JOIN chain_cursors c ON c.chain_id = e.chain_id AND c.epoch = e.epoch AND c.consumer = 'payments'
         WHERE e.chain_id = $1 AND e.epoch <= $2 AND e.block_number > coalesce(c.block_number, -1) AND e.name IN ('Paid', 'Relayed') AND e.to_address = r.address
           AND (e.epoch = $2 OR NOT EXISTS (
             SELECT FROM payments p WHERE p.request_id = r.id AND (p.chain_id, p.epoch, p.tx_hash) = (e.chain_id, e.epoch, e.tx_hash) AND p.state = 'final'))
         UNION
         SELECT request_id, epoch FROM payments WHERE chain_id = $1 AND state IN ('pending', 'mined')
         ORDER BY 1, 2`,
        [chainId, epoch],
      );
      return rows;
    },

    /** What we carry for payments of a request, by payment. */
    async listCarried(requestId: string): Promise<ReadonlyMap<string, Carried>> {
      const { rows } = await database.query<{ id: string; data: Hex | null; is_over: boolean; reason: string | null }>(
        `SELECT p.id, CASE WHEN t.to_address = r.checkout THEN t.data END AS data, t.state IN ('final', 'failed', 'replaced', 'dropped') AS is_over, t.reason
         FROM payments p JOIN payment_requests r ON r.id = p.request_id JOIN chain_transactions t ON t.id = p.chain_transaction_id
         WHERE p.request_id = $1 AND p.state IN ('pending', 'mined')`,
        [requestId],
      );
      return new Map(
        rows.map(({ id, data, is_over: isOver, reason }) => [
          id,
          { fee: data === null ? undefined : readFee(data), isOver, reason: reason ?? undefined },
        ]),
      );
    },

    /** All that came to a request in one epoch of a chain, in its order. */
    async listOfRequest(requestId: string, { chainId, epoch }: Place): Promise<PaymentEvent[]> {
      const { rows } = await database.query<Raw>(
        `SELECT e.block_number, e.tx_hash, (row_number() OVER (PARTITION BY e.tx_hash ORDER BY e.log_index) - 1)::integer AS ordinal, e.reference, e.token,
           e.address, e.amount, e.fee, to_timestamp(e.block_timestamp) AS at, t.id AS transaction_id, t.movement_id, m.user_id
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
        fee: decodeAmount(raw.fee ?? '0'),
        at: raw.at,
        chainTransactionId: raw.transaction_id ?? undefined,
        movementId: raw.movement_id ?? undefined,
        payerId: raw.user_id ?? undefined,
      }));
    },
  };
}

/** What the payer signed to give for carrying. */
function readFee(data: Hex): Amount {
  const call = decodeFunctionData({ abi: checkoutAbi, data });
  if (call.functionName !== 'payWithAuthorization') throw new Error('A payment is carried by its authorization.');
  return toAmount(call.args[1].fee);
}
