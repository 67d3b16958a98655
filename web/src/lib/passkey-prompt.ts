import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '@feiqian/domain/api/passkeys';
import { AppError } from '@feiqian/domain/errors';
import { type Passkey, passkeySalt } from '../keyring/passkey-slot.ts';
import { decodeBase64Url, encodeBase64Url } from '../keyring/primitives.ts';

/*
 * `PublicKeyCredential.toJSON` is not used on purpose: it writes the PRF's output, which opens the vault, into text that can't be
 * overwritten, beside what goes to the service.
 */

/** A passkey that was made. */
export type MadePasskey = {
  readonly credential: PasskeyAttestation;
  /** Whether it can open the vault as well. */
  readonly hasPrf: boolean;
  /** What its PRF gave at once, as some do. Overwrite it after use. */
  readonly output: Uint8Array | undefined;
};

/** What a passkey answered. */
export type PasskeyAnswer = {
  readonly credential: PasskeyAssertion;
  /** 32 bytes that the keyring makes a key of, where the authenticator has a PRF. Overwrite them after use. */
  readonly output: Uint8Array | undefined;
};

const numericHost = /^[\d.]+$|^\[/;

/** Whether it makes sense to offer a passkey in this browser, at this address. Passkeys belong to a host's name, never to a number. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && isSecureContext && !numericHost.test(location.hostname);
}

/** Whether the browser lets passkeys give a key. Whether the passkey itself can do it shows when it is made. */
export async function canUnlockByPasskey(): Promise<boolean> {
  if (!canUsePasskeys()) return false;
  const capabilities = await PublicKeyCredential.getClientCapabilities?.();
  return capabilities?.['extension:prf'] !== false;
}

/**
 * Has the browser make a passkey as the service asks.
 *
 * @param known - Credential ids that open the vault already: the same authenticator is not asked twice.
 * @throws {AppError} PASSKEY_UNAVAILABLE, PASSKEY_EXISTS; PASSKEY_REFUSED when the person says no.
 */
export async function makePasskey(options: PasskeyCreationOptions, known: readonly string[]): Promise<MadePasskey> {
  const excluded = [...options.excludeCredentials, ...known.map((id) => ({ type: 'public-key' as const, id }))];
  const credential = await prompt(() =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: excluded.map(({ type, id }) => ({ type, id: toBytes(id) })),
        extensions: { prf: { eval: { first: toBytes(passkeySalt) } } },
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw unavailable();
  const { prf } = credential.getClientExtensionResults();
  return {
    hasPrf: prf?.enabled === true,
    output: toOutput(prf?.results?.first),
    credential: {
      ...describe(credential),
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        attestationObject: toText(response.attestationObject),
        transports: response.getTransports?.() ?? [],
      },
    },
  };
}

/** What a passkey is asked. */
export type PasskeyQuestion = {
  /** The service's question; without one only the vault is to be opened, and the answer proves nothing to anybody. */
  readonly options?: PasskeyRequestOptions | undefined;
  /** The passkeys of a vault, each with its salt; without them any passkey answers that the question allows. */
  readonly passkeys?: readonly Passkey[] | undefined;
};

/**
 * Asks a passkey, whichever of those that may answer the person has at hand.
 *
 * @throws {AppError} PASSKEY_UNAVAILABLE, PASSKEY_REFUSED.
 */
export async function askPasskey({ options, passkeys }: PasskeyQuestion): Promise<PasskeyAnswer> {
  const allowed = passkeys?.map(({ credentialId }) => credentialId) ?? options?.allowCredentials.map(({ id }) => id);
  const prf = passkeys
    ? { evalByCredential: Object.fromEntries(passkeys.map(({ credentialId, salt }) => [credentialId, firstOf(salt)])) }
    : { eval: firstOf(passkeySalt) };
  const credential = await prompt(() =>
    navigator.credentials.get({
      publicKey: {
        ...(options ? { rpId: options.rpId, timeout: options.timeout } : {}),
        challenge: options ? toBytes(options.challenge) : crypto.getRandomValues(new Uint8Array(32)),
        allowCredentials: (allowed ?? []).map((id) => ({ type: 'public-key', id: toBytes(id) })),
        userVerification: 'required',
        extensions: { prf },
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw unavailable();
  return {
    output: toOutput(credential.getClientExtensionResults().prf?.results?.first),
    credential: {
      ...describe(credential),
      response: {
        clientDataJSON: toText(response.clientDataJSON),
        authenticatorData: toText(response.authenticatorData),
        signature: toText(response.signature),
        ...(response.userHandle ? { userHandle: toText(response.userHandle) } : {}),
      },
    },
  };
}

function describe({ rawId }: PublicKeyCredential) {
  const id = toText(rawId);
  return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
}

async function prompt(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let credential: Credential | null;
  try {
    credential = await ask();
  } catch (cause) {
    const name = cause instanceof DOMException ? cause.name : '';
    if (name === 'NotAllowedError') throw new AppError('PASSKEY_REFUSED', 'No passkey.', { cause });
    if (name === 'InvalidStateError') throw new AppError('PASSKEY_EXISTS', 'It has one already.', { cause });
    throw unavailable(cause);
  }
  if (!(credential instanceof PublicKeyCredential)) throw unavailable();
  return credential;
}

const unavailable = (cause?: unknown) => new AppError('PASSKEY_UNAVAILABLE', 'No passkey.', { cause });
const firstOf = (salt: string) => ({ first: toBytes(salt) });
const toText = (bytes: ArrayBuffer) => encodeBase64Url(new Uint8Array(bytes));

function toOutput(source: BufferSource | undefined): Uint8Array | undefined {
  if (source === undefined) return undefined;
  return source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return decodeBase64Url(text) ?? new Uint8Array();
}
