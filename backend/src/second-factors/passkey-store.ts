import { createHash } from 'node:crypto';
import type { Queryable } from '../database/pool.ts';

/** A passkey as stored. */
export type PasskeyRow = {
  readonly id: string;
  readonly userId: string;
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  readonly transports: readonly string[];
  /** As sealed. */
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
};

const columns = `id, user_id AS "userId", credential_id AS "credentialId", public_key AS "publicKey",
  is_backup_eligible AS "isBackupEligible", is_backed_up AS "isBackedUp", transports, name,
  created_at AS "createdAt", last_used_at AS "lastUsedAt"`;

/** What a passkey is asked to sign, and who may answer it. */
export type AskedChallenge =
  | { readonly purpose: 'login' }
  | {
      readonly purpose: 'factor' | 'add';
      readonly userId: string;
      /** Hash of the session, or of the log-in's ticket. */
      readonly boundTo: Buffer;
    };

const hashOf = (challenge: string) => createHash('sha256').update(challenge).digest();

/** Reads and writes passkeys and what they were asked; within a transaction where the caller is in one. */
export type PasskeyStore = ReturnType<typeof createPasskeyStore>;

export function createPasskeyStore(database: Queryable) {
  return Object.assign(createKeys(database), createChallenges(database));
}

function createKeys(database: Queryable) {
  return {
    async listPasskeys(userId: string): Promise<PasskeyRow[]> {
      const { rows } = await database.query<PasskeyRow>(
        `SELECT ${columns} FROM passkeys WHERE user_id = $1 ORDER BY created_at, id`,
        [userId],
      );
      return rows;
    },

    async findPasskey(credentialId: Buffer): Promise<PasskeyRow | undefined> {
      const { rows } = await database.query<PasskeyRow>(`SELECT ${columns} FROM passkeys WHERE credential_id = $1`, [
        credentialId,
      ]);
      return rows[0];
    },

    /** @returns false when the credential is there already, whoever has it. */
    async addPasskey(
      row: Omit<PasskeyRow, 'createdAt' | 'lastUsedAt'> & { readonly counter: number },
    ): Promise<boolean> {
      const { rowCount } = await database.query(
        `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, is_backup_eligible, is_backed_up, transports, name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (credential_id) DO NOTHING`,
        [
          row.id,
          row.userId,
          row.credentialId,
          row.publicKey,
          row.counter,
          row.isBackupEligible,
          row.isBackedUp,
          row.transports,
          row.name,
        ],
      );
      return rowCount === 1;
    },

    /**
     * Notes a use, if the counter says that it is a later one than all before (WebAuthn Level 3, section 6.1.1); authenticators without
     * a counter say 0 every time.
     *
     * @returns whether it is.
     */
    async useCounter(id: string, used: { counter: number; isBackedUp: boolean; at: Date }): Promise<boolean> {
      const { rowCount } = await database.query(
        `UPDATE passkeys SET counter = $2, is_backed_up = $3, last_used_at = $4
         WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0))`,
        [id, used.counter, used.isBackedUp, used.at],
      );
      return rowCount === 1;
    },

    async removePasskey(userId: string, id: string): Promise<boolean> {
      const { rowCount } = await database.query('DELETE FROM passkeys WHERE id = $1 AND user_id = $2', [id, userId]);
      return rowCount === 1;
    },
  };
}

function createChallenges(database: Queryable) {
  return {
    /** Notes what is asked; what nobody answered in time goes. */
    async noteChallenge(
      challenge: string,
      asked: AskedChallenge,
      { now, expiresAt }: { now: Date; expiresAt: Date },
    ): Promise<void> {
      const { userId, boundTo } = asked.purpose === 'login' ? { userId: null, boundTo: null } : asked;
      await database.query('DELETE FROM passkey_challenges WHERE expires_at < $1', [now]);
      await database.query(
        'INSERT INTO passkey_challenges (challenge_hash, purpose, user_id, bound_to, expires_at) VALUES ($1, $2, $3, $4, $5)',
        [hashOf(challenge), asked.purpose, userId, boundTo, expiresAt],
      );
    },

    /** Takes a challenge so that nobody can take it again. @returns whether it was asked for just this, and not too long ago. */
    async takeChallenge(challenge: string, asked: AskedChallenge, now: Date): Promise<boolean> {
      const { rows } = await database.query<{
        purpose: string;
        user_id: string | null;
        bound_to: Buffer | null;
        expires_at: Date;
      }>('DELETE FROM passkey_challenges WHERE challenge_hash = $1 RETURNING purpose, user_id, bound_to, expires_at', [
        hashOf(challenge),
      ]);
      const [row] = rows;
      if (!row || row.purpose !== asked.purpose || row.expires_at <= now) return false;
      if (asked.purpose === 'login') return true;
      return row.user_id === asked.userId && row.bound_to?.equals(asked.boundTo) === true;
    },
  };
}
