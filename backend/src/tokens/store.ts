import type { AddedTokenWire } from '@feiqian/domain/api/tokens';
import { type TokenAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import type { Address } from 'viem';
import { type Connection, inTransaction, type Pool } from '../database/pool.ts';

/** A token with what its contract said of itself. */
export type TokenToAdd = {
  readonly chainId: number;
  readonly address: Address;
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
};

/** Why a token was not added. */
export type AddOutcome = 'added' | 'person_full' | 'chain_full';

/** How many tokens a person can have, and how many a chain's leader follows. */
export type TokenLimits = { readonly person: number; readonly chain: number };

/** Which tokens each person has added by hand. */
export type TokenStore = ReturnType<typeof createTokenStore>;

export function createTokenStore(pool: Pool) {
  return {
    /** Oldest first. */
    async list(userId: string): Promise<AddedTokenWire[]> {
      const { rows } = await pool.query<TokenToAdd & { readonly asset: TokenAssetId }>(
        `SELECT asset, chain_id AS "chainId", address, symbol, name, decimals FROM added_tokens WHERE user_id = $1 ORDER BY created_at, asset`,
        [userId],
      );
      return rows.map(({ asset, ...token }) => ({ id: asset, kind: 'token', ...token, verified: false }));
    },

    /** Adds a token, and what the chain has shown of it, to the person's history. One that is there stays as it is. */
    async add(userId: string, token: TokenToAdd, limits: TokenLimits): Promise<AddOutcome> {
      const { chainId, address, symbol, name, decimals } = token;
      const asset = toTokenAssetId(chainId, address);
      return inTransaction(pool, async (connection) => {
        // One at a time for each chain, so that no limit is passed by two at once.
        await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [addLock, chainId]);
        const { isThere, own, onChain, isFollowed } = await count(connection, userId, chainId, asset);
        if (isThere) return 'added';
        if (own >= limits.person) return 'person_full';
        if (!isFollowed && onChain >= limits.chain) return 'chain_full';
        await connection.query(
          'INSERT INTO unlisted_tokens (asset, chain_id, address) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [asset, chainId, address],
        );
        await connection.query(
          'INSERT INTO added_tokens (user_id, asset, chain_id, address, symbol, name, decimals) VALUES ($1, $2, $3, $4, $5, $6, $7)',
          [userId, asset, chainId, address, symbol, name, decimals],
        );
        await refreshHistory(connection, userId, asset);
        return 'added';
      });
    },

    /** Takes a token away together with its history; both are there again when it is added again. */
    async remove(userId: string, asset: TokenAssetId): Promise<void> {
      await inTransaction(pool, async (connection) => {
        const { rowCount } = await connection.query('DELETE FROM added_tokens WHERE user_id = $1 AND asset = $2', [
          userId,
          asset,
        ]);
        if (rowCount === 1) await refreshHistory(connection, userId, asset);
      });
    },
  };
}

// Names the lock among those of the database.
const addLock = 1_953_460_083;

async function count(connection: Connection, userId: string, chainId: number, asset: string) {
  const { rows } = await connection.query<{ isThere: boolean; own: number; onChain: number; isFollowed: boolean }>(
    `SELECT EXISTS (SELECT FROM added_tokens WHERE user_id = $1 AND asset = $3) AS "isThere",
       (SELECT count(*)::int FROM added_tokens WHERE user_id = $1) AS own,
       (SELECT count(DISTINCT asset)::int FROM added_tokens WHERE chain_id = $2) AS "onChain",
       EXISTS (SELECT FROM added_tokens WHERE asset = $3) AS "isFollowed"`,
    [userId, chainId, asset],
  );
  const [row] = rows;
  if (!row) throw new Error('A count gives a row.');
  return row;
}

async function refreshHistory(connection: Connection, userId: string, asset: string): Promise<void> {
  await connection.query('SELECT history_refresh_token($1, $2)', [userId, asset]);
}
