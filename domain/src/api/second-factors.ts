import { z } from 'zod';
import { authSecretSchema } from './auth.ts';
import { idSchema, instantSchema } from './common.ts';
import { passkeyAssertionSchema } from './passkeys.ts';

/**
 * Ways to show, beside the password, that it is the person: a passkey (WebAuthn), a code of an authenticator app (RFC 6238), or one of the
 * codes kept on paper.
 */
export const factorKindSchema = z.enum(['passkey', 'totp', 'recovery_code']);
export type FactorKind = z.infer<typeof factorKindSchema>;

/** One second factor, shown. A code is good once, and so is what a passkey answers. */
export const factorProofSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passkey'), credential: passkeyAssertionSchema }),
  z.strictObject({ kind: z.literal('totp'), code: z.string().regex(/^[0-9]{6}$/) }),
  z.strictObject({ kind: z.literal('recovery_code'), code: z.string().max(60) }),
]);
export type FactorProof = z.infer<typeof factorProofSchema>;

/** 202 of POST /v1/auth/login: the password is right, and there is no session before a second factor is shown. */
export const loginChallengeResponse = z.object({
  /** Names this log-in; good for ten minutes and for one session. */
  ticket: z.string(),
  factors: z.array(factorKindSchema),
});
export type LoginChallenge = z.infer<typeof loginChallengeResponse>;

/** POST /v1/auth/login/second-factor. Answers with a session cookie, as a log-in without second factors does. */
export const secondFactorLoginRequest = z.strictObject({ ticket: z.string().max(100), proof: factorProofSchema });

/** POST /v1/auth/login/passkey-options: what a passkey is asked as the second step. 201 is `passkeyRequestOptions`. */
export const loginPasskeyRequest = z.strictObject({ ticket: z.string().max(100) });

/** POST /v1/auth/step-up: shows a second factor again, for what must not be done by a browser that was left open. */
export const stepUpRequest = z.strictObject({ proof: factorProofSchema });

/** A passkey that logs in. */
export const passkeySchema = z.object({
  id: idSchema,
  /** As WebAuthn names it, base64url. */
  credentialId: z.string(),
  name: z.string(),
  addedAt: instantSchema,
  lastUsedAt: instantSchema.nullable(),
  /** Whether its owner's other devices have it too. */
  isBackedUp: z.boolean(),
});
export type LoginPasskey = z.infer<typeof passkeySchema>;

/** GET /v1/me/second-factors. */
export const secondFactorsResponse = z.object({
  totp: z.object({ addedAt: instantSchema }).nullable(),
  passkeys: z.array(passkeySchema),
  /** Recovery codes that were not used yet. */
  recoveryCodesLeft: z.int().min(0),
});
export type SecondFactors = z.infer<typeof secondFactorsResponse>;

/** POST /v1/me/second-factors/totp: begins to add an authenticator app. The password is asked for again. */
export const beginTotpRequest = z.strictObject({ authSecret: authSecretSchema });
export const beginTotpResponse = z.object({
  id: idSchema,
  /** For typing it in: base32 (RFC 4648) without padding. In this answer and nowhere else. */
  secret: z.string(),
  /** The same as an `otpauth:` address, for a QR code. */
  uri: z.string(),
});
export type TotpEnrolment = z.infer<typeof beginTotpResponse>;

/** POST /v1/me/second-factors/totp/confirm: the first code shows that the app has the secret. */
export const confirmTotpRequest = z.strictObject({ id: idSchema, code: z.string().regex(/^[0-9]{6}$/) });

/** Of confirming, of adding a passkey, and of POST /v1/me/second-factors/recovery-codes. Shown this once; none where there are some already. */
export const recoveryCodesResponse = z.object({ recoveryCodes: z.array(z.string()) });
