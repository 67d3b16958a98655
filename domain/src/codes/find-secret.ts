/** What nobody may be shown or told: whoever has it has the money, or the account. */
export type SecretKind = 'private_key' | 'phrase' | 'keystore' | 'one_time_password';

// A transaction's hash looks the same; refusing one too many costs nothing.
const bare = /^(?:0x)?[0-9a-f]{64}$/i;
const inside = /(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-z])/i;
// BIP-32 extended private keys (SLIP-0132 letters), and the wallet import format of Bitcoin's keys.
const extendedKey = /\b[xyzuvt]prv[1-9A-HJ-NP-Za-km-z]{100,}/i;
const importFormat = /^(?:5[1-9A-HJ-NP-Za-km-z]{50}|[KLc][1-9A-HJ-NP-Za-km-z]{51}|6P[1-9A-HJ-NP-Za-km-z]{56})$/;
const sealedTransport = /^ur:(?:crypto-)?(?:seed|bip39|hdkey|eckey|sskr)\//i;
const oneTime = /^otpauth(?:-migration)?:/i;
const keystore = /"ciphertext"\s*:|"crypto"\s*:\s*\{/i;
const phraseLengths: readonly number[] = [12, 15, 18, 21, 24];
const word = /^[\p{L}\p{M}]{1,12}$/u;
const hanOrKana = /^[\p{Script=Han}]+$/u;

/**
 * Whether a text is a secret, or has one in it, and which. It says so rather once too often: a sentence of twelve words is taken for a
 * recovery phrase. What is found must be neither shown nor kept, nor stand in an address.
 */
export function findSecret(text: string): SecretKind | undefined {
  const trimmed = text.trim();
  if (bare.test(trimmed) || extendedKey.test(trimmed) || importFormat.test(trimmed)) return 'private_key';
  if (sealedTransport.test(trimmed) || isPhrase(trimmed) || isSeedCode(trimmed)) return 'phrase';
  if (keystore.test(trimmed)) return 'keystore';
  if (oneTime.test(trimmed)) return 'one_time_password';
  return inside.test(trimmed) ? 'private_key' : undefined;
}

/** Words of BIP-39 in any of its languages, also numbered, or written without blanks as Chinese ones may be. */
function isPhrase(text: string): boolean {
  const words = text
    .normalize('NFKD')
    .split(/[\s,;，、；]+/u)
    .map((part) => part.replace(/^[0-9]{1,2}[.):、．]?|[.。]$/gu, ''))
    .filter((part) => part !== '');
  if (phraseLengths.includes(words.length) && words.every((part) => word.test(part))) return true;
  return hanOrKana.test(text) && phraseLengths.includes([...text].length);
}

/** A SeedQR: four digits for each word's place in the list. */
function isSeedCode(text: string): boolean {
  if (!/^[0-9]+$/.test(text) || text.length % 4 !== 0 || !phraseLengths.includes(text.length / 4)) return false;
  return (text.match(/.{4}/g) ?? []).every((place) => Number(place) < 2_048);
}
