import type { Address, Hash, Hex } from 'viem';
import type { Connection, Queryable } from '../database/pool.ts';
import type { ChainEpoch } from './rows.ts';

/** A transaction of ours that was found in a block. */
export type TrackedTransaction = {
  readonly hash: Hash;
  readonly sender: Address;
  readonly to: Address | null;
  readonly data: Hex;
  readonly value: bigint;
};

/** How a transaction of ours was mined. */
export type MinedTransaction = {
  readonly hash: Hash;
  readonly blockNumber: number;
  readonly timestampSeconds: bigint;
  readonly isReverted: boolean;
  /** Why it failed: the name of the contract's error. */
  readonly reason: string | null;
};

/**
 * Which of the hashes are of transactions that we broadcast and that have not come to an end. Those that are mined count too: new
 * blocks are read before the ones that they replace are dropped, and both can have the same transaction.
 */
export async function findTracked(
  database: Queryable,
  { chainId, epoch }: ChainEpoch,
  hashes: readonly Hash[],
): Promise<TrackedTransaction[]> {
  if (hashes.length === 0) return [];
  const { rows } = await database.query<{
    hash: Hash;
    sender: Address;
    to_address: Address | null;
    data: Hex | null;
    value: string;
  }>({
    name: 'find_tracked',
    text: `SELECT a.hash, t.sender, t.to_address, t.data, t.value::text AS value
           FROM chain_transaction_attempts a JOIN chain_transactions t ON t.id = a.transaction_id
           WHERE a.hash = ANY ($1) AND t.chain_id = $2 AND t.epoch = $3 AND t.state IN ('signed', 'broadcast', 'mined', 'dropped')`,
    values: [hashes, chainId, epoch],
  });
  return rows.map(({ hash, sender, to_address, data, value }) => ({
    hash,
    sender,
    to: to_address,
    data: data ?? '0x',
    value: BigInt(value),
  }));
}

/** Writes which transactions were mined and gives the ids of their rows. A transaction that counted as dropped is back. */
export async function markMined(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  mined: readonly MinedTransaction[],
): Promise<string[]> {
  if (mined.length === 0) return [];
  const { rows } = await connection.query<{ id: string }>(
    `UPDATE chain_transactions t SET state = 'mined', version = t.version + 1, hash = u.hash, raw = a.raw, block_number = u.block_number,
       block_timestamp = u.block_timestamp, reverted = u.reverted, reason = u.reason, handled_at = NULL, updated_at = now()
     FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::boolean[], $7::text[]) AS u (hash, block_number, block_timestamp, reverted, reason)
     JOIN chain_transaction_attempts a ON a.hash = u.hash
     WHERE t.id = a.transaction_id AND t.chain_id = $1 AND t.epoch = $2 AND t.state IN ('signed', 'broadcast', 'dropped')
     RETURNING t.id`,
    [
      chainId,
      epoch,
      mined.map(({ hash }) => hash),
      mined.map(({ blockNumber }) => blockNumber),
      mined.map(({ timestampSeconds }) => `${timestampSeconds}`),
      mined.map(({ isReverted }) => isReverted),
      mined.map(({ reason }) => reason),
    ],
  );
  return rows.map(({ id }) => id);
}

/** Takes transactions of dropped blocks back to where they were before they were mined, and gives the ids of their rows. */
export async function unmineAbove(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  blockNumber: number,
): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    `UPDATE chain_transactions SET state = 'broadcast', version = version + 1, block_number = NULL, block_timestamp = NULL,
       reverted = false, reason = NULL, updated_at = now()
     WHERE chain_id = $1 AND epoch = $2 AND state = 'mined' AND block_number > $3
     RETURNING id`,
    [chainId, epoch, blockNumber],
  );
  return rows.map(({ id }) => id);
}

/**
 * Ends the transactions whose blocks can no longer be replaced, and those whose nonce was used up by another transaction of
 * the same sender. Gives the ids of their rows.
 */
