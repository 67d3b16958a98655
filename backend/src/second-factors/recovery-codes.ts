import { createHmac, randomBytes } from 'node:crypto';

/** How many are made at once. */
export const recoveryCodesCount = 10;
/** 80 bits each: nobody guesses one, however long they try. */
const codeBytes = 10;
// Without I, L, O and U, which are misread on paper (Crockford's base32).
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = (codeBytes * 8) / 5;

/** New codes, as they are written down: four groups of four. */
export function createRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodesCount }, () => {
    // Five bits of each byte are used; as many bytes as letters.
    const letters = [...randomBytes(codeLength)].map((byte) => alphabet.charAt(byte & 31)).join('');
    return letters.replace(/.{4}(?=.)/g, '$&-');
  });
}

/** What somebody typed, as it was shown: case, blanks and dashes do not matter. Undefined when it can be none. */
function readRecoveryCode(text: string): string | undefined {
  const letters = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  return letters.length === codeLength && [...letters].every((letter) => alphabet.includes(letter))
    ? letters
    : undefined;
}

/**
 * Hashes a code as it is stored.
 *
 * @param key - A secret that is not in the database.
 * @returns undefined for a text that can be no code.
 */
export function hashRecoveryCode(key: Uint8Array, userId: string, text: string): Buffer | undefined {
  const code = readRecoveryCode(text);
  return code === undefined ? undefined : createHmac('sha256', key).update(`${userId}:${code}`).digest();
}
