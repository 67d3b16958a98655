import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';

/** What a key may be allowed to do. Only `refunds:write` takes money from its owner, and gives it to who paid it. */
export const apiKeyScopes = [
  'payment_requests:read',
  'payment_requests:write',
  'payouts:read',
  'refunds:write',
  'webhooks:write',
  'items:read',
  'items:write',
] as const;
export const apiKeyScopeSchema = z.enum(apiKeyScopes);
export type ApiKeyScope = z.infer<typeof apiKeyScopeSchema>;

/** How secrets look: scanners of leaked secrets know them by their beginning. 256 random bits, base64url. */
export const apiKeySecretShape = /^fqk_[A-Za-z0-9_-]{43}$/;

/** POST /v1/api-keys: a key for the server of a shop. */
export const createApiKeyRequest = z.strictObject({
  /** For the owner to know it by. */
  name: z.string().trim().min(1).max(60),
  scopes: z.array(apiKeyScopeSchema).min(1).max(apiKeyScopes.length),
});
export type CreateApiKeyRequest = z.infer<typeof createApiKeyRequest>;

/** A key as its owner sees it afterwards. */
export const apiKeySchema = z.object({
  id: idSchema,
  name: z.string(),
  /** The last four characters of the secret. */
  hint: z.string(),
  scopes: z.array(apiKeyScopeSchema),
  createdAt: instantSchema,
  /** To the hour or so; null when it was never used. */
  lastUsedAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
});
export type ApiKeyWire = z.infer<typeof apiKeySchema>;

/** The answer to making one. `secret` is shown this once; a repeated request gets the key without it. */
export const createdApiKeySchema = apiKeySchema.extend({ secret: z.string().nullable() });
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;

export const apiKeysResponse = z.object({ items: z.array(apiKeySchema) });
