import { toTokenAssetId } from '@feiqian/domain/assets';
import type { Chain } from '@feiqian/domain/chains';
import type { Address } from 'viem';
import type { Queryable } from '../database/pool.ts';
import type { TokenPast } from './address-past.ts';
import { refreshChainHistory } from './chain-store.ts';
import { collectBlocks } from './collect.ts';
import { createLogDecoder, type LogDecoder } from './decode-logs.ts';
import type { Position } from './indexer-store.ts';
import type { KnownAddresses } from './known-addresses.ts';
import { inLeaderTransaction, type Lease } from './lease.ts';
import { listTxHashes, writeRows } from './rows.ts';
import { fetchUnfinal, type WatchDeps } from './watch-addresses.ts';

type AdoptDeps = WatchDeps & { readonly chain: Chain };

/**
 * Begins to follow the tokens that people have added since, and ends it for those that nobody has any more. Between two steps of the
 * indexer, so that it has read every block either with or without them: the blocks that can still be replaced are read again here,
 * the final ones later.
 *
 * @returns the decoder for the blocks that are read from now on.
 */
export async function adoptTokens(deps: AdoptDeps, position: Position, known: KnownAddresses): Promise<LogDecoder> {
  const { pool, lease, chain, rpc } = deps;
  await takeListed(deps);
  const followed = await listFollowed(pool, chain.chainId);
  const decoder = createLogDecoder(chain, [...new Set(followed.map(({ address }) => address))]);
  const fresh = followed.filter(({ isFollowed }) => !isFollowed).map(({ id }) => id);
  if (fresh.length === 0) return decoder;
  const blocks = await fetchUnfinal(rpc, position);
  // Transactions of our own were noticed when their block was read.
  const rows = await collectBlocks(
    { rpc, decoder, known, findTracked: async () => [], explainRevert: async () => '' },
    blocks,
  );
  await inLeaderTransaction(pool, lease, async (connection) => {
    await writeRows(connection, position.at, rows, { isRepeatable: true });
    await connection.query(
      'UPDATE added_tokens SET is_followed = true, missing_until = $2 WHERE id = ANY ($1::uuid[]) AND NOT is_followed',
      [fresh, position.finalizedNumber],
    );
    await refreshChainHistory(connection, position.at, listTxHashes(rows));
  });
  return decoder;
}

/** What the operator lists by now is everybody's and no longer added by hand. */
async function takeListed({ pool, lease, chain }: AdoptDeps): Promise<void> {
  const listed = chain.tokens.map(({ address }) => toTokenAssetId(chain.chainId, address));
  const { rows } = await pool.query<{ asset: string }>('SELECT asset FROM unlisted_tokens WHERE asset = ANY ($1)', [
    listed,
  ]);
  for (const { asset } of rows)
    await inLeaderTransaction(pool, lease, (connection) => connection.query('SELECT history_list_token($1)', [asset]));
}

type Followed = { readonly id: string; readonly address: Address; readonly isFollowed: boolean };

async function listFollowed(database: Queryable, chainId: number): Promise<Followed[]> {
  const { rows } = await database.query<Followed>(
    'SELECT id, address, is_followed AS "isFollowed" FROM added_tokens WHERE chain_id = $1 ORDER BY address, id',
    [chainId],
  );
  return rows;
}

/** Tokens whose transfers before they were followed have still to be read, each for the addresses of one person. */
export async function listMissingTokenPasts(
  database: Queryable,
  chainId: number,
): Promise<(TokenPast & { readonly id: string })[]> {
  const { rows } = await database.query<{
    id: string;
    token: Address;
    owners: Address[];
    missing_until: string | bigint;
  }>(
    `SELECT t.id, t.address AS token, t.missing_until, ARRAY(SELECT a.address FROM addresses a WHERE a.user_id = t.user_id) AS owners
     FROM added_tokens t WHERE t.chain_id = $1 AND t.missing_until IS NOT NULL`,
    [chainId],
  );
  return rows.map(({ id, token, owners, missing_until }) => ({ id, token, owners, until: Number(missing_until) }));
}

/** Notes that nothing is missing of a token any more; of one that was removed meanwhile there is nothing to note. */
export async function endTokenPast(pool: WatchDeps['pool'], lease: Lease, id: string): Promise<void> {
  await inLeaderTransaction(pool, lease, (connection) =>
    connection.query('UPDATE added_tokens SET missing_until = NULL WHERE id = $1', [id]),
  );
}
