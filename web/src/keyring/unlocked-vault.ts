import { AppError } from '@feiqian/domain/errors';
import { type Address, isAddressEqual } from 'viem';
import { deriveBookKey } from './book-crypto.ts';
import { HdAccounts } from './hd-accounts.ts';
import { toPhrase, toSeed } from './mnemonic.ts';
import type { KeyringAccount, VaultEdit } from './protocol.ts';
import { type Secret, withWiped } from './secret.ts';
import { mergeSummaries, type VaultSummary } from './vault-content.ts';
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
};

type Parts = { dataKey: CryptoKey; hd: HdAccounts; saved?: Version | undefined; draft?: Version | undefined };

/**
 * A vault that is open: its keys, the last version known to be durable, and the version that waits to be. Only accounts of
 * the durable one exist for the outside. The entropy is not in memory: it is decrypted for the moment that needs it.
 */
export class UnlockedVault {
  /** Encrypts the content. No code can read it. */
  readonly #dataKey: CryptoKey;
  #hd: HdAccounts;
  #saved: Version | undefined;
  #draft: Version | undefined;

  constructor({ dataKey, hd, saved, draft }: Parts) {
    this.#dataKey = dataKey;
    this.#hd = hd;
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

  listAccounts(): readonly KeyringAccount[] {
    return this.getSaved().summary.accounts.map(({ path, name }) => ({ address: this.#hd.address(path), path, name }));
  }

  /** Lends the private key of an account. @throws {AppError} ACCOUNT_UNKNOWN. */
  async withKey<Result>(address: Address, work: (key: Secret) => Promise<Result>): Promise<Result> {
    const account = this.listAccounts().find((candidate) => isAddressEqual(candidate.address, address));
    if (!account) throw accountUnknown();
    return this.#hd.withKey(account.path, work);
  }

  /** The phrase. Whoever asks has checked the password. */
  readPhrase(): Promise<string> {
    const { vault, summary } = this.getSaved();
    return withContent(vault, this.#dataKey, ({ entropy }) => toPhrase(entropy, summary.language));
  }

  /** The key of the address book, the same on every device and after every change of password. No code can read it. */
  bookKey(): Promise<CryptoKey> {
    const { vault } = this.getSaved();
    return withContent(vault, this.#dataKey, ({ entropy }) => deriveBookKey(entropy, vault.vaultId));
  }

  /**
   * Writes the next version as a draft, on top of an earlier draft if there is one. The entropy goes from the old ciphertext
   * into the new one unseen, so no edit can replace it.
   *
   * @throws {AppError} VAULT_NOT_SAVED, KDF_PARAMETERS_WEAK, VAULT_CORRUPT.
   */
  async edit(change: Change, { slots, versionMin = 1, joined = [] }: EditOptions = {}): Promise<VaultEdit> {
    const saved = this.getSaved();
    const draft = this.#draft;
    const base = draft ?? saved;
    // Drafts that nobody has seen share one number: the service takes versions without gaps.
    const version = Math.max(saved.vault.version + 1, draft?.vault.version ?? 1, versionMin);
    const summary = change(base.summary, version);
    const head = { ...base.vault, version, slots: slots ?? base.vault.slots };
    const next = await withContent(base.vault, this.#dataKey, async ({ entropy }) => ({
      vault: await sealVault(head, this.#dataKey, entropy, summary),
      hd: summary.accounts.every(({ path }) => this.#hd.has(path)) ? this.#hd : await deriveAccounts(entropy, summary),
    }));
    if (next.hd !== this.#hd) this.#hd.wipe();
    this.#hd = next.hd;
    this.#draft = { vault: next.vault, summary };
    return toEdit(next.vault, saved.vault, ...(draft ? [draft.vault] : []), ...joined);
  }

  /** Joins another version of this vault. @throws {AppError} VAULT_CONFLICT when it is another phrase, VAULT_CORRUPT. */
  async join(text: string): Promise<VaultEdit> {
    const mine = this.#draft ?? this.getSaved();
    const theirs = this.#parseSame(text);
    const summary = await withContent(theirs, this.#dataKey, async (content) =>
      mergeSummaries(mine.summary, content.summary),
    );
    // The service took their version first, so its password verifier belongs to their slots.
    const slots = theirs.version >= mine.vault.version ? theirs.slots : mine.vault.slots;
    const versionMin = Math.max(theirs.version, mine.vault.version) + 1;
    return this.edit(() => summary, { slots, versionMin, joined: [theirs] });
  }

  /** Opens a newer version of this vault. @throws {AppError} VAULT_CONFLICT, VAULT_ROLLED_BACK, VAULT_CORRUPT. */
  async openNewer(text: string): Promise<UnlockedVault> {
    const vault = this.#parseSame(text);
    if (vault.version <= this.getSaved().vault.version) throw rolledBack();
    return openVault(vault, this.#dataKey, true);
  }

  /** Overwrites every key. */
  wipe(): void {
    this.#hd.wipe();
  }

  /** @throws always: an open vault is never written. */
  toJSON(): never {
    throw new Error('An open vault is never written.');
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
  return withContent(vault, dataKey, async ({ entropy, summary }) => {
    const version = { vault, summary };
    const hd = await deriveAccounts(entropy, summary);
    return new UnlockedVault({ dataKey, hd, ...(isSaved ? { saved: version } : { draft: version }) });
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

async function deriveAccounts(entropy: Uint8Array, { language, accounts }: VaultSummary): Promise<HdAccounts> {
  const seed = await toSeed(await toPhrase(entropy, language));
  return withWiped(
    seed,
    () =>
      new HdAccounts(
        seed,
        accounts.map(({ path }) => path),
      ),
  );
}
