import type { Address } from 'viem';
import type { AllowancePair } from '../chain/allowances.ts';
import type { Queryable } from '../database/pool.ts';

/** An owner on one life of a chain. */
export type OwnerOnChain = { readonly chainId: number; readonly epoch: number; readonly owner: Address };

/** Where to look for allowances, and how far the past was read for it. */
export type ApprovalStore = ReturnType<typeof createApprovalStore>;

export function createApprovalStore(database: Queryable) {
  return {
    /** The first block that has not been read. */
    async findNextBlock({ chainId, epoch, owner }: OwnerOnChain): Promise<bigint | undefined> {
      const { rows } = await database.query<{ next_block: string | bigint }>(
        'SELECT next_block FROM approval_scans WHERE chain_id = $1 AND epoch = $2 AND owner = $3',
        [chainId, epoch, owner],
      );
      return rows[0] && BigInt(rows[0].next_block);
    },

    /** Adds what was found up to a block; twice is once. */
    async add({ chainId, epoch, owner }: OwnerOnChain, pairs: readonly AllowancePair[], next: bigint): Promise<void> {
      await database.query(
        `WITH found AS (
           INSERT INTO approval_pairs (chain_id, epoch, owner, token, spender)
           SELECT $1, $2, $3, token, spender FROM unnest($4::text[], $5::text[]) AS f (token, spender) ON CONFLICT DO NOTHING
         )
         INSERT INTO approval_scans (chain_id, epoch, owner, next_block) VALUES ($1, $2, $3, $6)
         ON CONFLICT (chain_id, epoch, owner) DO UPDATE SET next_block = greatest(approval_scans.next_block, excluded.next_block)`,
        [chainId, epoch, owner, pairs.map(({ token }) => token), pairs.map(({ spender }) => spender), `${next}`],
      );
    },

    async listPairs({ chainId, epoch, owner }: OwnerOnChain, max: number): Promise<AllowancePair[]> {
      const { rows } = await database.query<{ token: Address; spender: Address }>(
        'SELECT token, spender FROM approval_pairs WHERE chain_id = $1 AND epoch = $2 AND owner = $3 ORDER BY token, spender LIMIT $4',
        [chainId, epoch, owner, max],
      );
      return rows.map(({ token, spender }) => ({ token, owner, spender }));
    },
  };
}
