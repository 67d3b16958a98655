import type { Address } from 'viem';
import type { Pool } from '../database/pool.ts';
import { type Block, parseBlock } from './answers.ts';
import { insertBlocks, refreshChainHistory } from './chain-store.ts';
import { type CollectorDeps, collectBlocks } from './collect.ts';
import type { Position } from './indexer-store.ts';
import { createKnownAddresses, insertWatched, type KnownAddresses, listUnwatched } from './known-addresses.ts';
import { inLeaderTransaction, type Lease } from './lease.ts';
import { type ChainRows, listBlockNumbers, listTxHashes, writeRows } from './rows.ts';
import type { Rpc } from './rpc.ts';

/** What reading the past of addresses needs. */
export type WatchDeps = Pick<CollectorDeps, 'rpc' | 'decoder'> & { readonly pool: Pool; readonly lease: Lease };

/**
 * Begins to watch the addresses that were linked since. Between two steps of the indexer, so that it has read every block
 * either with or without them: the blocks that can still be replaced are read again here, the final ones later.
 *
 * @returns whether there were any.
 */
export async function adoptAddresses(deps: WatchDeps, position: Position, known: KnownAddresses): Promise<boolean> {
  const { pool, lease } = deps;
  const addresses = await listUnwatched(pool, position.at);
  if (addresses.length === 0) return false;
  const rows = await collectFor(deps, addresses, await fetchUnfinal(deps.rpc, position));
  await inLeaderTransaction(pool, lease, async (connection) => {
    await writeRows(connection, position.at, rows, { isRepeatable: true });
    await insertWatched(connection, position.at, addresses, position.finalizedNumber);
    await refreshChainHistory(connection, position.at, listTxHashes(rows));
  });
  for (const address of addresses) known.add(address);
  return true;
}

/** The stored blocks that can still be replaced. */
export async function fetchUnfinal(rpc: Rpc, { tail, finalizedNumber }: Position): Promise<Block[]> {
  const unfinal = tail.filter(({ number }) => number > (finalizedNumber ?? -1));
  const answers = await rpc.callAll(
    unfinal.map(({ hash }) => ({ method: 'eth_getBlockByHash', params: [hash, true] })),
  );
  return answers.map(parseBlock);
}

/** What whole blocks have for some addresses. */
export async function collectFor(
  { rpc, decoder }: Pick<WatchDeps, 'rpc' | 'decoder'>,
  addresses: readonly Address[],
  blocks: readonly Block[],
): Promise<ChainRows> {
  const only = createKnownAddresses();
  for (const address of addresses) only.add(address);
  // Transactions of our own were noticed when their block was read.
  return collectBlocks(
    { rpc, decoder, known: only, findTracked: async () => [], explainRevert: async () => '' },
    blocks,
  );
}

/** Writes rows of final blocks together with those blocks; repeating it changes nothing. */
export async function writePast(
  { pool, lease }: WatchDeps,
  at: Position['at'],
  rows: ChainRows,
  blocks: readonly Block[],
): Promise<void> {
  const numbers = listBlockNumbers(rows);
  await inLeaderTransaction(pool, lease, async (connection) => {
    await insertBlocks(
      connection,
      at,
      blocks.filter(({ number }) => numbers.has(number)),
    );
    await writeRows(connection, at, rows, { isRepeatable: true });
    await refreshChainHistory(connection, at, listTxHashes(rows));
  });
}
