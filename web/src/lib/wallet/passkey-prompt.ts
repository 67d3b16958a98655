import { AppError } from '@feiqian/domain/errors';
import type { Passkey } from '../../keyring/passkey-slot.ts';
import { decodeBase64Url, encodeBase64Url } from '../../keyring/primitives.ts';

/** What a passkey answered: 32 bytes that the keyring makes a key of. Overwrite them after use. */
export type PasskeyAnswer = { readonly credentialId: string; readonly output: Uint8Array };

const saltBytes = 32;
// ES256 and RS256: what every authenticator has one of.
const algorithms = [-7, -257] as const;

/** Whether it makes sense to offer a passkey in this browser. Whether the passkey itself can do it shows when it is made. */
export async function canUsePasskeys(): Promise<boolean> {
  if (typeof PublicKeyCredential === 'undefined' || !isSecureContext) return false;
  const capabilities = await PublicKeyCredential.getClientCapabilities?.();
  return capabilities?.['extension:prf'] !== false;
}

/**
 * Has the browser make a passkey, and asks it for its first answer.
 *
 * @param known - Passkeys that there are already: the same authenticator is not asked twice.
 * @throws {AppError} PASSKEY_UNAVAILABLE where browser or authenticator have no PRF; PASSKEY_REFUSED when the person says no.
 */
export async function createPasskey(
  user: { readonly id: string; readonly email: string },
  known: readonly Passkey[],
): Promise<PasskeyAnswer & { readonly salt: string }> {
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  const credential = await prompt(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rp: { name: 'Feiqian' },
        user: { id: new TextEncoder().encode(user.id), name: user.email, displayName: user.email },
        pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        excludeCredentials: known.map(({ credentialId }) => ({ type: 'public-key', id: toBytes(credentialId) })),
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const { prf } = credential.getClientExtensionResults();
  if (!prf?.enabled) throw new AppError('PASSKEY_UNAVAILABLE', 'The authenticator has no PRF.');
  const credentialId = encodeBase64Url(new Uint8Array(credential.rawId));
  const passkey = { credentialId, salt: encodeBase64Url(salt), name: '' };
  // Many authenticators answer only when they are used, not when they are made.
  const output = prf.results?.first ? toOutput(prf.results.first) : (await askPasskey([passkey])).output;
  return { credentialId, salt: passkey.salt, output };
}

/**
 * Asks for the answer of one of several passkeys, whichever the person has at hand.
 *
 * @throws {AppError} PASSKEY_UNAVAILABLE, PASSKEY_REFUSED.
 */
export async function askPasskey(passkeys: readonly Passkey[]): Promise<PasskeyAnswer> {
  const credential = await prompt(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        allowCredentials: passkeys.map(({ credentialId }) => ({ type: 'public-key', id: toBytes(credentialId) })),
        userVerification: 'required',
        extensions: {
          prf: {
            evalByCredential: Object.fromEntries(
              passkeys.map(({ credentialId, salt }) => [credentialId, { first: toBytes(salt) }]),
            ),
          },
        },
      },
    }),
  );
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (!first) throw new AppError('PASSKEY_UNAVAILABLE', 'The authenticator has no PRF.');
  return { credentialId: encodeBase64Url(new Uint8Array(credential.rawId)), output: toOutput(first) };
}

async function prompt(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let credential: Credential | null;
  try {
    credential = await ask();
  } catch (cause) {
    const isRefused = cause instanceof DOMException && cause.name === 'NotAllowedError';
    throw new AppError(isRefused ? 'PASSKEY_REFUSED' : 'PASSKEY_UNAVAILABLE', 'No passkey.', { cause });
  }
  if (!(credential instanceof PublicKeyCredential)) throw new AppError('PASSKEY_UNAVAILABLE', 'No passkey.');
  return credential;
}

function toOutput(source: BufferSource): Uint8Array {
  return source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return decodeBase64Url(text) ?? new Uint8Array();
}
