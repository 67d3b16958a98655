import type { Hash } from 'viem';
import type { Connection, Pool, Queryable } from '../database/pool.ts';
import type { BlockRef } from './answers.ts';
import {
  deleteBlocksAbove,
  findState,
  insertBlocks,
  insertState,
  listTail,
  pruneBlocks,
  refreshChainHistory,
  updateHead,
} from './chain-store.ts';
import type { Collected } from './collect.ts';
import { inLeaderTransaction, type Lease } from './lease.ts';
import { type ChainEpoch, deleteRowsAbove, listTxHashes, writeRows } from './rows.ts';
import { finalizeUpTo, markMined, projectTransactions, unmineAbove } from './tracked-transactions.ts';

/** How far a chain has been read. Only the leader changes it, so it may keep it in memory. */
export type Position = {
  readonly at: ChainEpoch;
  readonly genesisHash: Hash;
  /** From the newest final block to the head; empty before the first block was read. */
  readonly tail: readonly BlockRef[];
  readonly finalizedNumber: number | null;
};

/** Reads where the last leader stopped. */
export async function loadPosition(
  pool: Pool,
  lease: Lease,
  chainId: number,
  readGenesis: () => Promise<Hash>,
): Promise<Position> {
  if (!(await findState(pool, chainId))) {
    const genesisHash = await readGenesis();
    await inLeaderTransaction(pool, lease, (connection) => insertState(connection, chainId, genesisHash));
  }
  return readPosition(pool, chainId);
}

async function readPosition(database: Queryable, chainId: number): Promise<Position> {
  const state = await findState(database, chainId);
  if (!state) throw new Error('The chain has no row.');
  const at = { chainId, epoch: state.epoch };
  const tail = state.headNumber === null ? [] : await listTail(database, at, state.finalizedNumber ?? 0);
  return { at, genesisHash: state.genesisHash, tail, finalizedNumber: state.finalizedNumber };
}

/** New blocks and what they have for us. */
export type Advance = {
  /** The block up to which the stored chain stands; what is above was replaced. Absent when nothing was. */
  readonly ancestor?: number;
  /** Blocks to store; the last one is the new head. */
  readonly blocks: readonly BlockRef[];
  /** The newest final block among all that are stored. */
  readonly finalizedNumber: number;
  readonly collected: Collected;
};

/** Writes new blocks, and drops the ones that they replace, in one database transaction. Gives the new position. */
export async function writeAdvance(pool: Pool, lease: Lease, position: Position, advance: Advance): Promise<Position> {
  const { ancestor, blocks, collected } = advance;
  const { at } = position;
  const kept = ancestor === undefined ? position.tail : position.tail.filter(({ number }) => number <= ancestor);
  const head = blocks.at(-1) ?? kept.at(-1);
  if (!head) return position;
  const finalizedNumber = Math.max(position.finalizedNumber ?? 0, Math.min(advance.finalizedNumber, head.number));
  const prunedTo = position.finalizedNumber ?? blocks[0]?.number ?? finalizedNumber;
  await inLeaderTransaction(pool, lease, async (connection) => {
    const dropped = ancestor === undefined ? [] : await dropAbove(connection, at, ancestor);
    // After the blocks: whoever found a transaction in one of them by itself has written that by now, or cannot any more.
    const unmined = ancestor === undefined ? [] : await unmineAbove(connection, at, ancestor);
    await insertBlocks(connection, at, blocks);
    await writeRows(connection, at, collected);
    const mined = await markMined(connection, at, collected.mined);
    const isFinalityNew = finalizedNumber !== position.finalizedNumber;
    const ended = isFinalityNew ? await finalizeUpTo(connection, at, finalizedNumber) : [];
    if (finalizedNumber > prunedTo) await pruneBlocks(connection, at, prunedTo, finalizedNumber);
    await updateHead(connection, at, head, finalizedNumber);
    await projectTransactions(connection, [...new Set([...unmined, ...mined, ...ended])]);
    // What is final with this very step is projected where finality is moved.
    const unfinal = listTxHashes(collected, finalizedNumber);
    await refreshChainHistory(connection, at, [...new Set([...dropped, ...unfinal])]);
  });
  return { ...position, finalizedNumber, tail: [...kept, ...blocks].filter(({ number }) => number >= finalizedNumber) };
}

async function dropAbove(connection: Connection, at: ChainEpoch, ancestor: number): Promise<Hash[]> {
  const hashes = await deleteRowsAbove(connection, at, ancestor);
  await deleteBlocksAbove(connection, at, ancestor);
  return hashes;
}
