import type { Hash } from 'viem';
import type { Connection, Pool } from '../database/pool.ts';
import { deleteBlocksAbove, refreshChainHistory } from './chain-store.ts';
import type { Position } from './indexer-store.ts';
import { inLeaderTransaction, type Lease } from './lease.ts';
import { type ChainEpoch, deleteRowsAbove } from './rows.ts';
import { projectTransactions } from './tracked-transactions.ts';

/**
 * Puts the history of an ephemeral chain aside and begins its next epoch. What was final there stays as it was; what was
 * not never happened. Transactions of our own senders that had not come to an end are requested again: the new chain has
 * not seen them, and whatever must not happen twice is guarded by its reference in the contract. People's own signed
 * transactions are dropped, because their nonces are those of the old chain.
 */
export async function beginEpoch(
  pool: Pool,
  lease: Lease,
  { at, finalizedNumber }: Position,
  genesisHash: Hash,
): Promise<Position> {
  const next = { chainId: at.chainId, epoch: at.epoch + 1 };
  await inLeaderTransaction(pool, lease, async (connection) => {
    const changed = await moveTransactions(connection, at, next);
    const dropped = await deleteRowsAbove(connection, at, finalizedNumber ?? -1);
    await deleteBlocksAbove(connection, at, finalizedNumber ?? -1);
    await connection.query(
      `INSERT INTO chain_watched_addresses (chain_id, epoch, address)
       SELECT chain_id, $3, address FROM chain_watched_addresses WHERE chain_id = $1 AND epoch = $2 ON CONFLICT DO NOTHING`,
      [at.chainId, at.epoch, next.epoch],
    );
    // The new chain is read from its beginning with the tokens that are followed: nothing of it is missing.
    await connection.query('UPDATE added_tokens SET missing_until = NULL WHERE chain_id = $1', [at.chainId]);
    await connection.query(
      `UPDATE chains SET epoch = $2, genesis_hash = $3, status = 'following', reason = NULL, head_number = NULL, head_hash = NULL,
         finalized_number = NULL, updated_at = now() WHERE chain_id = $1`,
      [at.chainId, next.epoch, genesisHash],
    );
    await projectTransactions(connection, changed);
    await refreshChainHistory(connection, at, dropped);
  });
  return { at: next, genesisHash, tail: [], finalizedNumber: null };
}

async function moveTransactions(connection: Connection, at: ChainEpoch, next: ChainEpoch): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    `UPDATE chain_transactions SET version = version + 1, updated_at = now(), block_number = NULL, block_timestamp = NULL, reverted = false,
       state = CASE WHEN purpose IN ('user', 'cancel') THEN 'dropped' ELSE 'requested' END,
       reason = CASE WHEN purpose IN ('user', 'cancel') THEN 'CHAIN_BEGAN_ANEW' END,
       epoch = CASE WHEN purpose IN ('user', 'cancel') THEN epoch ELSE $3 END,
       nonce = CASE WHEN purpose IN ('user', 'cancel') THEN nonce END,
       raw = CASE WHEN purpose IN ('user', 'cancel') THEN raw END,
       hash = CASE WHEN purpose IN ('user', 'cancel') THEN hash END
     WHERE chain_id = $1 AND epoch = $2 AND state IN ('requested', 'signed', 'broadcast', 'mined')
     RETURNING id`,
    [at.chainId, at.epoch, next.epoch],
  );
  return rows.map(({ id }) => id);
}
