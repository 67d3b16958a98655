import { z } from 'zod';
import { authSecretSchema } from './auth.ts';

/** Words of WebAuthn Level 3, as `PublicKeyCredential` writes them in JSON. */

const base64url = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax)
    .regex(/^[A-Za-z0-9_-]+$/);
/** A credential id has at most 1023 bytes (WebAuthn Level 3, section 4). */
const credentialId = base64url(1364);
const publicKey = z.literal('public-key');
const transports = z.array(z.string().max(20)).max(10);
/** What extensions answer stays in the browser: the PRF's output opens the vault. An answer with anything in here is refused. */
const noExtensionResults = z.strictObject({});

const descriptor = z.object({ type: publicKey, id: credentialId, transports: transports.optional() });

/** 201 of what begins a use of a passkey: what the browser asks it. Good once and for five minutes. */
export const passkeyRequestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.int(),
  userVerification: z.literal('required'),
  /** Empty where the passkey itself says whose it is. */
  allowCredentials: z.array(descriptor),
});
export type PasskeyRequestOptions = z.infer<typeof passkeyRequestOptions>;

/** What a passkey answered (`AuthenticationResponseJSON`). */
export const passkeyAssertionSchema = z.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: publicKey,
  response: z.strictObject({
    clientDataJSON: base64url(4000),
    authenticatorData: base64url(4000),
    signature: base64url(2000),
    userHandle: base64url(100).optional(),
  }),
  clientExtensionResults: noExtensionResults,
});
export type PasskeyAssertion = z.infer<typeof passkeyAssertionSchema>;

/** POST /v1/auth/passkey: logs in by a passkey alone. Answers as a log-in by password. */
export const passkeyLoginRequest = z.strictObject({ credential: passkeyAssertionSchema });

/** POST /v1/me/passkeys/options: begins to add one. The password is asked for again. */
export const beginPasskeyRequest = z.strictObject({ authSecret: authSecretSchema });

/** Its 201: what the browser makes one with. */
export const passkeyCreationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ type: publicKey, alg: z.int() })),
  timeout: z.int(),
  attestation: z.literal('none'),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  excludeCredentials: z.array(descriptor),
});
export type PasskeyCreationOptions = z.infer<typeof passkeyCreationOptions>;

/** What was made (`RegistrationResponseJSON`). */
export const passkeyAttestationSchema = z.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: publicKey,
  response: z.strictObject({
    clientDataJSON: base64url(4000),
    attestationObject: base64url(20_000),
    transports: transports.optional(),
  }),
  clientExtensionResults: noExtensionResults,
});
export type PasskeyAttestation = z.infer<typeof passkeyAttestationSchema>;

/** POST /v1/me/passkeys: adds it. Other sessions end. */
export const addPasskeyRequest = z.strictObject({ name: z.string().max(60), credential: passkeyAttestationSchema });
