import type { VaultWire } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import type { Queryable } from '../database/pool.ts';

/** Keeps every version of every vault; the newest counts. */
export type VaultStore = ReturnType<typeof createVaultStore>;

export function createVaultStore(database: Queryable) {
  const findLatest = async (userId: string): Promise<VaultWire | undefined> => {
    const { rows } = await database.query<VaultWire>(
      'SELECT version, vault FROM vault_versions WHERE user_id = $1 ORDER BY version DESC LIMIT 1',
      [userId],
    );
    return rows[0];
  };
  return {
    findLatest,

    /**
     * Adds a version by compare-and-swap: it must be the latest plus one. The same version with the same content again is a retry.
     *
     * @throws {AppError} VAULT_CONFLICT when somebody else wrote meanwhile; `details.version` is what is stored.
     */
    async append(userId: string, { version, vault }: VaultWire): Promise<void> {
      const { rowCount } = await database.query(
        `INSERT INTO vault_versions (user_id, version, vault)
         SELECT $1, $2::integer, $3
         WHERE $2::integer = 1 + coalesce((SELECT max(version) FROM vault_versions WHERE user_id = $1), 0)
         ON CONFLICT DO NOTHING`,
        [userId, version, vault],
      );
      if (rowCount === 1) return;
      const latest = await findLatest(userId);
      if (latest?.version === version && latest.vault === vault) return;
      throw new AppError('VAULT_CONFLICT', 'The vault was changed elsewhere.', {
        details: { version: `${latest?.version ?? 0}` },
      });
    },
  };
}
