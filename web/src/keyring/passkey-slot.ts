import { AppError } from '@feiqian/domain/errors';
import { decodeBase64Url, encodeBase64Url, encodeText, hkdfSha256, importAesKey, open, seal } from './primitives.ts';
import { type Bytes, withWiped } from './secret.ts';
import { parseVault, type Vault, type VaultSlot } from './vault-format.ts';

/**
 * A second way to open a vault beside the password: the data key under a key that a passkey's PRF gives (WebAuthn Level 3, the
 * `prf` extension). The passkey never leaves its authenticator, and its output never leaves the browser.
 *
 *     key        = HKDF-SHA-256(PRF output of 32 bytes, info "feiqian/1/passkey")
 *     wrappedKey = AES-256-GCM(key, data key, context = vault id, credential id and salt)
 */

/** A passkey that opens a vault: what the browser must be asked for, and what its owner calls it. Nothing secret. */
export type Passkey = {
  /** As WebAuthn names it, base64url. */
  readonly credentialId: string;
  /** What the PRF is asked with, 32 bytes, base64url. */
  readonly salt: string;
  readonly name: string;
};

/**
 * What the PRF of every new passkey is asked with: one salt for all, because whoever logs in by passkey does not say before which it will
 * be. The outputs differ all the same: each passkey has a secret of its own. Older slots have salts of their own.
 */
export const passkeySalt = encodeBase64Url(encodeText('feiqian/1/passkey/one touch does'));

const kind = 'x-passkey';
const outputBytes = 32;
const dataKeyBytes = 32;
// Fixed for ever: it is part of every wrapping.
const info = encodeText('feiqian/1/passkey');
const noSalt = new Uint8Array(0);

/** The passkeys that open a vault. */
export function listPasskeys(vault: Vault): readonly Passkey[] {
  return vault.slots.flatMap((slot): Passkey[] => {
    if (slot.kind !== kind) return [];
    const { credentialId, salt, name } = slot as Readonly<Record<string, string | undefined>>;
    return credentialId && salt ? [{ credentialId, salt, name: name ?? '' }] : [];
  });
}

/** The passkeys that open the vault of a text; enough for asking the browser, without any password. @throws {AppError} VAULT_CORRUPT. */
export function readPasskeys(text: string): readonly Passkey[] {
  return listPasskeys(parseVault(text));
}

/** Wraps a data key for opening by passkey. @throws {AppError} PASSKEY_UNAVAILABLE for an output that is none. */
export async function wrapByPasskey(
  dataKey: Uint8Array,
  { vaultId, passkey, output }: { vaultId: string; passkey: Passkey; output: Uint8Array },
): Promise<VaultSlot> {
  const key = await toKey(output);
  const { iv, ciphertext } = await seal(key, dataKey, contextOf(vaultId, passkey));
  const { credentialId, salt, name } = passkey;
  return { kind, credentialId, salt, name, iv: encodeBase64Url(iv), wrappedKey: encodeBase64Url(ciphertext) };
}

/** Unwraps the data key. Overwrite it after use. @throws {AppError} PASSKEY_REFUSED when it is not one of the vault's passkeys. */
export async function unwrapByPasskey(
  vault: Vault,
  { credentialId, output }: { credentialId: string; output: Uint8Array },
): Promise<Bytes> {
  const slot = findSlot(vault, credentialId);
  const passkey = listPasskeys(vault).find((one) => one.credentialId === credentialId);
  const [iv, ciphertext] = [slot?.iv, slot?.wrappedKey].map((text) => decodeBase64Url(text ?? '') ?? new Uint8Array());
  const dataKey =
    passkey && iv && ciphertext
      ? await open(await toKey(output), { iv, ciphertext }, contextOf(vault.vaultId, passkey))
      : undefined;
  if (dataKey?.length !== dataKeyBytes) throw new AppError('PASSKEY_REFUSED', 'The passkey does not open the vault.');
  return dataKey;
}

/** The slots without those of a passkey. */
export function withoutPasskey({ slots }: Vault, credentialId: string): readonly VaultSlot[] {
  return slots.filter(
    (slot) => slot.kind !== kind || (slot as Readonly<Record<string, string>>).credentialId !== credentialId,
  );
}

function findSlot(vault: Vault, credentialId: string): Readonly<Record<string, string>> | undefined {
  const slots = vault.slots.filter((slot) => slot.kind === kind) as readonly Readonly<Record<string, string>>[];
  return slots.find((slot) => slot.credentialId === credentialId);
}

async function toKey(output: Uint8Array): Promise<CryptoKey> {
  if (output.length !== outputBytes) throw new AppError('PASSKEY_UNAVAILABLE', 'The passkey gives no key.');
  return withWiped(await hkdfSha256(output, { salt: noSalt, info, length: 32 }), importAesKey);
}

function contextOf(vaultId: string, { credentialId, salt }: Passkey): string {
  return JSON.stringify({ format: 'feiqian-vault', formatVersion: 1, vaultId, kind, credentialId, salt });
}
