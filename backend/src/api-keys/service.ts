import { createHash, randomBytes } from 'node:crypto';
import {
  type ApiKeyWire,
  apiKeySecretShape,
  type CreateApiKeyRequest,
  type CreatedApiKey,
} from '@feiqian/domain/api/api-keys';
import { AppError } from '@feiqian/domain/errors';
import type { KeyHolder } from '../http/principal.ts';
import { businessId } from '../ledger/ids.ts';
import type { ApiKeyRow, ApiKeyStore, FindKeyHolder } from './store.ts';

/** More than any shop needs, and few enough to be looked through. */
const liveMax = 50;

/** Making, showing and revoking keys. */
export type ApiKeyService = ReturnType<typeof createApiKeyService>;

export function createApiKeyService({ store }: { readonly store: ApiKeyStore }) {
  return {
    list: async (userId: string): Promise<ApiKeyWire[]> => (await store.list(userId)).map(toWire),

    /**
     * Makes a key. The secret is in this answer and nowhere else; the same request again finds the key without it.
     *
     * @param idempotencyKey - Names the intent: one key comes of it.
     * @throws {AppError} IDEMPOTENCY_KEY_REUSED when it named another key, API_KEYS_TOO_MANY.
     */
    async create(
      userId: string,
      { name, scopes }: CreateApiKeyRequest,
      idempotencyKey: string,
    ): Promise<CreatedApiKey> {
      const id = businessId('api key', userId, idempotencyKey);
      const wanted = { name, scopes: [...new Set(scopes)].sort() };
      const known = await store.find(userId, id);
      if (!known && (await store.countLive(userId)) >= liveMax)
        throw new AppError('API_KEYS_TOO_MANY', 'Revoke keys that nobody uses any more.', {
          details: { max: `${liveMax}` },
        });
      const secret = `fqk_${randomBytes(32).toString('base64url')}`;
      const made = known
        ? undefined
        : await store.insert({ id, userId, ...wanted, hint: secret.slice(-4), secretHash: hashSecret(secret) });
      if (made) return { ...toWire(made), secret };
      const kept = known ?? (await store.find(userId, id));
      if (!kept || kept.name !== wanted.name || kept.scopes.join() !== wanted.scopes.join())
        throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This key came with another request before.');
      return { ...toWire(kept), secret: null };
    },

    /** @throws {AppError} NOT_FOUND for a key of somebody else, too. */
    async revoke(userId: string, id: string): Promise<ApiKeyWire> {
      const row = await store.revoke(userId, id);
      if (!row) throw new AppError('NOT_FOUND', 'There is no such key.');
      return toWire(row);
    },
  };
}

/**
 * Recognises whoever sends `Authorization: Bearer fqk_…`.
 *
 * @throws {AppError} API_KEY_INVALID for anything but a live key.
 * @see https://datatracker.ietf.org/doc/html/rfc6750
 */
export function createReadBearer(findKeyHolder: FindKeyHolder) {
  return async (authorization: string): Promise<KeyHolder> => {
    const [, secret = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const holder = apiKeySecretShape.test(secret) ? await findKeyHolder(hashSecret(secret)) : undefined;
    if (!holder) throw new AppError('API_KEY_INVALID', 'This is no key, or it was revoked.');
    return holder;
  };
}

/** SHA-256 suffices for a random 256-bit secret. */
function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function toWire({ id, name, hint, scopes, createdAt, lastUsedAt, revokedAt }: ApiKeyRow): ApiKeyWire {
  return {
    id,
    name,
    hint,
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
