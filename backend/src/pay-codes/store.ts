import { type Amount, decodeAmount, encodeAmount } from '@feiqian/domain/money';
import type { Pool } from '../database/pool.ts';

/** A code as stored: whose it is, and what it was presented for. */
export type PayCodeRow = {
  readonly userId: string;
  readonly requestId: string | undefined;
  readonly expiresAt: Date;
};

/** What a session's codes were last presented for. */
export type AskedRow = { readonly requestId: string; readonly askedAt: Date; readonly isPaidByYou: boolean };

/** What somebody allows without being asked, in one currency. Nought is off. */
export type PayLimitRow = {
  readonly id: string;
  readonly version: number;
  readonly asset: string;
  readonly perPayment: Amount;
  readonly perDay: Amount;
  readonly timeZone: string;
  readonly spent: Amount;
  /** `2026-11-30` */
  readonly spentOn: string | undefined;
};

type RawLimit = {
  id: string;
  version: number;
  asset: string;
  per_payment: string;
  per_day: string;
  time_zone: string;
  spent: string;
  spent_on: string | null;
};

// Long enough for a counter to be told that a code has expired, not that there never was one.
const keptAfterEnd = '1 hour';
const limitColumns = `id, version, asset, per_payment::text, per_day::text, time_zone, spent::text, to_char(spent_on, 'YYYY-MM-DD') AS spent_on`;

/** Reads and writes pay codes and pay limits. */
export type PayCodeStore = ReturnType<typeof createPayCodeStore>;

export function createPayCodeStore(pool: Pool) {
  return {
    ...createLimitStore(pool),

    /** Adds a code, and removes those of its owner that ended long ago. */
    async insert(code: {
      readonly codeHash: Buffer;
      readonly userId: string;
      readonly sessionHash: Buffer;
      readonly createdAt: Date;
      readonly expiresAt: Date;
    }): Promise<void> {
      const { codeHash, userId, sessionHash, createdAt, expiresAt } = code;
      await pool.query(
        `WITH gone AS (DELETE FROM pay_codes WHERE user_id = $2 AND expires_at < $4::timestamptz - interval '${keptAfterEnd}')
         INSERT INTO pay_codes (code_hash, user_id, session_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
        [codeHash, userId, sessionHash, createdAt, expiresAt],
      );
    },

    /**
     * Presents a code for a request: of many at once, one. The payer's streams hear of it.
     *
     * @returns the payer; undefined when there is no such code that could be presented by this payee now.
     */
    async take(presented: {
      readonly codeHash: Buffer;
      readonly requestId: string;
      readonly payeeId: string;
      readonly now: Date;
    }): Promise<string | undefined> {
      const { codeHash, requestId, payeeId, now } = presented;
      const { rows } = await pool.query<{ user_id: string }>(
        `WITH taken AS (
           UPDATE pay_codes c SET request_id = $2, used_at = $4
           WHERE code_hash = $1 AND request_id IS NULL AND user_id <> $3 AND c.expires_at > $4
             AND EXISTS (SELECT FROM sessions s WHERE s.token_hash = c.session_hash AND s.expires_at > now())
           RETURNING user_id
         ) SELECT user_id, pg_notify('pay_codes', user_id::text) FROM taken`,
        [codeHash, requestId, payeeId, now],
      );
      return rows[0]?.user_id;
    },

    async find(codeHash: Buffer): Promise<PayCodeRow | undefined> {
      const { rows } = await pool.query<{ user_id: string; request_id: string | null; expires_at: Date }>(
        'SELECT user_id, request_id, expires_at FROM pay_codes WHERE code_hash = $1',
        [codeHash],
      );
      const [row] = rows;
      return row && { userId: row.user_id, requestId: row.request_id ?? undefined, expiresAt: row.expires_at };
    },

    /** Whether whoever showed a code has paid the request that it was presented for. */
    async hasPaid(codeHash: Buffer, requestId: string): Promise<boolean> {
      const { rows } = await pool.query(
        `SELECT FROM pay_codes c JOIN payments p ON p.request_id = c.request_id AND p.payer_id = c.user_id
         WHERE c.code_hash = $1 AND c.request_id = $2 AND p.state <> 'failed'`,
        [codeHash, requestId],
      );
      return rows.length > 0;
    },

    /** What the codes of a session were presented for last, since an instant. */
    async findAsked(userId: string, sessionHash: Buffer, since: Date): Promise<AskedRow | undefined> {
      const { rows } = await pool.query<{ request_id: string; used_at: Date; is_paid: boolean }>(
        `SELECT c.request_id, c.used_at,
           EXISTS (SELECT FROM payments p WHERE p.request_id = c.request_id AND p.payer_id = $1 AND p.state <> 'failed') AS is_paid
         FROM pay_codes c WHERE c.user_id = $1 AND c.session_hash = $2 AND c.used_at >= $3 ORDER BY c.used_at DESC LIMIT 1`,
        [userId, sessionHash, since],
      );
      const [row] = rows;
      return row && { requestId: row.request_id, askedAt: row.used_at, isPaidByYou: row.is_paid };
    },
  };
}

function createLimitStore(pool: Pool) {
  return {
    async listLimits(userId: string): Promise<PayLimitRow[]> {
      const { rows } = await pool.query<RawLimit>(
        `SELECT ${limitColumns} FROM pay_limits WHERE user_id = $1 ORDER BY asset`,
        [userId],
      );
      return rows.map(toLimit);
    },

    async findLimit(userId: string, asset: string): Promise<PayLimitRow | undefined> {
      const { rows } = await pool.query<RawLimit>(
        `SELECT ${limitColumns} FROM pay_limits WHERE user_id = $1 AND asset = $2`,
        [userId, asset],
      );
      return rows[0] && toLimit(rows[0]);
    },

    /** Sets what is allowed; what was paid today stays counted. */
    async setLimit(
      userId: string,
      limit: Pick<PayLimitRow, 'id' | 'asset' | 'perPayment' | 'perDay' | 'timeZone'>,
    ): Promise<PayLimitRow | undefined> {
      const { id, asset, perPayment, perDay, timeZone } = limit;
      const { rows } = await pool.query<RawLimit>(
        `INSERT INTO pay_limits AS l (id, version, user_id, asset, per_payment, per_day, time_zone) VALUES ($1, 1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, asset) DO UPDATE
           SET per_payment = $4, per_day = $5, time_zone = $6, version = l.version + 1, updated_at = now()
         RETURNING ${limitColumns}`,
        [id, userId, asset, encodeAmount(perPayment), encodeAmount(perDay), timeZone],
      );
      return rows[0] && toLimit(rows[0]);
    },
  };
}

function toLimit(raw: RawLimit): PayLimitRow {
  return {
    id: raw.id,
    version: raw.version,
    asset: raw.asset,
    perPayment: decodeAmount(raw.per_payment),
    perDay: decodeAmount(raw.per_day),
    timeZone: raw.time_zone,
    spent: decodeAmount(raw.spent),
    spentOn: raw.spent_on ?? undefined,
  };
}
