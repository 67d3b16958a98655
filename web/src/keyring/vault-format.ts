import type { KdfRecord } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { decodeBase64Url } from './primitives.ts';

/**
 * The vault as it is kept on this device and, encrypted as it is, on the service. JSON, because people must be able to
 * look at what they keep.
 *
 *     data key     32 random bytes, one for the vault's life
 *     ciphertext = AES-256-GCM(data key, content, context = everything else in the vault)
 *     wrappedKey = AES-256-GCM(key from the slot's secret, data key, context = vault id and the slot's parameters)
 *
 * Each slot opens the same data key in another way: by password, later also by passkeys. As all of the vault is
 * authenticated, neither an old slot nor an old version number can be put onto newer content.
 */
export type Vault = {
  readonly format: 'feiqian-vault';
  readonly formatVersion: 1;
  /** 16 random bytes, base64url: which phrase this is. Never changes. */
  readonly vaultId: string;
  /** Grows by one with every change; the service compares and swaps on it. */
  readonly version: number;
  readonly slots: readonly VaultSlot[];
  readonly iv: string;
  readonly ciphertext: string;
};

/** The data key under the key that {@link KdfRecord} makes of the password. */
export type PasswordSlot = {
  readonly kind: 'password';
  readonly kdf: KdfRecord;
  readonly iv: string;
  readonly wrappedKey: string;
};

/** A way to open the vault. Kinds that this program does not know are kept as they are: a newer one wrote them. */
export type VaultSlot = PasswordSlot | { readonly kind: `x-${string}`; readonly [field: string]: string };

/** Larger text is no vault of ours. The service has the same limit. */
export const vaultTextMax = 65_536;

const slotsMax = 16;

/**
 * Reads a vault's text.
 *
 * @throws {AppError} VAULT_CORRUPT unless it is a vault, written the way {@link formatVault} writes it.
 */
export function parseVault(text: string): Vault {
  if (text.length > vaultTextMax) throw refuse('too long');
  const vault = rebuild(parseJson(text));
  // One spelling only: the context is made of the text's parts, and two readers must not differ about them.
  if (formatVault(vault) !== text) throw refuse('not in canonical form');
  return vault;
}

/**
 * Which version of which vault a text is; enough for keeping it, and all that can be known without the password.
 *
 * @throws {AppError} VAULT_CORRUPT.
 */
export function readVaultHead(text: string): { vaultId: string; version: number; vault: string } {
  const { vaultId, version } = parseVault(text);
  return { vaultId, version, vault: text };
}

/** The salt of the password that opens a vault: which of several passwords it was made with. @throws {AppError} VAULT_CORRUPT. */
export function readPasswordSalt(text: string): string {
  return getPasswordSlot(parseVault(text)).kdf.salt;
}

/** Writes a vault's text: fixed order of fields, no blanks. */
export function formatVault(vault: Vault): string {
  const { format, formatVersion, vaultId, version, slots, iv, ciphertext } = vault;
  return JSON.stringify({ format, formatVersion, vaultId, version, slots: slots.map(orderSlot), iv, ciphertext });
}

/** What the content's encryption is bound to: the whole vault except the encryption itself. */
export function contentContext(vault: Omit<Vault, 'iv' | 'ciphertext'>): string {
  const { format, formatVersion, vaultId, version, slots } = vault;
  return JSON.stringify({ format, formatVersion, vaultId, version, slots: slots.map(orderSlot) });
}

/** What the wrapping of the data key by password is bound to, its parameters included. */
export function passwordSlotContext(vaultId: string, kdf: KdfRecord): string {
  return JSON.stringify({ format: 'feiqian-vault', formatVersion: 1, vaultId, kind: 'password', kdf: orderKdf(kdf) });
}

/** The slot that a password opens. @throws {AppError} VAULT_CORRUPT when there is none. */
export function getPasswordSlot(vault: Vault): PasswordSlot {
  const slot = vault.slots.find((candidate): candidate is PasswordSlot => candidate.kind === 'password');
  if (!slot) throw refuse('no password slot');
  return slot;
}

const refuse = (reason: string): AppError => new AppError('VAULT_CORRUPT', 'Not a vault.', { details: { reason } });

type Fields = Record<string, unknown>;

function parseJson(text: string): Fields {
  try {
    return toFields(JSON.parse(text));
  } catch (cause) {
    throw cause instanceof AppError ? cause : refuse('not JSON');
  }
}

function rebuild(fields: Fields): Vault {
  if (fields.format !== 'feiqian-vault' || fields.formatVersion !== 1) throw refuse('another format');
  const { slots } = fields;
  if (!Array.isArray(slots) || slots.length > slotsMax) throw refuse('slots');
  return {
    format: fields.format,
    formatVersion: fields.formatVersion,
    vaultId: toBinaryText(fields.vaultId, 'vault id', 16),
    version: toCount(fields.version, 'version'),
    slots: slots.map((slot) => rebuildSlot(toFields(slot))),
    iv: toBinaryText(fields.iv, 'iv', 12),
    ciphertext: toBinaryText(fields.ciphertext, 'ciphertext'),
  };
}

function rebuildSlot(fields: Fields): VaultSlot {
  if (fields.kind === 'password') {
    const kdf = toFields(fields.kdf);
    if (kdf.algorithm !== 'argon2id' || kdf.version !== 19) throw refuse('key derivation');
    return {
      kind: 'password',
      kdf: {
        algorithm: kdf.algorithm,
        version: kdf.version,
        memoryKib: toCount(kdf.memoryKib, 'memory'),
        iterations: toCount(kdf.iterations, 'iterations'),
        parallelism: toCount(kdf.parallelism, 'parallelism'),
        salt: toBinaryText(kdf.salt, 'salt', 16),
      },
      iv: toBinaryText(fields.iv, 'slot iv', 12),
      wrappedKey: toBinaryText(fields.wrappedKey, 'wrapped key', 48),
    };
  }
  if (typeof fields.kind !== 'string' || !fields.kind.startsWith('x-')) throw refuse('slot kind');
  if (!Object.values(fields).every((value) => typeof value === 'string')) throw refuse('slot');
  return fields as VaultSlot;
}

function orderSlot(slot: VaultSlot): VaultSlot {
  if (slot.kind !== 'password') return slot;
  const { kind, kdf, iv, wrappedKey } = slot as PasswordSlot;
  return { kind, kdf: orderKdf(kdf), iv, wrappedKey };
}

function orderKdf({ algorithm, version, memoryKib, iterations, parallelism, salt }: KdfRecord): KdfRecord {
  return { algorithm, version, memoryKib, iterations, parallelism, salt };
}

function toFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('not an object');
  return value as Fields;
}

function toCount(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw refuse(what);
  return value;
}

function toBinaryText(value: unknown, what: string, length?: number): string {
  if (typeof value !== 'string') throw refuse(what);
  const bytes = decodeBase64Url(value);
  if (!bytes || (length !== undefined && bytes.length !== length)) throw refuse(what);
  return value;
}
