import type { KdfRecord } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { type Address, isAddressEqual } from 'viem';
import { HdAccounts, accountPath } from './hd-accounts.ts';
import { type Credentials, checkKdf, createKdf, deriveCredentials, isBelowFloor } from './kdf.ts';
import { writeKeystore } from './keystore.ts';
import { createEntropy, parsePhrase, splitPhrase, toPhrase, toSeed } from './mnemonic.ts';
import { checkNewPassword } from './password-rules.ts';
import { PhraseCheck } from './phrase-check.ts';
import type { KeyringAccount, KeyringMethods, KeyringStatus, NewVault, Opened, VaultEdit } from './protocol.ts';
import { type Secret, withWiped } from './secret.ts';
import { signMessage, signTransaction, signTypedData } from './signing.ts';
import { type VaultSummary, mergeSummaries, toAccountName } from './vault-content.ts';
import {
  type SessionKeys,
  createDataKey,
  createVaultId,
  importDataKey,
  sealVault,
  unwrapByPassword,
  unwrapFromSession,
  withContent,
  wrapByPassword,
  wrapForSession,
} from './vault-crypto.ts';
import { type Vault, type VaultSlot, formatVault, getPasswordSlot, parseVault } from './vault-format.ts';
import type { MnemonicLanguage } from './word-lists.ts';

/** A vault and what may be known of its content. */
type Version = { readonly vault: Vault; readonly summary: VaultSummary };

/** What is in memory while the wallet is open. The entropy is not: it is decrypted for the moment that needs it. */
type Open = {
  readonly dataKey: CryptoKey;
  readonly hd: HdAccounts;
  /** The last version known to be durable. Only its accounts exist for the page. */
  readonly saved?: Version;
  /** A version that waits to be saved. */
  readonly draft?: Version;
};

/**
 * The keyring: unlocked keys, and the rules for using them. It knows no worker and no storage, so that it can be tested
 * anywhere; `keyring.worker.ts` puts it where nothing else runs. Calls must not overlap (`serve.ts` sees to it).
 *
 * Invariant: everything secret lies in private fields. Invariant: a method that fails leaves the keyring as it was.
 * What each method promises is written in `protocol.ts`.
 */
export class Keyring implements KeyringMethods {
  readonly #sessionKeys: SessionKeys;
  readonly #phraseCheck = new PhraseCheck();
  #open: Open | undefined;
  /** Credentials of the last derivation, for the one step that follows it. */
  #derived: { readonly kdf: string; readonly vaultKey: CryptoKey } | undefined;

  constructor({ sessionKeys }: { sessionKeys: SessionKeys }) {
    this.#sessionKeys = sessionKeys;
  }

  async getStatus(): Promise<KeyringStatus> {
    const { saved, draft } = this.#open ?? {};
    return {
      isUnlocked: this.#open !== undefined,
      ...(saved ? { vault: { vaultId: saved.vault.vaultId, version: saved.vault.version } } : {}),
      ...(draft ? { unsavedVersion: draft.vault.version } : {}),
      isPhraseChecked: saved?.summary.isPhraseChecked ?? false,
      isKdfWeak: saved ? isBelowFloor(getPasswordSlot(saved.vault).kdf) : false,
    };
  }

  async createKdf(): Promise<KdfRecord> {
    return createKdf();
  }

  async deriveCredentials({ password, kdf, seen }: Parameters<KeyringMethods['deriveCredentials']>[0]): Promise<{ authSecret: string }> {
    checkKdf(kdf, seen);
    const { authSecret, vaultKey } = await deriveCredentials(password, kdf);
    this.#derived = { kdf: JSON.stringify(kdf), vaultKey };
    return { authSecret };
  }

