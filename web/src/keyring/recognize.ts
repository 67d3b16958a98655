import { parseAddress } from '@feiqian/domain/address';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { type Address, bytesToHex } from 'viem';
import { publicKeyToAddress } from 'viem/utils';
import { isKeystore, readKeystore, readKeystoreAddress } from './keystore.ts';
import { parsePhrase, phraseLengths } from './mnemonic.ts';
import { suggestWords } from './near-words.ts';
import type { Recognized, UnknownWord } from './protocol.ts';
import { type Bytes, Secret, withWiped } from './secret.ts';
import { splitPhrase } from './split-phrase.ts';
import { loadWordList, type MnemonicLanguage, mnemonicLanguages } from './word-lists.ts';

/** What somebody pastes who has a wallet already: one box for everything, read where nobody else reads it. */

/** Longer text is none of it; a keystore has about 500 characters. */
const textMax = 20_000;

const privateKeyPattern = /^(?:0x)?[0-9a-f]{64}$/i;
const addressPattern = /^0x[0-9a-f]{40}$/i;
const hexLikePattern = /^0x[0-9a-z]*$/i;
const keyBytes = 32;

/**
 * Says what a text is, without telling any of it. Wrong words of a phrase are named by their positions.
 *
 * A phrase that is still being typed is `incomplete` as long as what is there could become one.
 */
export async function recognize(text: string): Promise<Recognized> {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (trimmed.length > textMax) return { kind: 'unknown' };
  if (trimmed.startsWith('{')) return recognizeFile(trimmed);
  if (privateKeyPattern.test(trimmed)) {
    const bytes = toKeyBytes(trimmed);
    return bytes
      ? withWiped(bytes, (key) => ({ kind: 'private_key', address: addressOf(key) }))
      : { kind: 'private_key_invalid' };
  }
  if (addressPattern.test(trimmed)) return recognizeAddress(trimmed);
  if (hexLikePattern.test(trimmed)) return { kind: 'unknown' };
  return recognizePhrase(trimmed);
}

/** Where a wallet or an account comes from. Secrets are the caller's to overwrite. */
export type Origin =
  | { readonly kind: 'phrase'; readonly entropy: Bytes; readonly language: MnemonicLanguage }
  | { readonly kind: 'key'; readonly address: Address; readonly key: Secret }
  | { readonly kind: 'address'; readonly address: Address };

/**
 * Reads what {@link recognize} has recognised.
 *
 * @param keystorePassword - Opens a keystore; other kinds have none.
 * @throws {AppError} SECRET_UNRECOGNIZED, PRIVATE_KEY_INVALID, ADDRESS_CHECKSUM_WRONG, KEYSTORE_INVALID, KEYSTORE_PASSWORD_WRONG, and what
 * `parsePhrase` says.
 */
export async function readOrigin(text: string, keystorePassword: string | undefined): Promise<Origin> {
  const trimmed = text.trim();
  if (trimmed.length > textMax) throw new AppError('SECRET_UNRECOGNIZED', 'Too long for any of it.');
  if (trimmed.startsWith('{')) {
    const key = await readKeystore(trimmed, keystorePassword ?? '');
    if (!key.use((bytes) => secp256k1.utils.isValidSecretKey(bytes)))
      throw new AppError('KEYSTORE_INVALID', 'No key of the curve.');
    return { kind: 'key', address: key.use(addressOf), key };
  }
  if (privateKeyPattern.test(trimmed)) {
    const bytes = toKeyBytes(trimmed);
    if (!bytes) throw new AppError('PRIVATE_KEY_INVALID', 'No key of the curve.');
    return { kind: 'key', address: addressOf(bytes), key: new Secret(bytes) };
  }
  if (addressPattern.test(trimmed)) return { kind: 'address', address: parseAddress(trimmed) };
  if (hexLikePattern.test(trimmed) || trimmed === '')
    throw new AppError('SECRET_UNRECOGNIZED', 'None of what is known.');
  return { kind: 'phrase', ...(await parsePhrase(trimmed)) };
}

function recognizeFile(text: string): Recognized {
  if (isKeystore(text)) {
    const address = readKeystoreAddress(text);
    return { kind: 'keystore', ...(address ? { address } : {}) };
  }
  return { kind: text.includes('"feiqian-vault"') ? 'vault' : 'keystore_invalid' };
}

function recognizeAddress(text: string): Recognized {
  try {
    return { kind: 'address', address: parseAddress(text) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { kind: 'address_invalid' };
  }
}

async function recognizePhrase(text: string): Promise<Recognized> {
  const words = splitPhrase(text);
  const count = words.length;
  if (count === 0) return { kind: 'unknown' };
  const { language, list, known } = await guessLanguage(words);
  // One word that nobody knows is no phrase; several of which none is known neither.
  if (known === 0) return { kind: 'unknown' };
  const unknown = words.flatMap((word, index): UnknownWord[] =>
    list.includes(word) ? [] : [{ position: index + 1, suggestions: suggestWords(word, list).map(toWritten) }],
  );
  if (unknown.length === 0 && phraseLengths.includes(count)) {
    try {
      const parsed = await parsePhrase(text);
      parsed.entropy.fill(0);
      return { kind: 'phrase', language: parsed.language, count };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { kind: 'phrase_checksum_wrong', language, count };
    }
  }
  return { kind: 'phrase_incomplete', language, count, unknown };
}

// Composed letters are how people write; the lists are decomposed.
const toWritten = (word: string): string => word.normalize('NFC');

type Guess = { readonly language: MnemonicLanguage; readonly list: readonly string[]; readonly known: number };

/** The language that knows most of the words. The rarer lists are fetched only if the common ones know less than half. */
async function guessLanguage(words: readonly string[]): Promise<Guess> {
  let best: Guess | undefined;
  for (const language of mnemonicLanguages) {
    const list = await loadWordList(language);
    const known = words.filter((word) => list.includes(word)).length;
    if (!best || known > best.known) best = { language, list, known };
    if (known * 2 > words.length && language !== 'chinese_simplified') break;
  }
  if (!best) throw new Error('There are word lists.');
  return best;
}

/** @returns undefined for zero and for what is not below the order of the curve (SEC 1, 3.2.1). */
function toKeyBytes(text: string): Bytes | undefined {
  const hex = text.replace(/^0x/i, '');
  const bytes = new Uint8Array(keyBytes);
  for (let index = 0; index < keyBytes; index += 1)
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  return secp256k1.utils.isValidSecretKey(bytes) ? bytes : undefined;
}

function addressOf(key: Uint8Array): Address {
  return publicKeyToAddress(bytesToHex(secp256k1.getPublicKey(key, false)));
}
