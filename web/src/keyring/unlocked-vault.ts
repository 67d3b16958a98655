import { AppError } from '@feiqian/domain/errors';
import { type Address, isAddressEqual } from 'viem';
import { type AccountKeys, deriveKeys, withSeed } from './account-keys.ts';
import { deriveBookKey } from './book-crypto.ts';
import { toPhrase } from './mnemonic.ts';
import type { KeyringAccount, VaultEdit } from './protocol.ts';
import type { Secret } from './secret.ts';
import { accountsMax, mergeSummaries, type VaultContent, type VaultSummary } from './vault-content.ts';
import { sealVault, withContent } from './vault-crypto.ts';
import { formatVault, parseVault, type Vault, type VaultSlot } from './vault-format.ts';

/** A vault and what may be known of its content. */
type Version = { readonly vault: Vault; readonly summary: VaultSummary };

/** What a change of the content is made with. */
export type Change = (summary: VaultSummary, version: number) => VaultSummary;

type EditOptions = {
  /** Other ways to open the vault than those it has. */
  readonly slots?: readonly VaultSlot[];
  readonly versionMin?: number;
  /** Versions of other devices that are part of the edit. */
  readonly joined?: readonly Vault[];
  /** Private keys that the change brings along. They stay the caller's to overwrite. */
  readonly keys?: ReadonlyMap<Address, Uint8Array>;
};

type Parts = { dataKey: CryptoKey; keys: AccountKeys; saved?: Version | undefined; draft?: Version | undefined };

/**
 * A vault that is open: its keys, the last version known to be durable, and the version that waits to be. Only accounts of
 * the durable one exist for the outside. The entropy is not in memory: it is decrypted for the moment that needs it.
 */
export class UnlockedVault {
  /** Encrypts the content. No code can read it. */
  readonly #dataKey: CryptoKey;
  #keys: AccountKeys;
  #saved: Version | undefined;
  #draft: Version | undefined;

  constructor({ dataKey, keys, saved, draft }: Parts) {
    this.#dataKey = dataKey;
    this.#keys = keys;
    this.#saved = saved;
    this.#draft = draft;
  }

  /** The last durable version, if there is one. */
  get saved(): Version | undefined {
    return this.#saved;
  }

  /** The number of the version that waits to be saved. */
  get draftVersion(): number | undefined {
    return this.#draft?.vault.version;
  }

