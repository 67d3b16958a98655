import type { KdfRecord, VaultWire } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { inTransaction, type Pool, type Queryable } from '../database/pool.ts';

/** What a change of password replaces, and with what. */
export type CredentialSwap = {
  readonly userId: string;
  /** What is stored now; anything else means that somebody was faster. */
  readonly authHash: string;
  readonly newAuthHash: string;
  readonly newKdf: KdfRecord;
  /** The vault under the new password; absent when the service keeps none. */
  readonly vault: VaultWire | undefined;
  /** Every other session ends: whoever knew the old password may have one. */
  readonly keptSession: Buffer;
};

type Deps = {
  readonly pool: Pool;
  /** Keeps the next version of a vault, inside of the transaction. @throws {AppError} VAULT_CONFLICT. */
  readonly appendVault: (connection: Queryable, userId: string, vault: VaultWire) => Promise<void>;
};

/**
 * Swaps verifier, key derivation and vault together or not at all, so that log-in and vault never need different passwords.
 *
 * @throws {AppError} VAULT_CONFLICT when the vault was changed meanwhile, or is kept here and did not come along; STATE_CONFLICT
 * when the password was.
 */
export function createSwapCredentials({ pool, appendVault }: Deps): (swap: CredentialSwap) => Promise<void> {
  return ({ userId, authHash, newAuthHash, newKdf, vault, keptSession }) =>
    inTransaction(pool, async (connection) => {
      const { rowCount } = await connection.query(
        'UPDATE users SET auth_hash = $3, kdf = $4 WHERE id = $1 AND auth_hash = $2',
        [userId, authHash, newAuthHash, JSON.stringify(newKdf)],
      );
      if (rowCount !== 1) throw new AppError('STATE_CONFLICT', 'The password was changed meanwhile.');
      if (vault) await appendVault(connection, userId, vault);
      else await expectNoVault(connection, userId);
      await connection.query('DELETE FROM pending_logins WHERE user_id = $1', [userId]);
      await connection.query('DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2', [userId, keptSession]);
    });
}

async function expectNoVault(connection: Queryable, userId: string): Promise<void> {
  const { rows } = await connection.query('SELECT 1 FROM vault_versions WHERE user_id = $1 LIMIT 1', [userId]);
  if (rows.length > 0) throw new AppError('VAULT_CONFLICT', 'The vault would stay under the old password.');
}
