import type { Address, Hash, Hex } from 'viem';
import type { Connection, Queryable } from '../database/pool.ts';
import type { ChainEpoch } from './rows.ts';

export type TransactionPurpose = 'issue' | 'redeem' | 'relay' | 'undo' | 'user' | 'cancel';
export type TransactionState =
  | 'requested'
  | 'signed'
  | 'broadcast'
  | 'mined'
  | 'final'
  | 'failed'
  | 'replaced'
  | 'dropped';

/** A row of `chain_transactions` as the sender needs it. */
export type TransactionRow = {
  readonly id: string;
  readonly version: number;
  readonly at: ChainEpoch;
  readonly sender: Address;
  readonly nonce: bigint | null;
  readonly purpose: TransactionPurpose;
  readonly movementId: string | null;
  readonly to: Address | null;
  readonly data: Hex;
  readonly value: bigint;
  readonly gasLimit: bigint | null;
  readonly state: TransactionState;
  readonly raw: Hex | null;
  readonly hash: Hash | null;
  readonly reason: string | null;
  readonly blockNumber: number | null;
  /** Since the bytes that count now were signed, by the database's clock; null before. */
  readonly attemptAgeMs: number | null;
};

type RawRow = {
  id: string;
  version: number;
  chain_id: number;
  epoch: number;
  sender: Address;
  nonce: bigint | string | null;
  purpose: TransactionPurpose;
  movement_id: string | null;
  to_address: Address | null;
  data: Hex | null;
  value: string;
  gas_limit: bigint | string | null;
  state: TransactionState;
  raw: Hex | null;
  hash: Hash | null;
  reason: string | null;
  block_number: bigint | string | null;
  attempt_age_ms: number | null;
};

const columns = `t.id, t.version, t.chain_id, t.epoch, t.sender, t.nonce, t.purpose, t.movement_id, t.to_address, t.data, t.value::text AS value,
  t.gas_limit, t.state, t.raw, t.hash, t.reason, t.block_number,
  (SELECT extract(epoch FROM now() - a.created_at)::float8 * 1000 FROM chain_transaction_attempts a WHERE a.hash = t.hash) AS attempt_age_ms`;

const toBigInt = (value: bigint | string | null) => (value === null ? null : BigInt(value));

function toRow(row: RawRow): TransactionRow {
  return {
    id: row.id,
    version: row.version,
    at: { chainId: row.chain_id, epoch: row.epoch },
    sender: row.sender,
    nonce: toBigInt(row.nonce),
    purpose: row.purpose,
    movementId: row.movement_id,
    to: row.to_address,
    data: row.data ?? '0x',
    value: BigInt(row.value),
    gasLimit: toBigInt(row.gas_limit),
    state: row.state,
    raw: row.raw,
    hash: row.hash,
    reason: row.reason,
    blockNumber: row.block_number === null ? null : Number(row.block_number),
    attemptAgeMs: row.attempt_age_ms,
  };
}

/** Rows of one state, in the order in which they were asked for, and of one sender in the order of nonces. */
export async function listTransactions(
  database: Queryable,
  { chainId, epoch }: ChainEpoch,
  state: TransactionState,
  limit: number,
): Promise<TransactionRow[]> {
  const { rows } = await database.query<RawRow>({
    name: 'list_transactions',
    text: `SELECT ${columns} FROM chain_transactions t WHERE t.chain_id = $1 AND t.epoch = $2 AND t.state = $3 AND (t.state <> 'requested' OR t.valid_after IS NULL OR t.valid_after + 1 <= extract(epoch FROM now()))
           ORDER BY t.nonce NULLS FIRST, t.created_at, t.id LIMIT $4`,
    values: [chainId, epoch, state, limit],
  });
  return rows.map(toRow);
}

/** Transactions that came to an end, of any epoch, whose requester has not been told. */
export async function listUnhandled(database: Queryable, chainId: number, limit: number): Promise<TransactionRow[]> {
  const { rows } = await database.query<RawRow>({
    name: 'list_unhandled_transactions',
    text: `SELECT ${columns} FROM chain_transactions t
           WHERE t.chain_id = $1 AND t.handled_at IS NULL AND t.state IN ('final', 'failed', 'replaced', 'dropped') ORDER BY t.updated_at LIMIT $2`,
    values: [chainId, limit],
  });
  return rows.map(toRow);
}

