import { AppError } from '@feiqian/domain/errors';
import { type Address, getAddress, isAddress } from 'viem';
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

/** An account that does not come from the phrase: its key was brought along, or only its address is known. */
export type AddedAccount = { readonly address: Address; readonly name: string; readonly changedIn: number };

/** The account that receives and pays unless somebody chooses another one. */
export type PrimaryAccount = { readonly address: Address; readonly changedIn: number };

/** What may be known of a vault's content outside of it: everything but the secrets. */
export type VaultSummary = {
  /** The language of the phrase's words. */
  readonly language: MnemonicLanguage;
  readonly accounts: readonly VaultAccount[];
  /** Whether the person has proved to have written the phrase down. */
  readonly isPhraseChecked: boolean;
  /** Accounts with keys of their own. */
  readonly imported: readonly AddedAccount[];
  /** Addresses that are looked at only. */
  readonly watched: readonly AddedAccount[];
  /** Absent as long as nobody has chosen: then it is the first. */
  readonly primary?: PrimaryAccount;
};

/** What only the vault holds. */
export type VaultSecrets = {
  readonly entropy: Uint8Array;
  /** BIP-39's optional passphrase, UTF-8; empty for none. */
  readonly passphrase: Uint8Array;
  /** Private keys of 32 bytes in the order of `summary.imported`. */
  readonly keys: readonly Uint8Array[];
};

/** All that a vault encrypts. */
export type VaultContent = VaultSecrets & { readonly summary: VaultSummary };