  async createVault({ password, kdf }: { password: string; kdf: KdfRecord }): Promise<NewVault> {
    return withWiped(createEntropy(), (entropy) => this.#begin({ password, kdf, entropy, language: 'english' }));
  }

  async restoreVault({ password, kdf, phrase }: { password: string; kdf: KdfRecord; phrase: string }): Promise<NewVault> {
    const { entropy, language } = await parsePhrase(phrase);
    return withWiped(entropy, () => this.#begin({ password, kdf, entropy, language }));
  }

  async confirmSaved({ version }: { version: number }): Promise<readonly KeyringAccount[]> {
    const { saved, draft, ...open } = this.#getOpen();
    if (draft?.vault.version === version) this.#open = { ...open, saved: draft };
    else if (saved?.vault.version !== version) throw new AppError('VAULT_NOT_SAVED', 'That version does not wait to be saved.');
    return this.listAccounts();
  }

  async unlock({ vault: text, password, versionMin, isSaved = true }: Parameters<KeyringMethods['unlock']>[0]): Promise<Opened> {
    const vault = parseVaultFrom(text, versionMin);
    const vaultKey = await this.#getVaultKey(password, getPasswordSlot(vault).kdf);
    return withWiped(await unwrapByPassword(vault, vaultKey), async (rawKey) => {
      await this.#enter(vault, await importDataKey(rawKey), isSaved);
      return this.#describeOpened(await this.#startSession(rawKey, vault.vaultId));
    });
  }

  async resume({ vault: text, session, versionMin, isSaved = true }: Parameters<KeyringMethods['resume']>[0]): Promise<Opened> {
    const vault = parseVaultFrom(text, versionMin);
    const rawKey = await unwrapFromSession(session, vault.vaultId, this.#sessionKeys);
    await this.#enter(vault, await withWiped(rawKey, importDataKey), isSaved);
    return this.#describeOpened({ session });
  }

  async refreshVault({ vault: text }: { vault: string }): Promise<readonly KeyringAccount[]> {
    const { dataKey } = this.#getOpen();
    const { vault: current } = this.#getSaved();
    const vault = parseVaultFrom(text, current.version + 1);
    if (vault.vaultId !== current.vaultId) throw otherPhrase();
    await this.#enter(vault, dataKey, true);
    return this.listAccounts();
  }

  async lock(): Promise<void> {
    this.#open?.hd.wipe();
    this.#open = undefined;
    this.#derived = undefined;
    this.#phraseCheck.close();
    await this.#sessionKeys.clear();
  }

  async listAccounts(): Promise<readonly KeyringAccount[]> {
    const { hd } = this.#getOpen();
    return this.#getSaved().summary.accounts.map(({ path, name }) => ({ address: hd.address(path), path, name }));
  }

  async addAccount({ name }: { name: string }): Promise<VaultEdit> {
    return this.#edit((summary, changedIn) => {
      const taken = new Set(summary.accounts.map(({ path }) => path));
      let index = 0;
      while (taken.has(accountPath(index))) index += 1;
      const account = { path: accountPath(index), name: toAccountName(name), changedIn };
      return { ...summary, accounts: [...summary.accounts, account] };
    });
  }

  async renameAccount({ path, name }: { path: string; name: string }): Promise<VaultEdit> {
    if (!this.#getSaved().summary.accounts.some((account) => account.path === path)) throw accountUnknown();
    return this.#edit((summary, changedIn) => ({
      ...summary,
      accounts: summary.accounts.map((account) => (account.path === path ? { path, name: toAccountName(name), changedIn } : account)),
    }));
  }

  async mergeVault({ vault: text }: { vault: string }): Promise<VaultEdit> {
    const { dataKey, draft } = this.#getOpen();
    const mine = draft ?? this.#getSaved();
    const theirs = parseVault(text);
    if (theirs.vaultId !== mine.vault.vaultId) throw otherPhrase();
    const summary = await withContent(theirs, dataKey, async (content) => mergeSummaries(mine.summary, content.summary));
    // The service took their version first, so its password verifier belongs to their slots.
    const slots = theirs.version >= mine.vault.version ? theirs.slots : mine.vault.slots;
    return this.#edit(() => summary, { slots, versionMin: Math.max(theirs.version, mine.vault.version) + 1, joined: [theirs] });
  }

  async signTransaction({ address, draft }: Parameters<KeyringMethods['signTransaction']>[0]) {
    return this.#useKey(address, (key) => signTransaction(key, draft));
  }

  async signMessage({ address, draft }: Parameters<KeyringMethods['signMessage']>[0]) {
    return this.#useKey(address, (key) => signMessage(key, draft));
  }

  async signTypedData({ address, draft }: Parameters<KeyringMethods['signTypedData']>[0]) {
    return this.#useKey(address, (key) => signTypedData(key, address, draft));
  }

  async revealMnemonic({ password }: { password: string }): Promise<{ words: readonly string[] }> {
    const words = await this.#readWords(password);
    this.#phraseCheck.open();
    return { words };
  }

  async checkMnemonicWords({ answers }: Parameters<KeyringMethods['checkMnemonicWords']>[0]): Promise<{ isCorrect: boolean; edit?: VaultEdit }> {
    const { dataKey } = this.#getOpen();
    const { vault, summary } = this.#getSaved();
    const attempt = this.#phraseCheck.begin(answers);
    const phrase = await withContent(vault, dataKey, ({ entropy }) => toPhrase(entropy, summary.language));
    if (!attempt.judge(splitPhrase(phrase))) return { isCorrect: false };
    if (summary.isPhraseChecked) return { isCorrect: true };
    return { isCorrect: true, edit: await this.#edit((current) => ({ ...current, isPhraseChecked: true })) };
  }

  async exportKeystore({ address, password, keystorePassword }: Parameters<KeyringMethods['exportKeystore']>[0]): Promise<{ json: string }> {
    await this.#checkPassword(password);
    checkNewPassword(keystorePassword);
    return this.#useKey(address, async (key) => ({ json: await writeKeystore(address, key, keystorePassword) }));
  }

  async changePassword({ password, newPassword, newKdf }: Parameters<KeyringMethods['changePassword']>[0]) {
    const { vault } = this.#getSaved();
    checkNewPassword(newPassword);
    checkKdf(newKdf);
    const old = await deriveCredentials(password, getPasswordSlot(vault).kdf);
    const { slot, newAuthSecret } = await withWiped(await unwrapByPassword(vault, old.vaultKey), async (rawKey) => {
      const { authSecret, vaultKey } = await deriveCredentials(newPassword, newKdf);
      return { slot: await wrapByPassword(rawKey, { vaultId: vault.vaultId, kdf: newKdf, vaultKey }), newAuthSecret: authSecret };
    });
    const slots = vault.slots.map((other) => (other.kind === 'password' ? slot : other));
    return { ...(await this.#edit((summary) => summary, { slots })), authSecret: old.authSecret, newAuthSecret };
  }

  /** @throws always: a keyring is never written. */
  toJSON(): never {
    throw new Error('A keyring is never written.');
  }

  // Opening

  async #begin(input: { password: string; kdf: KdfRecord; entropy: Uint8Array; language: MnemonicLanguage }): Promise<NewVault> {
    const { password, kdf, entropy, language } = input;
    checkNewPassword(password);
    checkKdf(kdf);
    const { authSecret, vaultKey }: Credentials = await deriveCredentials(password, kdf);
    const summary: VaultSummary = { language, accounts: [{ path: accountPath(0), name: '', changedIn: 1 }], isPhraseChecked: false };
    return withWiped(createDataKey(), async (rawKey) => {
      const vaultId = createVaultId();
      const slots = [await wrapByPassword(rawKey, { vaultId, kdf, vaultKey })];
      const dataKey = await importDataKey(rawKey);
      const vault = await sealVault({ format: 'feiqian-vault', formatVersion: 1, vaultId, version: 1, slots }, dataKey, entropy, summary);
      this.#replace({ dataKey, hd: await deriveAccounts(entropy, summary), draft: { vault, summary } });
      return { ...toEdit(vault), authSecret, ...(await this.#startSession(rawKey, vaultId)) };
    });
  }

  /** Decrypts a saved vault and makes it the open one. */
  async #enter(vault: Vault, dataKey: CryptoKey, isSaved: boolean): Promise<void> {
    const { hd, summary } = await withContent(vault, dataKey, async (content) => ({
      hd: await deriveAccounts(content.entropy, content.summary),
      summary: content.summary,
    }));
    this.#replace({ dataKey, hd, ...(isSaved ? { saved: { vault, summary } } : { draft: { vault, summary } }) });
  }

  #replace(open: Open): void {
    this.#open?.hd.wipe();
    this.#open = open;
    this.#derived = undefined;
    this.#phraseCheck.close();
  }

  /** A browser that keeps no keys (private windows of some) still opens the wallet; a reload then asks for the password. */
  async #startSession(rawKey: Uint8Array, vaultId: string): Promise<{ session?: string }> {
    try {
      return { session: await wrapForSession(rawKey, vaultId, this.#sessionKeys) };
    } catch {
      return {};
    }
  }

  async #describeOpened(session: { session?: string }): Promise<Opened> {
    const accounts = this.#getOpen().saved ? await this.listAccounts() : [];
    return { ...session, accounts, status: await this.getStatus() };
  }

  async #getVaultKey(password: string | undefined, kdf: KdfRecord): Promise<CryptoKey> {
    if (password !== undefined) return (await deriveCredentials(password, kdf)).vaultKey;
    if (this.#derived?.kdf !== JSON.stringify(kdf)) throw new AppError('PASSWORD_WRONG', 'The password has not been given.');
    return this.#derived.vaultKey;
  }

  // Using what is open

  #getOpen(): Open {
    if (!this.#open) throw new AppError('KEYRING_LOCKED', 'The keyring is locked.');
    return this.#open;
  }

  #getSaved(): Version {
    const { saved } = this.#getOpen();
    if (!saved) throw new AppError('VAULT_NOT_SAVED', 'The vault has not been saved yet.');
    return saved;
  }

  async #useKey<Result>(address: Address, work: (key: Secret) => Promise<Result>): Promise<Result> {
    const { hd } = this.#getOpen();
    const account = this.#getSaved().summary.accounts.find(({ path }) => isAddressEqual(hd.address(path), address));
    if (!account) throw accountUnknown();
    return hd.useKey(account.path, work);
  }

  async #checkPassword(password: string): Promise<void> {
    const { vault } = this.#getSaved();
    const { vaultKey } = await deriveCredentials(password, getPasswordSlot(vault).kdf);
    await withWiped(await unwrapByPassword(vault, vaultKey), () => undefined);
  }

  async #readWords(password: string): Promise<string[]> {
    await this.#checkPassword(password);
    const { vault, summary } = this.#getSaved();
    const phrase = await withContent(vault, this.#getOpen().dataKey, ({ entropy }) => toPhrase(entropy, summary.language));
    // Composed letters are how people write; the lists are decomposed.
    return phrase.split(/\s/u).map((word) => word.normalize('NFC'));
  }

  /**
   * Writes the next version of the vault as a draft, on top of an earlier draft if there is one. The entropy goes from the old
   * ciphertext into the new one unseen, so no edit can replace it.
   */
  async #edit(
    change: (summary: VaultSummary, version: number) => VaultSummary,
    { slots, versionMin = 1, joined = [] }: { slots?: readonly VaultSlot[]; versionMin?: number; joined?: readonly Vault[] } = {},
  ): Promise<VaultEdit> {
    const { dataKey, hd, draft } = this.#getOpen();
    const saved = this.#getSaved();
    const base = draft ?? saved;
    // Drafts that nobody has seen share one number: the service takes versions without gaps.
    const version = Math.max(saved.vault.version + 1, draft?.vault.version ?? 1, versionMin);
    const summary = change(base.summary, version);
    const head = { ...base.vault, version, slots: slots ?? base.vault.slots };
    const next = await withContent(base.vault, dataKey, async ({ entropy }) => ({
      vault: await sealVault(head, dataKey, entropy, summary),
      hd: summary.accounts.every(({ path }) => hd.has(path)) ? hd : await deriveAccounts(entropy, summary),
    }));
    if (next.hd !== hd) hd.wipe();
    this.#open = { dataKey, hd: next.hd, saved, draft: { vault: next.vault, summary } };
    return toEdit(next.vault, saved.vault, ...(draft ? [draft.vault] : []), ...joined);
  }
}

function accountUnknown(): AppError {
  return new AppError('ACCOUNT_UNKNOWN', 'The keyring has no such account.');
}

function otherPhrase(): AppError {
  return new AppError('VAULT_CONFLICT', 'The other vault has another phrase.');
}

function toEdit(vault: Vault, ...follows: readonly Vault[]): VaultEdit {
  return { vault: formatVault(vault), vaultId: vault.vaultId, version: vault.version, follows: follows.map(formatVault) };
}

function parseVaultFrom(text: string, versionMin = 1): Vault {
  const vault = parseVault(text);
  if (vault.version < versionMin) throw new AppError('VAULT_ROLLED_BACK', 'The vault is older than one seen before.');
  return vault;
}

async function deriveAccounts(entropy: Uint8Array, { language, accounts }: VaultSummary): Promise<HdAccounts> {
  const seed = await toSeed(await toPhrase(entropy, language));
  return withWiped(seed, () => new HdAccounts(seed, accounts.map(({ path }) => path)));
}
