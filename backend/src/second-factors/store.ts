import type { Queryable } from '../database/pool.ts';

/** An authenticator app as stored. */
export type TotpRow = {
  readonly id: string;
  /** As sealed. */
  readonly secret: string;
  readonly lastStep: number;
  readonly confirmedAt: Date | null;
  readonly createdAt: Date;
};

type Raw = { id: string; secret: string; last_step: bigint; confirmed_at: Date | null; created_at: Date };

/** Reads and writes authenticator apps, recovery codes and when a factor was shown; within a transaction where the caller is in one. */
export type SecondFactorStore = ReturnType<typeof createSecondFactorStore>;

export function createSecondFactorStore(database: Queryable) {
  return Object.assign(createTotpStore(database), createRecoveryStore(database), createSessionFacts(database));
}

function createTotpStore(database: Queryable) {
  return {
    async findTotp(userId: string): Promise<TotpRow | undefined> {
      const { rows } = await database.query<Raw>(
        'SELECT id, secret, last_step, confirmed_at, created_at FROM totp_factors WHERE user_id = $1',
        [userId],
      );
      const [row] = rows;
      return (
        row && {
          id: row.id,
          secret: row.secret,
          // A time step is a 30th of the seconds since 1970.
          lastStep: Number(row.last_step),
          confirmedAt: row.confirmed_at,
          createdAt: row.created_at,
        }
      );
    },

    /** Begins anew with another secret; one that was confirmed stays. @returns whether it began. */
    async beginTotp({ id, userId, secret }: { id: string; userId: string; secret: string }): Promise<boolean> {
      await database.query('DELETE FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NULL', [userId]);
      const { rowCount } = await database.query(
        'INSERT INTO totp_factors (id, user_id, secret) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING',
        [id, userId, secret],
      );
      return rowCount === 1;
    },

    /** Takes the code of a step, if that is later than every step whose code was taken. @returns whether it was. */
    async takeStep(id: string, step: number): Promise<boolean> {
      const { rowCount } = await database.query(
        `UPDATE totp_factors SET last_step = $2, confirmed_at = coalesce(confirmed_at, now()) WHERE id = $1 AND last_step < $2`,
        [id, step],
      );
      return rowCount === 1;
    },

    async removeTotp(userId: string): Promise<boolean> {
      const { rowCount } = await database.query(
        'DELETE FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL',
        [userId],
      );
      return rowCount === 1;
    },
  };
}

function createRecoveryStore(database: Queryable) {
  return {
    async countRecoveryCodes(userId: string): Promise<number> {
      const { rows } = await database.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL',
        [userId],
      );
      return rows[0]?.n ?? 0;
    },

    /** These instead of all that there are; none for nobody's. */
    async replaceRecoveryCodes(userId: string, hashes: readonly Buffer[]): Promise<void> {
      await database.query('DELETE FROM recovery_codes WHERE user_id = $1', [userId]);
      await database.query(
        'INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, hash FROM unnest($2::bytea[]) AS hash',
        [userId, hashes],
      );
    },

    /** @returns whether it is one that was not used yet. */
    async useRecoveryCode(userId: string, hash: Buffer): Promise<boolean> {
      const { rowCount } = await database.query(
        'UPDATE recovery_codes SET used_at = now() WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL',
        [userId, hash],
      );
      return rowCount === 1;
    },
  };
}

function createSessionFacts(database: Queryable) {
  return {
    async hasAny(userId: string): Promise<boolean> {
      const { rows } = await database.query<{ has: boolean }>('SELECT has_second_factor($1) AS has', [userId]);
      return rows[0]?.has ?? false;
    },

    async findKinds(userId: string): Promise<{ hasPasskey: boolean; hasTotp: boolean; hasRecoveryCode: boolean }> {
      const { rows } = await database.query<{ passkey: boolean; totp: boolean; code: boolean }>(
        `SELECT EXISTS (SELECT FROM passkeys WHERE user_id = $1) AS passkey,
                EXISTS (SELECT FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL) AS totp,
                EXISTS (SELECT FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL) AS code`,
        [userId],
      );
      const [row] = rows;
      return { hasPasskey: row?.passkey ?? false, hasTotp: row?.totp ?? false, hasRecoveryCode: row?.code ?? false };
    },

    /** Until when nothing large goes out; undefined when no factor was ever removed. */
    async findCoolingOff(userId: string): Promise<Date | undefined> {
      const { rows } = await database.query<{ ends_at: Date }>('SELECT ends_at FROM cooling_offs WHERE user_id = $1', [
        userId,
      ]);
      return rows[0]?.ends_at;
    },

    async beginCoolingOff(userId: string, endsAt: Date): Promise<void> {
      await database.query(
        `INSERT INTO cooling_offs (user_id, ends_at) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET ends_at = greatest(cooling_offs.ends_at, excluded.ends_at)`,
        [userId, endsAt],
      );
    },

    /** When a second factor was last shown in a session; undefined when never. */
    async findShownAt(sessionId: string): Promise<Date | undefined> {
      const { rows } = await database.query<{ factor_at: Date | null }>(
        `SELECT factor_at FROM sessions WHERE token_hash = decode($1, 'hex')`,
        [sessionId],
      );
      return rows[0]?.factor_at ?? undefined;
    },

    async noteShown(sessionId: string, at: Date): Promise<void> {
      await database.query(`UPDATE sessions SET factor_at = $2 WHERE token_hash = decode($1, 'hex')`, [sessionId, at]);
    },

    /** What began under other factors ends: every other session, and log-ins that wait. */
    async endOthers(userId: string, sessionId: string): Promise<string[]> {
      await database.query('DELETE FROM pending_logins WHERE user_id = $1', [userId]);
      const { rows } = await database.query<{ hash: string }>(
        `DELETE FROM sessions WHERE user_id = $1 AND token_hash <> decode($2, 'hex') RETURNING encode(token_hash, 'hex') AS hash`,
        [userId, sessionId],
      );
      return rows.map(({ hash }) => hash);
    },
  };
}