/** Of each kind. */
export const accountsMax = 1_000;
const nameLengthMax = 60;
const pathPattern = /^m(?:\/(?:0|[1-9][0-9]{0,9})'?){1,10}$/;
const keyBytes = 32;

/** Longer passphrases are files, not something that one remembers. */
export const passphraseBytesMax = 512;

// Layout 1: byte 0 the layout, byte 1 the length of the entropy, the entropy, the summary as UTF-8 JSON.
// Layout 2: after the entropy come the passphrase (2 bytes of length, big-endian), then the keys (2 bytes of count, 32 each).
// Secrets stand outside of the JSON so that they never become text, which could not be overwritten.
const headerBytes = 2;
const countBytes = 2;

/**
 * Writes what a vault encrypts, in the oldest layout that can hold it, so that older programs read what they understand.
 * The result holds the secrets: overwrite it after use.
 */
export function encodeContent({ entropy, passphrase, keys, summary: given }: VaultContent): Uint8Array {
  const summary = checkSummary(given);
  if (keys.length !== summary.imported.length || keys.some((key) => key.length !== keyBytes)) throw refuse('keys');
  if (passphrase.length > passphraseBytesMax) throw refuse('passphrase');
  const { imported, watched, primary, ...old } = summary;
  const isOld = passphrase.length + imported.length + watched.length === 0 && primary === undefined;
  const json = encodeText(JSON.stringify(isOld ? old : summary));
  const parts = isOld
    ? [[1, entropy.length], entropy, json]
    : [[2, entropy.length], entropy, toCount(passphrase.length), passphrase, toCount(keys.length), ...keys, json];
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Reads what a vault encrypted.
 *
 * @returns secrets as views into `bytes`: overwriting these overwrites them.
 * @throws {AppError} VAULT_CORRUPT.
 */
export function decodeContent(bytes: Uint8Array): VaultContent {
  const [layout, entropyLength = 0] = bytes;
  const isEntropy = entropyLength >= 16 && entropyLength <= 32 && entropyLength % 4 === 0;
  if ((layout !== 1 && layout !== 2) || !isEntropy) throw refuse('content layout');
  let at = headerBytes;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw refuse('content length');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const takeCount = (): number => {
    const [high = 0, low = 0] = take(countBytes);
    return high * 256 + low;
  };
  const entropy = take(entropyLength);
  const passphrase = layout === 1 ? new Uint8Array(0) : take(takeCount());
  const keys = layout === 1 ? [] : Array.from({ length: takeCount() }, () => take(keyBytes));
  const summary = parseSummary(bytes.subarray(at), layout);
  if (keys.length !== summary.imported.length || passphrase.length > passphraseBytesMax) throw refuse('secrets');
  return { entropy, passphrase, keys, summary };
}

/**
 * Joins two edits of one vault. Accounts of both stay; of two names or choices the later one wins, and the larger of two that
 * were made at the same time, so that it does not matter who joins.
 */
export function mergeSummaries(left: VaultSummary, right: VaultSummary): VaultSummary {
  const primary = laterPrimary(left.primary, right.primary);
  return {
    language: left.language,
    accounts: mergeBy(left.accounts, right.accounts, ({ path }) => path).sort(comparePaths),
    isPhraseChecked: left.isPhraseChecked || right.isPhraseChecked,
    imported: mergeAdded(left.imported, right.imported),
    watched: mergeAdded(left.watched, right.watched),
    ...(primary ? { primary } : {}),
  };
}

/** The summary with another name for one account. */
export function renameIn(
  summary: VaultSummary,
  { kind, path, address }: { kind: 'derived' | 'imported' | 'watched'; path?: string; address: Address },
  change: { readonly name: string; readonly changedIn: number },
): VaultSummary {
  if (kind === 'derived') {
    const rename = (account: VaultAccount) => (account.path === path ? { ...account, ...change } : account);
    return { ...summary, accounts: summary.accounts.map(rename) };
  }
  const rename = (account: AddedAccount) => (account.address === address ? { ...account, ...change } : account);
  return { ...summary, [kind]: summary[kind].map(rename) };
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

const toCount = (count: number): number[] => [count >> 8, count & 0xff];

type Named = { readonly name: string; readonly changedIn: number };

function mergeBy<Item extends Named>(left: readonly Item[], right: readonly Item[], keyOf: (item: Item) => string) {
  const byKey = new Map(left.map((item) => [keyOf(item), item]));
  for (const item of right) {
    const other = byKey.get(keyOf(item));
    byKey.set(keyOf(item), other ? laterOf(other, item) : item);
  }
  return [...byKey.values()];
}

function mergeAdded(left: readonly AddedAccount[], right: readonly AddedAccount[]): AddedAccount[] {
  return mergeBy(left, right, ({ address }) => address).sort((one, two) => (one.address < two.address ? -1 : 1));
}

function laterOf<Item extends Named>(left: Item, right: Item): Item {
  if (left.changedIn !== right.changedIn) return left.changedIn > right.changedIn ? left : right;
  return left.name >= right.name ? left : right;
}

function laterPrimary(left: PrimaryAccount | undefined, right: PrimaryAccount | undefined): PrimaryAccount | undefined {
  if (!left || !right) return left ?? right;
  if (left.changedIn !== right.changedIn) return left.changedIn > right.changedIn ? left : right;
  return left.address >= right.address ? left : right;
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

function parseSummary(bytes: Uint8Array, layout: 1 | 2): VaultSummary {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return checkSummary(layout === 1 ? { ...(json as object), imported: [], watched: [], primary: undefined } : json);
  } catch (cause) {
    // A parser's message quotes what it read.
    throw cause instanceof AppError ? cause : refuse('content text');
  }
}

function checkSummary(value: unknown): VaultSummary {
  const { language, accounts, isPhraseChecked, imported, watched, primary } = value as Partial<VaultSummary>;
  if (typeof language !== 'string' || !isMnemonicLanguage(language) || typeof isPhraseChecked !== 'boolean')
    throw refuse('summary');
  if (!Array.isArray(accounts) || accounts.length === 0 || accounts.length > accountsMax) throw refuse('accounts');
  const checked = accounts.map(checkAccount);
  if (new Set(checked.map(({ path }) => path)).size !== checked.length) throw refuse('an account twice');
  return {
    language,
    accounts: checked,
    isPhraseChecked,
    imported: checkAdded(imported),
    watched: checkAdded(watched),
    ...(primary === undefined
      ? {}
      : { primary: { address: checkAddress(primary.address), changedIn: checkVersion(primary.changedIn) } }),
  };
}

function checkAccount({ path, name, changedIn }: Partial<VaultAccount>): VaultAccount {
  if (typeof path !== 'string' || !pathPattern.test(path)) throw refuse('account path');
  return { path, name: checkName(name), changedIn: checkVersion(changedIn) };
}

function checkAdded(accounts: unknown): readonly AddedAccount[] {
  if (!Array.isArray(accounts) || accounts.length > accountsMax) throw refuse('added accounts');
  const checked = accounts.map(({ address, name, changedIn }: Partial<AddedAccount>) => ({
    address: checkAddress(address),
    name: checkName(name),
    changedIn: checkVersion(changedIn),
  }));
  if (new Set(checked.map(({ address }) => address)).size !== checked.length) throw refuse('an account twice');
  return checked;
}

function checkAddress(address: unknown): Address {
  if (typeof address !== 'string' || !isAddress(address) || getAddress(address) !== address) throw refuse('address');
  return address;
}

function checkName(name: unknown): string {
  if (typeof name !== 'string' || name !== toAccountName(name)) throw refuse('account name');
  return name;
}

function checkVersion(changedIn: unknown): number {
  if (typeof changedIn !== 'number' || !Number.isSafeInteger(changedIn) || changedIn < 1)
    throw refuse('account version');
  return changedIn;
}