export async function finalizeUpTo(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  finalizedNumber: number,
): Promise<string[]> {
  const adopted = await adoptRelayed(connection, { chainId, epoch }, finalizedNumber);
  const { rows } = await connection.query<{
    id: string;
    sender: string;
    nonce: string | bigint | null;
    purpose: string;
  }>({
    name: 'finalize_transactions',
    text: `UPDATE chain_transactions SET state = CASE WHEN reverted THEN 'failed' ELSE 'final' END, version = version + 1, updated_at = now()
           WHERE chain_id = $1 AND epoch = $2 AND state = 'mined' AND block_number <= $3
           RETURNING id, sender, nonce, purpose`,
    values: [chainId, epoch, finalizedNumber],
  });
  if (rows.length === 0) return adopted;
  const replaced = await connection.query<{ id: string }>(
    `UPDATE chain_transactions t SET state = 'replaced', version = t.version + 1, updated_at = now(),
       reason = CASE WHEN u.purpose = 'cancel' THEN 'CANCELLED' ELSE 'NONCE_USED' END
     FROM unnest($3::text[], $4::bigint[], $5::text[]) AS u (sender, nonce, purpose)
     WHERE t.chain_id = $1 AND t.epoch = $2 AND t.sender = u.sender AND t.nonce = u.nonce AND t.state IN ('signed', 'broadcast', 'dropped')
     RETURNING t.id`,
    [
      chainId,
      epoch,
      rows.map(({ sender }) => sender),
      rows.map(({ nonce }) => `${nonce}`),
      rows.map(({ purpose }) => purpose),
    ],
  );
  return [...adopted, ...[...rows, ...replaced.rows].map(({ id }) => id)];
}

/** What a relay fails with when the authorization was carried out, or called off, before. */
export const authorizationUsed = 'Eip3009NonceUsed';

// Anybody who sees a relay on its way can submit it first, and we may have done so ourselves and not know any more: ours fails, and
// the payment has happened all the same, exactly as signed; also one that was undone here, where somebody had its bytes and was faster
// than the undoing. What another request of ours did is that one's alone.
async function adoptRelayed(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  finalizedNumber: number,
): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>({
    name: 'adopt_relayed',
    text: `UPDATE chain_transactions t SET state = 'final', version = t.version + 1, hash = e.tx_hash, raw = NULL, block_number = e.block_number,
             block_timestamp = e.block_timestamp, reverted = false, reason = NULL, updated_at = now()
           FROM movements m, chain_events e
           WHERE t.chain_id = $1 AND t.epoch = $2 AND t.state IN ('mined', 'requested', 'dropped') AND t.purpose = 'relay'
             AND (t.reverted OR (t.state = 'requested' AND t.reason = $4) OR (t.state = 'dropped' AND t.reason = 'UNDONE')) AND m.id = t.movement_id
             AND e.chain_id = $1 AND e.epoch = $2 AND e.name IN ('Relayed', 'Paid', 'Refunded') AND e.reference = m.reference AND e.block_number <= $3
             AND (t.block_number IS NULL OR t.block_number <= $3)
             AND (e.address, e.to_address, e.amount, e.fee) = (m.address, m.to_address, m.amount, coalesce(m.fee_amount, 0))
             AND NOT EXISTS (SELECT FROM chain_transaction_attempts a WHERE a.hash = e.tx_hash AND a.transaction_id <> t.id)
           RETURNING t.id`,
    values: [chainId, epoch, finalizedNumber, authorizationUsed],
  });
  return rows.map(({ id }) => id);
}

/**
 * Brings movements and their history to what their transactions have become, in the transaction of that fact. Only sends
 * and payments follow their transaction directly; the others change when the ledger has booked what the chain did.
 */
export async function projectTransactions(connection: Connection, transactionIds: readonly string[]): Promise<void> {
  if (transactionIds.length === 0) return;
  // In the order of ids, as the ledger locks them.
  const { rows } = await connection.query<{ id: string }>({
    name: 'lock_movements_of_transactions',
    text: `SELECT id FROM movements WHERE id IN (SELECT movement_id FROM chain_transactions WHERE id = ANY ($1::uuid[])) ORDER BY id FOR NO KEY UPDATE`,
    values: [transactionIds],
  });
  if (rows.length === 0) return;
  const movementIds = rows.map(({ id }) => id);
  await connection.query({
    name: 'project_movements_of_transactions',
    text: `UPDATE movements m SET state = now_is.state, reason = now_is.reason, version = m.version + 1, updated_at = now()
           FROM (
             SELECT movement_id, reason, CASE
               WHEN state = 'mined' AND NOT reverted THEN 'mined'
               WHEN state IN ('final', 'failed') THEN state
               WHEN state IN ('replaced', 'dropped') THEN 'dropped'
               WHEN state = 'requested' AND valid_after IS NOT NULL THEN 'held'
               ELSE 'submitted' END AS state
             FROM chain_transactions WHERE movement_id = ANY ($1::uuid[]) AND purpose IN ('relay', 'user')
           ) AS now_is
           WHERE m.id = now_is.movement_id AND m.kind IN ('token_send', 'payment', 'refund') AND (m.state, m.reason) IS DISTINCT FROM (now_is.state, now_is.reason)`,
    values: [movementIds],
  });
  await connection.query({
    name: 'refresh_history',
    text: 'SELECT history_refresh($1::uuid[])',
    values: [movementIds],
  });
}
