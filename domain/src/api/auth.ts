import { z } from 'zod';
import { addressSchema, hexSchema, idSchema, instantSchema } from './common.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** How the browser turns the password into its two keys (RFC 9106). The browser refuses parameters below its floor. */
export const kdfSchema = z.strictObject({
  algorithm: z.literal('argon2id'),
  version: z.literal(19),
  memoryKib: z.int().min(8).max(4_194_304),
  iterations: z.int().min(1).max(100),
  parallelism: z.int().min(1).max(16),
  /** 16 bytes, base64url. */
  salt: base64url.length(22),
});
export type KdfRecord = z.infer<typeof kdfSchema>;

/** 32 bytes derived from the password, base64url. The vault key is derived beside it and never sent. */
export const authSecretSchema = base64url.length(43);
export const languageSchema = z.enum(['zh', 'en']);
export type Language = z.infer<typeof languageSchema>;

/** POST /v1/auth/parameters: what to derive with. An unknown e-mail gets a steady made-up answer. */
export const parametersRequest = z.strictObject({ email: z.string().max(254) });
export const parametersResponse = z.object({ kdf: kdfSchema });

/** POST /v1/auth/register. Answers with a session cookie. `handle` is chosen from the e-mail when absent. */
export const registerRequest = z.strictObject({
  email: z.string().max(254),
  handle: z.string().max(21).optional(),
  kdf: kdfSchema,
  authSecret: authSecretSchema,
  language: languageSchema,
});

/** POST /v1/auth/login. Answers with a session cookie, or (202) asks for a second factor first: api/second-factors.ts. */
export const loginRequest = z.strictObject({ email: z.string().max(254), authSecret: authSecretSchema });

/** A linked address: the person proved by a signed EIP-4361 message that the key is theirs. */
export const linkedAddressSchema = z.object({ address: addressSchema, linkedAt: instantSchema });

/** GET /v1/me, and the answer of register and log-in. */
export const meResponse = z.object({
  id: idSchema,
  email: z.string(),
  handle: z.string(),
  language: languageSchema,
  displayCurrency: z.enum(['CNY', 'USD']),
  addresses: z.array(linkedAddressSchema),
  vaultVersion: z.int().min(0),
  /** Whether the operator made this person staff; what staff do is guarded by the service. */
  isStaff: z.boolean(),
  createdAt: instantSchema,
});
export type Me = z.infer<typeof meResponse>;

/** PATCH /v1/me. */
export const updateMeRequest = z.strictObject({
  language: languageSchema.optional(),
  displayCurrency: z.enum(['CNY', 'USD']).optional(),
  handle: z.string().max(21).optional(),
});

/** POST /v1/me/addresses/challenge: the exact EIP-4361 text to sign. */
export const addressChallengeRequest = z.strictObject({ address: addressSchema, chainId: z.int().positive() });
export const addressChallengeResponse = z.object({ message: z.string(), expiresAt: instantSchema });
/** POST /v1/me/addresses. */
export const linkAddressRequest = z.strictObject({ message: z.string().max(4000), signature: hexSchema });

/**
 * POST /v1/auth/password: verifier, KDF record and vault wrappings change in one compare-and-swap. `vault` is the next version,
 * `vaultVersion` its number; both are left out (0) only while the service keeps no vault.
 */
export const changePasswordRequest = z.strictObject({
  authSecret: authSecretSchema,
  newAuthSecret: authSecretSchema,
  newKdf: kdfSchema,
  vaultVersion: z.int().min(0),
  vault: z.string().max(65_536).optional(),
});
export type ChangePassword = z.infer<typeof changePasswordRequest>;

/** GET and PUT /v1/vault. The service sees only the encrypted text; PUT compares `version` with the stored one + 1. */
export const vaultSchema = z.strictObject({ version: z.int().min(1), vault: z.string().min(2).max(65_536) });
export type VaultWire = z.infer<typeof vaultSchema>;
/** 200 of GET /v1/vault when nothing is kept yet has `vault: null` and version 0. */
export const vaultResponse = z.object({ version: z.int().min(0), vault: z.string().nullable() });
