import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { FindPrincipal } from '../app.ts';
import { createLookup } from '../database/lookup.ts';
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

/** Looks sessions up, and says now and then that they were used. Requests that come together are looked up together. */
export function createFindPrincipal(database: Queryable): FindPrincipal {
  const findSession = createLookup((tokenHashes: readonly Buffer[]) => findSessions(database, tokenHashes));
  return async (token) => {
    if (!tokenShape.test(token)) return null;
    const tokenHash = hashToken(token);
    const session = await findSession(tokenHash);
    if (!session) return null;
    if (session.is_stale) {
      await database.query(
        `UPDATE sessions SET last_seen_at = now(), expires_at = now() + $2 * interval '1 millisecond' WHERE token_hash = $1`,
        [tokenHash, sessionIdleMs],
      );
    }
    return { userId: session.user_id, sessionId: session.hash };
  };
}

type FoundSession = { readonly hash: string; readonly user_id: string; readonly is_stale: boolean };

async function findSessions(
  database: Queryable,
  tokenHashes: readonly Buffer[],
): Promise<(FoundSession | undefined)[]> {
  const { rows } = await database.query<FoundSession>({
    name: 'find_sessions',
    text: `SELECT encode(token_hash, 'hex') AS hash, user_id, last_seen_at < now() - $2 * interval '1 millisecond' AS is_stale
           FROM sessions WHERE token_hash = ANY ($1::bytea[]) AND expires_at > now()`,
    values: [tokenHashes, seenEveryMs],
  });
  const found = new Map(rows.map((row) => [row.hash, row]));
  return tokenHashes.map((tokenHash) => found.get(tokenHash.toString('hex')));
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