  /** @throws {AppError} VAULT_NOT_SAVED before the first version is durable. */
  getSaved(): Version {
    if (!this.#saved) throw new AppError('VAULT_NOT_SAVED', 'The vault has not been saved yet.');
    return this.#saved;
  }

  /** Takes note that a version is durable. @throws {AppError} VAULT_NOT_SAVED when it is neither the draft nor the last. */
  confirmSaved(version: number): void {
    if (this.#draft?.vault.version === version) {
      this.#saved = this.#draft;
      this.#draft = undefined;
    } else if (this.#saved?.vault.version !== version) {
      throw new AppError('VAULT_NOT_SAVED', 'That version does not wait to be saved.');
    }
  }

  /** Forgets the draft of that version. @throws {AppError} VAULT_NOT_SAVED before the first version is durable. */
  discardDraft(version: number): void {
    this.getSaved();
    if (this.#draft?.vault.version === version) this.#draft = undefined;
  }

  /** All accounts of the durable version. */
  listAccounts(): readonly KeyringAccount[] {
    return listAccounts(this.getSaved().summary, this.#keys);
  }

  /** An account of the durable version. @throws {AppError} ACCOUNT_UNKNOWN. */
  getAccount(address: Address): KeyringAccount {
    const account = this.listAccounts().find((candidate) => isAddressEqual(candidate.address, address));
    if (!account) throw accountUnknown();
    return account;
  }

  /** The key of the address book, the same on every device and after every change of password. No code can read it. */
  bookKey(): Promise<CryptoKey> {
    const { vault } = this.getSaved();
    return withContent(vault, this.#dataKey, ({ entropy }) => deriveBookKey(entropy, vault.vaultId));
  }

  /**
   * Lends the private key of an account.
   *
   * @throws {AppError} ACCOUNT_UNKNOWN; ACCOUNT_WATCH_ONLY where there is only the address.
   */
  async withKey<Result>(address: Address, work: (key: Secret) => Promise<Result>): Promise<Result> {
    const account = this.getAccount(address);
    if (account.path !== undefined) return this.#keys.hd.withKey(account.path, work);
    const key = this.#keys.findImported(account.address);
    if (!key) throw new AppError('ACCOUNT_WATCH_ONLY', 'The key of a watched address is not here.');
    return work(key);
  }

  /** The phrase, and the passphrase that belongs to it. Whoever asks has checked the password. */
  readPhrase(): Promise<{ phrase: string; passphrase: string }> {
    const { vault, summary } = this.getSaved();
    return withContent(vault, this.#dataKey, async ({ entropy, passphrase }) => ({
      phrase: await toPhrase(entropy, summary.language),
      passphrase: new TextDecoder('utf-8', { ignoreBOM: true }).decode(passphrase),
    }));
  }

  /** Lends the seed of the phrase and overwrites it afterwards. */
  withSeed<Result>(work: (seed: Uint8Array) => Result | Promise<Result>): Promise<Result> {
    return withContent(this.getSaved().vault, this.#dataKey, (content) => withSeed(content, work));
  }

  /**
   * Writes the next version as a draft, on top of an earlier draft if there is one. The secrets go from the old ciphertext
   * into the new one unseen, so no edit can replace them.
   *
   * @throws {AppError} VAULT_NOT_SAVED, KDF_PARAMETERS_WEAK, ACCOUNTS_TOO_MANY, VAULT_CORRUPT.
   */
  async edit(change: Change, { slots, versionMin = 1, joined = [], keys }: EditOptions = {}): Promise<VaultEdit> {
    const saved = this.getSaved();
    const draft = this.#draft;
    const base = draft ?? saved;
    // Drafts that nobody has seen share one number: the service takes versions without gaps.
    const version = Math.max(saved.vault.version + 1, draft?.vault.version ?? 1, versionMin);
    const summary = checkRoom(change(base.summary, version));
    const head = { ...base.vault, version, slots: slots ?? base.vault.slots };
    const next = await withContent(base.vault, this.#dataKey, async (old) => {
      const content = { ...old, keys: arrangeKeys(old, summary, keys), summary };
      return {
        vault: await sealVault(head, this.#dataKey, content),
        keys: this.#keys.covers(summary) ? this.#keys : await deriveKeys(content),
      };
    });
    if (next.keys !== this.#keys) this.#keys.wipe();
    this.#keys = next.keys;
    this.#draft = { vault: next.vault, summary };
    return toEdit(next.vault, saved.vault, ...(draft ? [draft.vault] : []), ...joined);
  }

  /** Joins another version of this vault. @throws {AppError} VAULT_CONFLICT when it is another phrase, VAULT_CORRUPT. */
  async join(text: string): Promise<VaultEdit> {
    const mine = this.#draft ?? this.getSaved();
    const theirs = this.#parseSame(text);
    const versionMin = Math.max(theirs.version, mine.vault.version) + 1;
    return withContent(theirs, this.#dataKey, (content) =>
      this.edit(() => mergeSummaries(mine.summary, content.summary), {
        slots: this.#mergeSlots(theirs),
        versionMin,
        joined: [theirs],
        keys: keysByAddress(content),
      }),
    );
  }

  /** Opens a newer version of this vault. @throws {AppError} VAULT_CONFLICT, VAULT_ROLLED_BACK, VAULT_CORRUPT. */
  async openNewer(text: string): Promise<UnlockedVault> {
    const vault = this.#parseSame(text);
    if (vault.version <= this.getSaved().vault.version) throw rolledBack();
    return openVault(vault, this.#dataKey, true);
  }

  /** Overwrites every key. */
  wipe(): void {
    this.#keys.wipe();
  }

  /** @throws always: an open vault is never written. */
  toJSON(): never {
    throw new Error('An open vault is never written.');
  }

  /**
   * The ways to open the joined vault. The service took their version first, so its password verifier belongs to their
   * password; of passkeys, what was added or removed here is added to or removed from theirs.
   */
  #mergeSlots(theirs: Vault): readonly VaultSlot[] {
    const mine = (this.#draft ?? this.getSaved()).vault;
    if (theirs.version < mine.version) return mine.slots;
    const has = (slots: readonly VaultSlot[], slot: VaultSlot) =>
      slots.some((other) => JSON.stringify(other) === JSON.stringify(slot));
    const before = this.getSaved().vault.slots;
    const isPassword = ({ kind }: VaultSlot) => kind === 'password';
    const kept = theirs.slots.filter((slot) => isPassword(slot) || has(mine.slots, slot) || !has(before, slot));
    const added = mine.slots.filter((slot) => !isPassword(slot) && !has(before, slot) && !has(kept, slot));
    return [...kept, ...added];
  }

  #parseSame(text: string): Vault {
    const vault = parseVault(text);
    const { vaultId } = (this.#draft ?? this.getSaved()).vault;
    if (vault.vaultId !== vaultId) throw new AppError('VAULT_CONFLICT', 'The other vault has another phrase.');
    return vault;
  }
}

/** Opens a vault with its data key. @throws {AppError} VAULT_CORRUPT. */
export function openVault(vault: Vault, dataKey: CryptoKey, isSaved: boolean): Promise<UnlockedVault> {
  return withContent(vault, dataKey, async (content) => {
    const version = { vault, summary: content.summary };
    const keys = await deriveKeys(content);
    return new UnlockedVault({ dataKey, keys, ...(isSaved ? { saved: version } : { draft: version }) });
  });
}

/** What is handed out for saving. */
export function toEdit(vault: Vault, ...follows: readonly Vault[]): VaultEdit {
  return {
    vault: formatVault(vault),
    vaultId: vault.vaultId,
    version: vault.version,
    follows: follows.map(formatVault),
  };
}

/** The failure for an account that is not there. */
export function accountUnknown(): AppError {
  return new AppError('ACCOUNT_UNKNOWN', 'The keyring has no such account.');
}

/** The failure for a version that is not new enough. */
export function rolledBack(): AppError {
  return new AppError('VAULT_ROLLED_BACK', 'The vault is older than one seen before.');
}

function checkRoom(summary: VaultSummary): VaultSummary {
  const { accounts, imported, watched } = summary;
  if (Math.max(accounts.length, imported.length, watched.length) > accountsMax)
    throw new AppError('ACCOUNTS_TOO_MANY', 'The vault is full.');
  return summary;
}

/** Every account once: one that is in several lists has its key from the strongest of them. */
function listAccounts({ accounts, imported, watched, primary }: VaultSummary, keys: AccountKeys): KeyringAccount[] {
  const all: Omit<KeyringAccount, 'isPrimary'>[] = [
    ...accounts.map(({ path, name }) => ({ kind: 'derived' as const, address: keys.hd.address(path), path, name })),
    ...imported.map(({ address, name }) => ({ kind: 'imported' as const, address, name })),
    ...watched.map(({ address, name }) => ({ kind: 'watched' as const, address, name })),
  ];
  const each = [...new Map(all.toReversed().map((account) => [account.address, account])).values()].reverse();
  const chosen = each.find(({ address, kind }) => address === primary?.address && kind !== 'watched') ?? each[0];
  return each.map((account) => ({ ...account, isPrimary: account === chosen }));
}

function keysByAddress({ summary, keys }: VaultContent): ReadonlyMap<Address, Uint8Array> {
  return new Map(summary.imported.flatMap(({ address }, index) => (keys[index] ? [[address, keys[index]]] : [])));
}

/** The keys in the order of the new summary: the old ones, and those that came along. */
function arrangeKeys(
  old: VaultContent,
  { imported }: VaultSummary,
  brought: ReadonlyMap<Address, Uint8Array> | undefined,
): readonly Uint8Array[] {
  const known = keysByAddress(old);
  return imported.map(({ address }) => {
    const key = known.get(address) ?? brought?.get(address);
    if (!key) throw new Error('An imported account comes with its key.');
    return key;
  });
}