/** Remembers that the requester was told. A row that has changed since is told again. */
export async function markHandled(connection: Connection, { id, version }: TransactionRow): Promise<void> {
  await connection.query('UPDATE chain_transactions SET handled_at = now() WHERE id = $1 AND version = $2', [
    id,
    version,
  ]);
}

/** The nonce after the highest that a sender of ours has signed; null when it has signed none. */
export async function findNextNonce(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  sender: Address,
): Promise<bigint | null> {
  const { rows } = await connection.query<{ next: bigint | string | null }>(
    `SELECT max(nonce) + 1 AS next FROM chain_transactions WHERE chain_id = $1 AND epoch = $2 AND sender = $3 AND purpose IN ('issue', 'redeem', 'relay', 'undo')`,
    [chainId, epoch, sender],
  );
  return toBigInt(rows[0]?.next ?? null);
}

/** Bytes that were just signed for a row. */
export type NewAttempt = {
  readonly row: TransactionRow;
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  readonly raw: Hex;
  readonly hash: Hash;
};

/**
 * Stores signed bytes: the first ones of a requested row, or others with the same nonce. A trigger keeps all that a row ever had
 * in `chain_transaction_attempts`.
 *
 * @throws {Error} when the row has changed since it was read; then nothing of this database transaction may stand.
 */
export async function insertAttempts(connection: Connection, attempts: readonly NewAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const { rowCount } = await connection.query(
    `UPDATE chain_transactions t SET state = 'signed', version = t.version + 1, nonce = s.nonce, gas_limit = s.gas_limit, raw = s.raw,
       hash = s.hash, reason = NULL, updated_at = now()
     FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::text[], $6::text[]) AS s (id, version, nonce, gas_limit, raw, hash)
     WHERE t.id = s.id AND t.version = s.version AND t.state IN ('requested', 'signed', 'broadcast')`,
    [
      attempts.map(({ row }) => row.id),
      attempts.map(({ row }) => row.version),
      attempts.map(({ nonce }) => `${nonce}`),
      attempts.map(({ gasLimit }) => `${gasLimit}`),
      attempts.map(({ raw }) => raw),
      attempts.map(({ hash }) => hash),
    ],
  );
  if (rowCount !== attempts.length) throw new Error('A transaction changed while it was signed.');
}

/**
 * Moves rows that still are as they were read, and gives the ids of those that were moved.
 *
 * @param reason - Why it failed, waits or was dropped, as a stable name.
 */
export async function moveTransactions(
  connection: Connection,
  moves: readonly { readonly row: TransactionRow; readonly state: TransactionState; readonly reason: string | null }[],
): Promise<string[]> {
  if (moves.length === 0) return [];
  const { rows } = await connection.query<{ id: string }>(
    `UPDATE chain_transactions t SET state = m.state, reason = m.reason, version = t.version + 1, updated_at = now()
     FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) AS m (id, version, state, reason)
     WHERE t.id = m.id AND t.version = m.version AND (t.state, t.reason) IS DISTINCT FROM (m.state, m.reason)
     RETURNING t.id`,
    [
      moves.map(({ row }) => row.id),
      moves.map(({ row }) => row.version),
      moves.map(({ state }) => state),
      moves.map(({ reason }) => reason),
    ],
  );
  return rows.map(({ id }) => id);
}

/** Every hash that a row's bytes ever had. */
export async function listAttempts(
  database: Queryable,
  transactionIds: readonly string[],
): Promise<{ readonly transactionId: string; readonly hash: Hash }[]> {
  const { rows } = await database.query<{ transaction_id: string; hash: Hash }>(
    'SELECT transaction_id, hash FROM chain_transaction_attempts WHERE transaction_id = ANY ($1::uuid[])',
    [transactionIds],
  );
  return rows.map(({ transaction_id, hash }) => ({ transactionId: transaction_id, hash }));
}

/** Whether the relay contract has told of exactly the payment that a relay is for. */
export async function hasRelayedEvent(database: Queryable, { at, movementId }: TransactionRow): Promise<boolean> {
  const { rowCount } = await database.query(
    `SELECT FROM movements m JOIN chain_events e ON e.reference = m.reference
     WHERE m.id = $1 AND e.chain_id = $2 AND e.epoch = $3 AND e.name IN ('Relayed', 'Paid', 'Refunded')
       AND (e.address, e.to_address, e.amount, e.fee) = (m.address, m.to_address, m.amount, coalesce(m.fee_amount, 0))`,
    [movementId, at.chainId, at.epoch],
  );
  return (rowCount ?? 0) > 0;
}
