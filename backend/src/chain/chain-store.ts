import type { Hash } from 'viem';
import type { Connection, Queryable } from '../database/pool.ts';
import type { BlockRef } from './answers.ts';
import type { ChainEpoch } from './rows.ts';

/** Whether a chain's head is seen; `halted` waits for a person. */
export type ChainStatus = 'following' | 'unavailable' | 'halted';

/** What is stored about a chain as a whole. */
export type StoredState = ChainEpoch & {
  readonly genesisHash: Hash;
  readonly status: ChainStatus;
  readonly reason: string | null;
  /** Null until the first block was read. */
  readonly headNumber: number | null;
  /** The newest block that can no longer be replaced. */
  readonly finalizedNumber: number | null;
};

/** Finds what is stored about a chain; undefined before its node was reached for the first time. */
export async function findState(database: Queryable, chainId: number): Promise<StoredState | undefined> {
  const { rows } = await database.query<{
    epoch: number;
    genesis_hash: Hash;
    status: ChainStatus;
    reason: string | null;
    head_number: bigint | string | null;
    finalized_number: bigint | string | null;
  }>({
    name: 'find_chain',
    text: 'SELECT epoch, genesis_hash, status, reason, head_number, finalized_number FROM chains WHERE chain_id = $1',
    values: [chainId],
  });
  const [row] = rows;
  if (!row) return undefined;
  const toNumber = (value: bigint | string | null) => (value === null ? null : Number(value));
  return {
    chainId,
    epoch: row.epoch,
    genesisHash: row.genesis_hash,
    status: row.status,
    reason: row.reason,
    headNumber: toNumber(row.head_number),
    finalizedNumber: toNumber(row.finalized_number),
  };
}

/** Begins the first epoch of a chain. */
export async function insertState(connection: Connection, chainId: number, genesisHash: Hash): Promise<void> {
  await connection.query(
    `INSERT INTO chains (chain_id, epoch, genesis_hash, status) VALUES ($1, 1, $2, 'following') ON CONFLICT DO NOTHING`,
    [chainId, genesisHash],
  );
}

/** Says whether the head is seen. */
export async function updateStatus(
  connection: Connection,
  chainId: number,
  status: ChainStatus,
  reason: string | null,
): Promise<void> {
  await connection.query('UPDATE chains SET status = $2, reason = $3, updated_at = now() WHERE chain_id = $1', [
    chainId,
    status,
    reason,
  ]);
}

/** Moves the head, and tells everybody who listens on `chain`. */
export async function updateHead(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  head: BlockRef,
  finalizedNumber: number,
): Promise<void> {
  await connection.query({
    name: 'update_head',
    text: `WITH moved AS (
             UPDATE chains SET head_number = $3, head_hash = $4, finalized_number = greatest(finalized_number, $5::bigint),
               status = 'following', reason = NULL, updated_at = now()
             WHERE chain_id = $1 AND epoch = $2 RETURNING 1
           ) SELECT pg_notify('chain', json_build_object('chainId', $1::int, 'epoch', $2::int, 'head', $3::bigint, 'finalized', $5::bigint)::text) FROM moved`,
    values: [chainId, epoch, head.number, head.hash, finalizedNumber],
  });
}

/** The stored blocks from the newest final one up to the head. */
export async function listTail(
  database: Queryable,
  { chainId, epoch }: ChainEpoch,
  fromNumber: number,
): Promise<BlockRef[]> {
  const { rows } = await database.query<{
    number: bigint | string;
    hash: Hash;
    parent_hash: Hash;
    timestamp: bigint | string;
  }>(
    'SELECT number, hash, parent_hash, timestamp FROM chain_blocks WHERE chain_id = $1 AND epoch = $2 AND number >= $3 ORDER BY number',
    [chainId, epoch, fromNumber],
  );
  return rows.map((row) => ({
    number: Number(row.number),
    hash: row.hash,
    parentHash: row.parent_hash,
    timestampSeconds: BigInt(row.timestamp),
  }));
}

/** Stores blocks; one that is stored already must be the same. */
export async function insertBlocks(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  blocks: readonly BlockRef[],
): Promise<void> {
  if (blocks.length === 0) return;
  await connection.query({
    name: 'insert_blocks',
    text: `INSERT INTO chain_blocks (chain_id, epoch, number, hash, parent_hash, timestamp)
           SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[]) ON CONFLICT DO NOTHING`,
    values: [
      chainId,
      epoch,
      blocks.map(({ number }) => number),
      blocks.map(({ hash }) => hash),
      blocks.map(({ parentHash }) => parentHash),
      blocks.map(({ timestampSeconds }) => `${timestampSeconds}`),
    ],
  });
}

/** Which of these blocks are stored; they stay so until the end of the database transaction. */
export async function lockBlocks(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  hashes: readonly Hash[],
): Promise<Set<Hash>> {
  const { rows } = await connection.query<{ hash: Hash }>(
    'SELECT hash FROM chain_blocks WHERE chain_id = $1 AND epoch = $2 AND hash = ANY ($3) FOR SHARE',
    [chainId, epoch, hashes],
  );
  return new Set(rows.map(({ hash }) => hash));
}

/** Forgets the blocks that a reorg dropped. */
export async function deleteBlocksAbove(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  number: number,
): Promise<void> {
  await connection.query('DELETE FROM chain_blocks WHERE chain_id = $1 AND epoch = $2 AND number > $3', [
    chainId,
    epoch,
    number,
  ]);
}

/** Forgets final blocks that have nothing of ours. Those that have stay, so that every kept row stands in a kept block. */
export async function pruneBlocks(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  from: number,
  below: number,
): Promise<void> {
  await connection.query({
    name: 'prune_blocks',
    // Ranges of the primary keys: quick also while the planner knows nothing of the tables.
    text: `DELETE FROM chain_blocks WHERE chain_id = $1 AND epoch = $2 AND number >= $3 AND number < $4 AND number <> ALL (
             ARRAY(SELECT block_number FROM chain_token_transfers WHERE chain_id = $1 AND epoch = $2 AND block_number >= $3 AND block_number < $4)
             || ARRAY(SELECT block_number FROM chain_native_transfers WHERE chain_id = $1 AND epoch = $2 AND block_number >= $3 AND block_number < $4)
             || ARRAY(SELECT block_number FROM chain_events WHERE chain_id = $1 AND epoch = $2 AND block_number >= $3 AND block_number < $4))`,
    values: [chainId, epoch, from, below],
  });
}

/** Projects the history of what happened in transactions, in the database transaction of the fact. */
export async function refreshChainHistory(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  txHashes: readonly Hash[],
): Promise<void> {
  if (txHashes.length === 0) return;
  await connection.query({
    name: 'refresh_chain_history',
    text: 'SELECT history_refresh_chain($1, $2, $3::text[])',
    values: [chainId, epoch, txHashes],
  });
}
