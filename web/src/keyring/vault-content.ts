import { AppError } from '@feiqian/domain/errors';
import { encodeText } from './primitives.ts';
import { isMnemonicLanguage, type MnemonicLanguage } from './word-lists.ts';

/** An account of the vault: where its key lies below the phrase, and what its owner calls it. */
export type VaultAccount = {
  /** BIP-32 path, such as `m/44'/60'/0'/0/0`. */
  readonly path: string;
  readonly name: string;
  /** The vault version that last changed it; decides between two edits. No clock is asked. */
  readonly changedIn: number;
};

/** What may be known of a vault's content outside of it: everything but the phrase. */
export type VaultSummary = {
  /** The language of the phrase's words. */
  readonly language: MnemonicLanguage;
  readonly accounts: readonly VaultAccount[];
  /** Whether the person has proved to have written the phrase down. */
  readonly isPhraseChecked: boolean;
};

const accountsMax = 1_000;
const nameLengthMax = 60;
const pathPattern = /^m(?:\/(?:0|[1-9][0-9]{0,9})'?){1,10}$/;

// Byte 0: layout version. Byte 1: length of the entropy. Then the entropy, then the summary as UTF-8 JSON.
// The entropy stands outside of the JSON so that it never becomes text, which could not be overwritten.
const layoutVersion = 1;
const headerBytes = 2;

/** Writes what a vault encrypts. The result holds the entropy: overwrite it after use. */
export function encodeContent(entropy: Uint8Array, summary: VaultSummary): Uint8Array {
  const json = encodeText(JSON.stringify(checkSummary(summary)));
  const bytes = new Uint8Array(headerBytes + entropy.length + json.length);
  bytes.set([layoutVersion, entropy.length]);
  bytes.set(entropy, headerBytes);
  bytes.set(json, headerBytes + entropy.length);
  return bytes;
}

/**
 * Reads what a vault encrypted.
 *
 * @returns `entropy` as a view into `bytes`: overwriting these overwrites it.
 * @throws {AppError} VAULT_CORRUPT.
 */
export function decodeContent(bytes: Uint8Array): { entropy: Uint8Array; summary: VaultSummary } {
  const [version, entropyLength = 0] = bytes;
  const isEntropy = entropyLength >= 16 && entropyLength <= 32 && entropyLength % 4 === 0;
  if (version !== layoutVersion || !isEntropy) throw refuse('content layout');
  const end = headerBytes + entropyLength;
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(end)));
    return { entropy: bytes.subarray(headerBytes, end), summary: checkSummary(json) };
  } catch (cause) {
    // A parser's message quotes what it read.
    throw cause instanceof AppError ? cause : refuse('content text');
  }
}

/**
 * Joins two edits of one vault: every account of either, the later name of each, checked if either was. The order of the
 * two does not matter, nor does joining again.
 */
export function mergeSummaries(left: VaultSummary, right: VaultSummary): VaultSummary {
  const byPath = new Map(left.accounts.map((account) => [account.path, account]));
  for (const account of right.accounts) {
    const other = byPath.get(account.path);
    byPath.set(account.path, other ? laterAccount(other, account) : account);
  }
  return {
    language: left.language,
    accounts: [...byPath.values()].sort(comparePaths),
    isPhraseChecked: left.isPhraseChecked || right.isPhraseChecked,
  };
}

/** Makes a name fit: one line, no control characters, not endless. */
export function toAccountName(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, nameLengthMax);
}

const refuse = (reason: string): AppError =>
  new AppError('VAULT_CORRUPT', 'The content is not a vault content.', { details: { reason } });

function laterAccount(left: VaultAccount, right: VaultAccount): VaultAccount {
  if (left.changedIn !== right.changedIn) return left.changedIn > right.changedIn ? left : right;
  return left.name >= right.name ? left : right;
}

function comparePaths(left: VaultAccount, right: VaultAccount): number {
  const [one, two] = [left.path, right.path].map((path) =>
    path
      .split('/')
      .slice(1)
      .map((step) => Number.parseInt(step, 10)),
  );
  for (let index = 0; index < Math.max(one?.length ?? 0, two?.length ?? 0); index += 1) {
    const difference = (one?.[index] ?? -1) - (two?.[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return left.path < right.path ? -1 : Number(left.path > right.path);
}

function checkSummary(value: unknown): VaultSummary {
  const { language, accounts, isPhraseChecked } = value as Partial<VaultSummary>;
  if (typeof language !== 'string' || !isMnemonicLanguage(language) || typeof isPhraseChecked !== 'boolean')
    throw refuse('summary');
  if (!Array.isArray(accounts) || accounts.length === 0 || accounts.length > accountsMax) throw refuse('accounts');
  const checked = accounts.map(checkAccount);
  if (new Set(checked.map(({ path }) => path)).size !== checked.length) throw refuse('an account twice');
  return { language, accounts: checked, isPhraseChecked };
}

function checkAccount({ path, name, changedIn }: Partial<VaultAccount>): VaultAccount {
  if (typeof path !== 'string' || !pathPattern.test(path)) throw refuse('account path');
  if (typeof name !== 'string' || name !== toAccountName(name)) throw refuse('account name');
  if (typeof changedIn !== 'number' || !Number.isSafeInteger(changedIn) || changedIn < 1)
    throw refuse('account version');
  return { path, name, changedIn };
}
