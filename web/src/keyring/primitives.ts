import { AppError } from '@feiqian/domain/errors';
import type { Bytes } from './secret.ts';

/**
 * The only file that touches the platform's cryptography. Each function fixes what must not be a choice: AES-256-GCM
 * with a fresh 96-bit nonce and a 128-bit tag, HKDF and PBKDF2 over SHA-2, randomness from the system and nowhere else.
 */

/** NIST SP 800-38D: 96 bits is the one length that needs no further hashing. */
const ivBytes = 12;
const tagBits = 128;

/** What AES-GCM made of a plaintext: the nonce, and ciphertext with tag. */
export type Sealed = { readonly iv: Bytes; readonly ciphertext: Bytes };

/**
 * Asks the system's generator once for `length` bytes. There is no other source and no fallback: weak entropy has
 * emptied more wallets than any other mistake.
 *
 * @throws {AppError} RANDOM_UNAVAILABLE.
 */
export function randomBytes(length: number): Bytes {
  try {
    return crypto.getRandomValues(new Uint8Array(length));
  } catch (cause) {
    throw new AppError('RANDOM_UNAVAILABLE', 'The system gives no random numbers.', { cause });
  }
}

/** Makes a key for {@link seal} and {@link open} of 32 raw bytes. It can't be exported again. */
export function importAesKey(raw: Uint8Array): Promise<CryptoKey> {
  if (raw.length !== 32) throw new RangeError('An AES-256 key has 32 bytes.');
  return crypto.subtle.importKey('raw', toBytes(raw), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** Makes a new key for {@link seal} and {@link open} that no code can ever read. */
export function generateAesKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Encrypts with a fresh nonce; `context` is authenticated with it and must be the same when opening. */
export async function seal(key: CryptoKey, plaintext: Uint8Array, context: string): Promise<Sealed> {
  const iv = randomBytes(ivBytes);
  const ciphertext = await crypto.subtle.encrypt(gcm(iv, encodeText(context)), key, toBytes(plaintext));
  return { iv, ciphertext: new Uint8Array(ciphertext) };
}

/**
 * Decrypts what {@link seal} made.
 *
 * @returns `undefined` when key, nonce, ciphertext or context are not the ones it was made with.
 */
export function open(key: CryptoKey, sealed: Sealed, context: string): Promise<Bytes | undefined> {
  return openWith(key, sealed, encodeText(context));
}

/** {@link open} with authenticated data that is no text. */
export async function openWith(key: CryptoKey, { iv, ciphertext }: Sealed, context: Bytes): Promise<Bytes | undefined> {
  if (iv.length !== ivBytes || ciphertext.length < tagBits / 8) return undefined;
  try {
    return new Uint8Array(await crypto.subtle.decrypt(gcm(iv, context), key, ciphertext));
  } catch {
    // The platform says only that it failed, which is all that may be said.
    return undefined;
  }
}

/** HKDF with SHA-256 (RFC 5869). The result can't be turned back, and different `info` give unrelated results. */
export async function hkdfSha256(
  input: Uint8Array,
  { salt, info, length }: { salt: Uint8Array; info: Uint8Array; length: number },
): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', toBytes(input), 'HKDF', false, ['deriveBits']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: toBytes(salt), info: toBytes(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}

/** PBKDF2 with HMAC-SHA-512 (RFC 8018), as BIP-39 wants it. */
export async function pbkdf2Sha512(
  password: Uint8Array,
  { salt, iterations, length }: { salt: Uint8Array; iterations: number; length: number },
): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', toBytes(password), 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-512', salt: toBytes(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}

const encoder = new TextEncoder();

/** UTF-8. */
export function encodeText(text: string): Bytes {
  return encoder.encode(text);
}

/** Base64 for URLs without padding (RFC 4648, section 5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/**
 * Reads base64 for URLs; only the canonical spelling, so that equal bytes are equal text.
 *
 * @returns `undefined` for anything else.
 */
export function decodeBase64Url(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  return encodeBase64Url(bytes) === text ? bytes : undefined;
}

function gcm(iv: Bytes, additionalData: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData, tagLength: tagBits };
}

/** The platform's types want bytes that are not shared between threads; ours never are. */
function toBytes(bytes: Uint8Array): Bytes {
  return bytes as Bytes;
}
