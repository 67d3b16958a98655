import { AppError } from '@feiqian/domain/errors';
import { otherWallet } from './book-format.ts';
import { decodeBase64Url, encodeBase64Url, encodeText, hkdfSha256, importAesKey, open, seal } from './primitives.ts';
import { withWiped } from './secret.ts';

/**
 * The address book (contacts, notes and tags) as it is kept on this device and on the service.
 *
 *     key        = HKDF-SHA-256(entropy, salt = vault id, info = label below)
 *     ciphertext = AES-256-GCM(key, length and content and zeros, context = everything else in the text)
 *
 * The key hangs on the phrase alone, so every device of the wallet has it and no change of password touches it. The zeros
 * fill up to a power of two: the size says next to nothing of how many people somebody knows.
 */
type Head = { readonly vaultId: string; readonly version: number };

const format = 'feiqian-address-book';
const formatVersion = 1;
const keyLabel = 'feiqian/1/address-book';

/** What the smallest book is padded to, in bytes. */
export const bookBytesMin = 4_096;
/** What the largest is padded to. The service's limit on the text follows from it. */
export const bookBytesMax = 524_288;
const lengthBytes = 4;

/** Derives the key of a wallet's address book. It can't be exported, and no other key follows from it. */
export async function deriveBookKey(entropy: Uint8Array, vaultId: string): Promise<CryptoKey> {
  const salt = decodeBase64Url(vaultId) ?? new Uint8Array();
  return withWiped(await hkdfSha256(entropy, { salt, info: encodeText(keyLabel), length: 32 }), importAesKey);
}

/** Encrypts a book. @throws {AppError} ADDRESS_BOOK_FULL. */
export async function sealBook(
  key: CryptoKey,
  { vaultId, version, content }: Head & { readonly content: string },
): Promise<string> {
  const { iv, ciphertext } = await seal(key, pad(encodeText(content)), contextOf({ vaultId, version }));
  return formatBook({ vaultId, version }, encodeBase64Url(iv), encodeBase64Url(ciphertext));
}

/**
 * Decrypts a book of this wallet.
 *
 * @throws {AppError} ADDRESS_BOOK_CORRUPT when any part of it was altered, it is another wallet's, or a newer program's.
 */
export async function openBook(
  key: CryptoKey,
  vaultId: string,
  text: string,
): Promise<{ version: number; content: string }> {
  const { version, iv, ciphertext } = parseBook(text, vaultId);
  const sealed = { iv: toBytes(iv), ciphertext: toBytes(ciphertext) };
  const padded = await open(key, sealed, contextOf({ vaultId, version }));
  if (!padded) throw refuse('authentication');
  return { version, content: unpad(padded) };
}

function pad(content: Uint8Array): Uint8Array {
  const needed = content.length + lengthBytes;
  if (needed > bookBytesMax) throw new AppError('ADDRESS_BOOK_FULL', 'The address book takes no more.');
  let size = bookBytesMin;
  while (size < needed) size *= 2;
  const padded = new Uint8Array(size);
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, lengthBytes);
  return padded;
}

function unpad(padded: Uint8Array): string {
  if (padded.length < bookBytesMin) throw refuse('padding');
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length + lengthBytes > padded.length) throw refuse('padding');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(padded.subarray(lengthBytes, lengthBytes + length));
  } catch {
    // A parser's message quotes what it read.
    throw refuse('text');
  }
}

const contextOf = ({ vaultId, version }: Head): string => JSON.stringify({ format, formatVersion, vaultId, version });

function formatBook({ vaultId, version }: Head, iv: string, ciphertext: string): string {
  return JSON.stringify({ format, formatVersion, vaultId, version, iv, ciphertext });
}

function parseBook(text: string, vaultId: string): { version: number; iv: string; ciphertext: string } {
  const fields = parseJson(text);
  if (fields.format !== format || fields.formatVersion !== formatVersion) throw refuse('another format');
  if (fields.vaultId !== vaultId) throw refuse(otherWallet);
  const { version, iv, ciphertext } = fields;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) throw refuse('version');
  if (typeof iv !== 'string' || typeof ciphertext !== 'string') throw refuse('fields');
  // One spelling only: equal books are equal texts.
  if (formatBook({ vaultId, version }, iv, ciphertext) !== text) throw refuse('not in canonical form');
  return { version, iv, ciphertext };
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Told below, without what the parser quotes.
  }
  throw refuse('not JSON');
}

const toBytes = (text: string) => decodeBase64Url(text) ?? new Uint8Array();

const refuse = (reason: string): AppError =>
  new AppError('ADDRESS_BOOK_CORRUPT', 'The address book can not be read.', { details: { reason } });
