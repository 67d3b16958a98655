import type { ApiKeyScope } from '@feiqian/domain/api/api-keys';
import { createLookup } from '../database/lookup.ts';
import type { Queryable } from '../database/pool.ts';
import type { KeyHolder } from '../http/principal.ts';

/** A key as stored, without what it is recognised by. */
export type ApiKeyRow = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

type Raw = {
  id: string;
  user_id: string;
  name: string;
  hint: string;
  scopes: ApiKeyScope[];
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
};

const columns = 'id, user_id, name, hint, scopes, created_at, last_used_at, revoked_at';

const toRow = (raw: Raw): ApiKeyRow => ({
  id: raw.id,
  userId: raw.user_id,
  name: raw.name,
  hint: raw.hint,
  scopes: raw.scopes,
  createdAt: raw.created_at,
  lastUsedAt: raw.last_used_at,
  revokedAt: raw.revoked_at,
});

/** A key that is about to be stored. */
export type NewApiKey = Pick<ApiKeyRow, 'id' | 'userId' | 'name' | 'hint' | 'scopes'> & { readonly secretHash: Buffer };

/** Reads and writes keys. */
export type ApiKeyStore = ReturnType<typeof createApiKeyStore>;

export function createApiKeyStore(database: Queryable) {
  const findOne = async (condition: string, values: readonly unknown[]): Promise<ApiKeyRow | undefined> => {
    const { rows } = await database.query<Raw>(`SELECT ${columns} FROM api_keys WHERE ${condition}`, [...values]);
    return rows[0] && toRow(rows[0]);
  };
  return {
    find: (userId: string, id: string) => findOne('id = $1 AND user_id = $2', [id, userId]),

    /** Newest first, revoked ones too: they tell what was once possible. */
    async list(userId: string): Promise<ApiKeyRow[]> {
      const { rows } = await database.query<Raw>(
        `SELECT ${columns} FROM api_keys WHERE user_id = $1 ORDER BY created_at DESC, id DESC`,
        [userId],
      );
      return rows.map(toRow);
    },

    async countLive(userId: string): Promise<number> {
      const { rows } = await database.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL',
        [userId],
      );
      return rows[0]?.n ?? 0;
    },

    /** Nothing when there is a key with this id already. */
    async insert({ id, userId, name, hint, scopes, secretHash }: NewApiKey): Promise<ApiKeyRow | undefined> {
      const { rows } = await database.query<Raw>(
        `INSERT INTO api_keys (id, user_id, name, hint, scopes, secret_hash) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO NOTHING RETURNING ${columns}`,
        [id, userId, name, hint, [...scopes], secretHash],
      );
      return rows[0] && toRow(rows[0]);
    },

    /** From now on it opens nothing. Nothing when there is no such key; a revoked one stays as it was. */
    async revoke(userId: string, id: string): Promise<ApiKeyRow | undefined> {
      await database.query(
        'UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL',
        [id, userId],
      );
      return findOne('id = $1 AND user_id = $2', [id, userId]);
    },
  };
}

/** Finds the live key with this hash. Requests that come together are looked up together. */
export type FindKeyHolder = (secretHash: Buffer) => Promise<KeyHolder | undefined>;

/** Writing "used just now" at every request would cost a row each; this is exact enough. */
const usedEveryMs = 3_600_000;

type Found = { readonly hash: string; readonly id: string; readonly user_id: string; readonly scopes: ApiKeyScope[] };

export function createFindKeyHolder(database: Queryable): FindKeyHolder {
  const findMany = async (hashes: readonly Buffer[]): Promise<(KeyHolder | undefined)[]> => {
    const { rows } = await database.query<Found & { readonly is_stale: boolean }>({
      name: 'find_api_keys',
      text: `SELECT encode(secret_hash, 'hex') AS hash, id, user_id, scopes,
               last_used_at IS NULL OR last_used_at < now() - $2 * interval '1 millisecond' AS is_stale
             FROM api_keys WHERE secret_hash = ANY ($1::bytea[]) AND revoked_at IS NULL`,
      values: [hashes, usedEveryMs],
    });
    const stale = rows.filter(({ is_stale }) => is_stale).map(({ id }) => id);
    if (stale.length > 0)
      await database.query('UPDATE api_keys SET last_used_at = now() WHERE id = ANY ($1::uuid[])', [stale]);
    const found = new Map(
      rows.map(({ hash, id, user_id, scopes }) => [hash, { keyId: id, userId: user_id, scopes }] as const),
    );
    return hashes.map((hash) => found.get(hash.toString('hex')));
  };
  return createLookup(findMany);
}
