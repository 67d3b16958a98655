import { AppError } from '@feiqian/domain/errors';
import * as bip39 from 'bip39';
import { RealmBuffer } from './buffer-global.ts';
import { encodeText, pbkdf2Sha512, randomBytes } from './primitives.ts';
import { type Bytes, withWiped } from './secret.ts';
import { splitPhrase } from './split-phrase.ts';
import { loadWordList, type MnemonicLanguage, mnemonicLanguages } from './word-lists.ts';

/** 128 bits: twelve words. More words do not make the curve stronger, and people write fewer down without mistakes. */
const entropyBytes = 16;

/** Rounds of PBKDF2 (BIP-39). */
const seedIterations = 2_048;

/** The numbers of words that a phrase can have (BIP-39). */
export const phraseLengths: readonly number[] = [12, 15, 18, 21, 24];

/**
 * Draws the entropy of a new phrase: one question to the system's generator, nothing mixed in, nothing instead.
 *
 * @throws {AppError} RANDOM_UNAVAILABLE.
 */
export function createEntropy(): Bytes {
  return randomBytes(entropyBytes);
}

/** The phrase that stands for the entropy. A string can't be overwritten: keep it as briefly as possible. */
export async function toPhrase(entropy: Uint8Array, language: MnemonicLanguage): Promise<string> {
  const list = await loadWordList(language);
  return withWiped(RealmBuffer.from(entropy), (copy) => bip39.entropyToMnemonic(copy as never, list as string[]));
}

/**
 * Reads a phrase that somebody typed: any language, any case, any blanks.
 *
 * @throws {AppError} MNEMONIC_MALFORMED with a number of words that no phrase has; MNEMONIC_WORD_UNKNOWN with the position of
 * the first word that is in no list (`details.position`, from 1; never the word); MNEMONIC_CHECKSUM_WRONG when all words
 * are known and the last does not fit the others.
 */
export async function parsePhrase(text: string): Promise<{ entropy: Bytes; language: MnemonicLanguage }> {
  const words = splitPhrase(text);
  if (!phraseLengths.includes(words.length)) throw new AppError('MNEMONIC_MALFORMED', 'No phrase has that many words.');
  let knownMost = 0;
  for (const language of mnemonicLanguages) {
    const list = await loadWordList(language);
    const known = words.findIndex((word) => !list.includes(word));
    if (known < 0) {
      const entropy = readEntropy(words, list);
      if (entropy) return { entropy, language };
    }
    knownMost = Math.max(knownMost, known < 0 ? words.length : known);
  }
  if (knownMost === words.length) throw new AppError('MNEMONIC_CHECKSUM_WRONG', 'The words do not belong together.');
  throw new AppError('MNEMONIC_WORD_UNKNOWN', 'A word is in no list.', { details: { position: `${knownMost + 1}` } });
}

/**
 * The 64 bytes that BIP-32 grows keys from. Any text has a seed; whether it is a phrase is for {@link parsePhrase} to say.
 *
 * @param passphrase - The optional further word of BIP-39.
 */
export function toSeed(phrase: string, passphrase = ''): Promise<Bytes> {
  return withWiped(encodeText(phrase.normalize('NFKD')), (password) =>
    pbkdf2Sha512(password, {
      salt: encodeText(`mnemonic${passphrase}`.normalize('NFKD')),
      iterations: seedIterations,
      length: 64,
    }),
  );
}

function readEntropy(words: readonly string[], list: readonly string[]): Bytes | undefined {
  try {
    // Hexadecimal text of the entropy: the package gives no other form.
    const hex = bip39.mnemonicToEntropy(words.join(' '), list as string[]);
    return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  } catch {
    // Words known and length right: only the checksum is left to be wrong.
    return undefined;
  }
}
