import type { KdfRecord } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { isBelowFloor } from './kdf.ts';
import {
  decodeBase64Url,
  encodeBase64Url,
  generateAesKey,
  importAesKey,
  open,
  randomBytes,
  seal,
} from './primitives.ts';
import { type Bytes, withWiped } from './secret.ts';
import { decodeContent, encodeContent, type VaultContent } from './vault-content.ts';
import {
  contentContext,
  formatVault,
  getPasswordSlot,
  type PasswordSlot,
  passwordSlotContext,
  type Vault,
  vaultTextMax,
} from './vault-format.ts';

/** How a vault is locked and unlocked; `vault-format.ts` draws the picture. */

const dataKeyBytes = 32;
const vaultIdBytes = 16;

/** Names a new vault. */
export function createVaultId(): string {
  return encodeBase64Url(randomBytes(vaultIdBytes));
}

/** Draws the key of a new vault. Overwrite it after use. */
export function createDataKey(): Bytes {
  return randomBytes(dataKeyBytes);
}

/** Wraps a data key for opening by password. */
export async function wrapByPassword(
  dataKey: Uint8Array,
  slot: { vaultId: string; kdf: KdfRecord; vaultKey: CryptoKey },
): Promise<PasswordSlot> {
  const sealed = await seal(slot.vaultKey, dataKey, passwordSlotContext(slot.vaultId, slot.kdf));
  return {
    kind: 'password',
    kdf: slot.kdf,
    iv: encodeBase64Url(sealed.iv),
    wrappedKey: encodeBase64Url(sealed.ciphertext),
  };
}

/**
 * Unwraps the data key. Overwrite it after use.
 *
 * @throws {AppError} PASSWORD_WRONG. An altered slot looks the same: cryptography can't tell the two apart.
 */
export async function unwrapByPassword(vault: Vault, vaultKey: CryptoKey): Promise<Bytes> {
  const { kdf, iv, wrappedKey } = getPasswordSlot(vault);
  const dataKey = await open(vaultKey, toSealed(iv, wrappedKey), passwordSlotContext(vault.vaultId, kdf));
  if (dataKey?.length !== dataKeyBytes) throw new AppError('PASSWORD_WRONG', 'The password does not open the vault.');
  return dataKey;
}

/**
 * Encrypts a vault's content under everything else that the vault says.
 *
 * @throws {AppError} KDF_PARAMETERS_WEAK: a vault that is too cheap to guess is never written, only read.
 * ACCOUNTS_TOO_MANY when it would be longer than what can be kept.
 */
export async function sealVault(
  head: Omit<Vault, 'iv' | 'ciphertext'>,
  dataKey: CryptoKey,
  content: VaultContent,
): Promise<Vault> {
  if (head.slots.some((slot) => slot.kind === 'password' && isBelowFloor((slot as PasswordSlot).kdf))) {
    throw new AppError('KDF_PARAMETERS_WEAK', 'The vault would be too cheap to guess.');
  }
  const sealed = await withWiped(encodeContent(content), (bytes) => seal(dataKey, bytes, contentContext(head)));
  const vault = { ...head, iv: encodeBase64Url(sealed.iv), ciphertext: encodeBase64Url(sealed.ciphertext) };
  if (formatVault(vault).length > vaultTextMax) throw new AppError('ACCOUNTS_TOO_MANY', 'The vault is full.');
  return vault;
}

/**
 * Decrypts a vault's content, lends it to `work`, and overwrites it.
 *
 * @throws {AppError} VAULT_CORRUPT when any part of the vault was altered.
 */
export async function withContent<Result>(
  vault: Vault,
  dataKey: CryptoKey,
  work: (content: VaultContent) => Promise<Result>,
): Promise<Result> {
  const bytes = await open(dataKey, toSealed(vault.iv, vault.ciphertext), contentContext(vault));
  if (!bytes) throw new AppError('VAULT_CORRUPT', 'The vault was altered.', { details: { reason: 'authentication' } });
  return withWiped(bytes, () => work(decodeContent(bytes)));
}

/** Where the key lies that keeps a wallet open over a reload: IndexedDB, as an object that no code can read. */
export type SessionKeys = {
  readonly find: () => Promise<CryptoKey | undefined>;
  readonly save: (key: CryptoKey) => Promise<void>;
  readonly clear: () => Promise<void>;
};

/**
 * Wraps a data key so that a reload finds the wallet open. The wrapping is for `sessionStorage`, which ends with the tab;
 * its key is for {@link SessionKeys}. Either alone is worth nothing.
 */
export async function wrapForSession(dataKey: Uint8Array, vaultId: string, keys: SessionKeys): Promise<string> {
  const known = await keys.find();
  const key = known ?? (await generateAesKey());
  if (!known) await keys.save(key);
  const { iv, ciphertext } = await seal(key, dataKey, sessionContext(vaultId));
  return JSON.stringify({ vaultId, iv: encodeBase64Url(iv), wrappedKey: encodeBase64Url(ciphertext) });
}

/**
 * Unwraps a data key after a reload.
 *
 * @throws {AppError} KEYRING_LOCKED when either half is gone or does not belong to the other.
 */
export async function unwrapFromSession(session: string, vaultId: string, keys: SessionKeys): Promise<Bytes> {
  const key = await keys.find();
  const dataKey = key && (await open(key, parseSession(session), sessionContext(vaultId)));
  if (dataKey?.length !== dataKeyBytes) throw new AppError('KEYRING_LOCKED', 'The session has ended.');
  return dataKey;
}

const sessionContext = (vaultId: string): string => `feiqian/1/session/${vaultId}`;

function parseSession(session: string): { iv: Bytes; ciphertext: Bytes } {
  try {
    const { iv, wrappedKey } = JSON.parse(session) as { iv: string; wrappedKey: string };
    return toSealed(iv, wrappedKey);
  } catch {
    throw new AppError('KEYRING_LOCKED', 'The session has ended.');
  }
}

/** Text that is no base64 opens nothing, like wrong bytes. */
function toSealed(iv: string, ciphertext: string): { iv: Bytes; ciphertext: Bytes } {
  return { iv: decodeBase64Url(iv) ?? new Uint8Array(), ciphertext: decodeBase64Url(ciphertext) ?? new Uint8Array() };
}

/** Makes a data key usable and unreadable. */
export const importDataKey = importAesKey;
