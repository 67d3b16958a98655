import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { FindPrincipal } from '../app.ts';
import type { Queryable } from '../database/pool.ts';

const dayMs = 86_400_000;
/** A session ends this long after it was last used. */
export const sessionIdleMs = 14 * dayMs;
/** Writing "seen just now" at every request would cost a row each; this is exact enough. */
const seenEveryMs = 600_000;

const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/** A new session's secret: 256 bits from the system, and the hash under which it is stored. */
export function createSessionToken(): { token: string; tokenHash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashToken(token) };
}

/** SHA-256 suffices for a random 256-bit secret. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Looks sessions up, and says now and then that they were used. */
export function createFindPrincipal(database: Queryable): FindPrincipal {
  return async (token) => {
    if (!tokenShape.test(token)) return null;
    const { rows } = await database.query<{ user_id: string; is_stale: boolean }>({
      name: 'find_session',
      text: `SELECT user_id, last_seen_at < now() - $2 * interval '1 millisecond' AS is_stale
             FROM sessions WHERE token_hash = $1 AND expires_at > now()`,
      values: [hashToken(token), seenEveryMs],
    });
    const [row] = rows;
    if (!row) return null;
    if (row.is_stale) {
      await database.query(
        `UPDATE sessions SET last_seen_at = now(), expires_at = now() + $2 * interval '1 millisecond' WHERE token_hash = $1`,
        [hashToken(token), sessionIdleMs],
      );
    }
    return { userId: row.user_id, sessionId: hashToken(token).toString('hex') };
  };
}

/** How the session cookie is named and sent; `__Host-` binds it to this origin wherever the page is served by https. */
export type SessionCookie = {
  readonly name: string;
  readonly set: (reply: FastifyReply, token: string) => void;
  readonly clear: (reply: FastifyReply) => void;
};

export function createSessionCookie(publicUrl: string): SessionCookie {
  const secure = new URL(publicUrl).protocol === 'https:';
  const name = secure ? '__Host-feiqian' : 'feiqian';
  const options = { path: '/', httpOnly: true, secure, sameSite: 'strict' } as const;
  return {
    name,
    set: (reply, token) => void reply.setCookie(name, token, { ...options, maxAge: sessionIdleMs / 1000 }),
    clear: (reply) => void reply.clearCookie(name, options),
  };
}
