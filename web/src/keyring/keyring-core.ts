import type { KdfRecord } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { openBook, sealBook } from './book-crypto.ts';
import { accountPath, schemePath } from './derivation-paths.ts';
import { HdAccounts } from './hd-accounts.ts';
import { checkKdf, createKdf, deriveCredentials, isBelowFloor } from './kdf.ts';
import { writeKeystore } from './keystore.ts';
import { unwrapByPasskey, withoutPasskey, wrapByPasskey } from './passkey-slot.ts';
import { checkNewPassword } from './password-rules.ts';
import { PhraseCheck } from './phrase-check.ts';
import type {
  DerivedAddress,
  KeyringAccount,
  KeyringMethods,
  KeyringStatus,
  NewVault,
  Opened,
  Recognized,
  VaultEdit,
} from './protocol.ts';
import { recognize } from './recognize.ts';
import { withWiped } from './secret.ts';
import { signMessage, signTransaction, signTypedData } from './signing.ts';
import { splitPhrase } from './split-phrase.ts';
import { openVault, rolledBack, toEdit, type UnlockedVault } from './unlocked-vault.ts';
import { renameIn, toAccountName, type VaultContent } from './vault-content.ts';
import {
  createDataKey,
  createVaultId,
  importDataKey,
  type SessionKeys,
  sealVault,
  unwrapByPassword,
  unwrapFromSession,
  wrapByPassword,
  wrapForSession,
} from './vault-crypto.ts';
import { getPasswordSlot, parseVault, type Vault } from './vault-format.ts';
import { createContent, importAccount, restoreContent, wipeContent } from './vault-origin.ts';

/** Deriving many addresses at once must not keep the worker from answering. */
const derivedAtOnceMax = 100;

type Input<Method extends keyof KeyringMethods> = Parameters<KeyringMethods[Method]>[0];

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
  #vault: UnlockedVault | undefined;
  /** What the last password gave, for the one step that follows it. */
  #derived: { readonly kdf: string; readonly vaultKey: CryptoKey } | undefined;

  constructor({ sessionKeys }: { sessionKeys: SessionKeys }) {
    this.#sessionKeys = sessionKeys;
  }

  async getStatus(): Promise<KeyringStatus> {
    const saved = this.#vault?.saved;
    const unsavedVersion = this.#vault?.draftVersion;
    return {
      isUnlocked: this.#vault !== undefined,
      ...(saved ? { vault: { vaultId: saved.vault.vaultId, version: saved.vault.version } } : {}),
      ...(unsavedVersion === undefined ? {} : { unsavedVersion }),
      isPhraseChecked: saved?.summary.isPhraseChecked ?? false,
      isKdfWeak: saved ? isBelowFloor(getPasswordSlot(saved.vault).kdf) : false,
    };
  }

  // Making and opening

  async createKdf(): Promise<KdfRecord> {
    return createKdf();
  }

  async deriveCredentials({ password, kdf, seen }: Input<'deriveCredentials'>): Promise<{ authSecret: string }> {
    checkKdf(kdf, seen);
    const { authSecret, vaultKey } = await deriveCredentials(password, kdf);
    this.#derived = { kdf: JSON.stringify(kdf), vaultKey };
    return { authSecret };
  }

  async createVault({ password, kdf }: Input<'createVault'>): Promise<NewVault> {
    return this.#begin(password, kdf, createContent);
  }

  async recognize({ text }: Input<'recognize'>): Promise<Recognized> {
    return recognize(text);
  }

  async restoreVault({ password, kdf, text, ...more }: Input<'restoreVault'>): Promise<NewVault> {
    return this.#begin(password, kdf, () => restoreContent(text, more));
  }

  async confirmSaved({ version }: Input<'confirmSaved'>): Promise<readonly KeyringAccount[]> {
    const vault = this.#getVault();
    vault.confirmSaved(version);
    return vault.listAccounts();
  }

  async unlock({ vault: text, password, versionMin, isSaved = true }: Input<'unlock'>): Promise<Opened> {
    const vault = parseVaultFrom(text, versionMin);
    const vaultKey = await this.#getVaultKey(password, getPasswordSlot(vault).kdf);
    return withWiped(await unwrapByPassword(vault, vaultKey), (rawKey) => this.#open(vault, rawKey, isSaved));
  }

  async unlockByPasskey({ vault: text, versionMin, ...answer }: Input<'unlockByPasskey'>): Promise<Opened> {
    const vault = parseVaultFrom(text, versionMin);
    return withWiped(await unwrapByPasskey(vault, answer), (rawKey) => this.#open(vault, rawKey, true));
  }

  async resume({ vault: text, session, versionMin, isSaved = true }: Input<'resume'>): Promise<Opened> {
    const vault = parseVaultFrom(text, versionMin);
    const rawKey = await unwrapFromSession(session, vault.vaultId, this.#sessionKeys);
    this.#take(await openVault(vault, await withWiped(rawKey, importDataKey), isSaved));
    return this.#describeOpened({ session });
  }

  async refreshVault({ vault }: Input<'refreshVault'>): Promise<readonly KeyringAccount[]> {
    this.#take(await this.#getVault().openNewer(vault));
    return this.listAccounts();
  }

  async lock(): Promise<void> {
    this.#vault?.wipe();
    this.#vault = undefined;
    this.#derived = undefined;
    this.#phraseCheck.close();
    await this.#sessionKeys.clear();
  }

  // Accounts

  async listAccounts(): Promise<readonly KeyringAccount[]> {
    return this.#getVault().listAccounts();
  }

  async addAccount({ name }: Input<'addAccount'>): Promise<VaultEdit> {
    return this.#getVault().edit((summary, changedIn) => {
      const taken = new Set(summary.accounts.map(({ path }) => path));
      let index = 0;
      while (taken.has(accountPath(index))) index += 1;
      const account = { path: accountPath(index), name: toAccountName(name), changedIn };
      return { ...summary, accounts: [...summary.accounts, account] };
    });
  }

  async addAccounts({ paths }: Input<'addAccounts'>): Promise<VaultEdit> {
    return this.#getVault().edit((summary, changedIn) => {
      const taken = new Set(summary.accounts.map(({ path }) => path));
      const added = [...new Set(paths)]
        .filter((path) => !taken.has(path))
        .map((path) => ({ path, name: '', changedIn }));
      return { ...summary, accounts: [...summary.accounts, ...added] };
    });
  }

  async importAccount(input: Input<'importAccount'>): Promise<VaultEdit> {
    return importAccount(this.#getVault(), input);
  }

  async renameAccount({ address, name: text }: Input<'renameAccount'>): Promise<VaultEdit> {
    const account = this.#getVault().getAccount(address);
    const name = toAccountName(text);
    return this.#getVault().edit((summary, version) => renameIn(summary, account, { name, changedIn: version }));
  }

  async choosePrimary({ address }: Input<'choosePrimary'>): Promise<VaultEdit> {
    const account = this.#getVault().getAccount(address);
    if (account.kind === 'watched') throw new AppError('ACCOUNT_WATCH_ONLY', 'A watched address pays nothing.');
    return this.#getVault().edit((summary, changedIn) => ({
      ...summary,
      primary: { address: account.address, changedIn },
    }));
  }

  async deriveAddresses({ scheme, from, count }: Input<'deriveAddresses'>): Promise<readonly DerivedAddress[]> {
    const length = Math.min(count, derivedAtOnceMax);
    const paths = Array.from({ length }, (_, index) => schemePath(scheme, from + index));
    return this.#getVault().withSeed((seed) => {
      const accounts = new HdAccounts(seed, paths);
      const derived = paths.map((path) => ({ path, address: accounts.address(path) }));
      accounts.wipe();
      return derived;
    });
  }

  async discardEdit({ version }: Input<'discardEdit'>): Promise<void> {
    this.#getVault().discardDraft(version);
  }

  async mergeVault({ vault }: Input<'mergeVault'>): Promise<VaultEdit> {
    return this.#getVault().join(vault);
  }

  // Signing

  async signTransaction({ address, draft }: Input<'signTransaction'>) {
    return this.#getVault().withKey(address, (key) => signTransaction(key, draft));
  }

  async signMessage({ address, draft }: Input<'signMessage'>) {
    return this.#getVault().withKey(address, (key) => signMessage(key, draft));
  }

  async signTypedData({ address, draft }: Input<'signTypedData'>) {
    return this.#getVault().withKey(address, (key) => signTypedData(key, address, draft));
  }

  // The address book

  async sealBook({ version, content }: Input<'sealBook'>) {
    const vault = this.#getVault();
    const { vaultId } = vault.getSaved().vault;
    return { vaultId, version, book: await sealBook(await vault.bookKey(), { vaultId, version, content }) };
  }

  async openBook({ book }: Input<'openBook'>) {
    const vault = this.#getVault();
    return openBook(await vault.bookKey(), vault.getSaved().vault.vaultId, book);
  }

  // What the password is asked for again

  async revealMnemonic({ password }: Input<'revealMnemonic'>) {
    await this.#checkPassword(password);
    const { phrase, passphrase } = await this.#getVault().readPhrase();
    this.#phraseCheck.open();
    // Composed letters are how people write; the lists are decomposed.
    const words = phrase.split(/\s/u).map((word) => word.normalize('NFC'));
    return { words, ...(passphrase === '' ? {} : { passphrase: passphrase.normalize('NFC') }) };
  }

  async checkMnemonicWords({
    answers,
  }: Input<'checkMnemonicWords'>): Promise<{ isCorrect: boolean; edit?: VaultEdit }> {
    const vault = this.#getVault();
    const { summary } = vault.getSaved();
    const attempt = this.#phraseCheck.begin(answers);
    if (!attempt.judge(splitPhrase((await vault.readPhrase()).phrase))) return { isCorrect: false };
    if (summary.isPhraseChecked) return { isCorrect: true };
    return { isCorrect: true, edit: await vault.edit((current) => ({ ...current, isPhraseChecked: true })) };
  }

  async exportKeystore({ address, password, keystorePassword }: Input<'exportKeystore'>): Promise<{ json: string }> {
    await this.#checkPassword(password);
    checkNewPassword(keystorePassword);
    return this.#getVault().withKey(address, async (key) => ({
      json: await writeKeystore(address, key, keystorePassword),
    }));
  }

  async checkPassword({ password }: Input<'checkPassword'>): Promise<void> {
    await this.#checkPassword(password);
  }

  async addPasskey({ password, passkey, output }: Input<'addPasskey'>): Promise<VaultEdit> {
    const { vault } = this.#getVault().getSaved();
    const { vaultKey } = await deriveCredentials(password, getPasswordSlot(vault).kdf);
    const named = { ...passkey, name: toAccountName(passkey.name) };
    const slot = await withWiped(await unwrapByPassword(vault, vaultKey), (rawKey) =>
      wrapByPasskey(rawKey, { vaultId: vault.vaultId, passkey: named, output }),
    );
    const slots = [...withoutPasskey(vault, passkey.credentialId), slot];
    return this.#getVault().edit((summary) => summary, { slots });
  }

  async removePasskey({ credentialId }: Input<'removePasskey'>): Promise<VaultEdit> {
    const { vault } = this.#getVault().getSaved();
    return this.#getVault().edit((summary) => summary, { slots: withoutPasskey(vault, credentialId) });
  }

  async changePassword({ password, newPassword, newKdf }: Input<'changePassword'>) {
    const { vault } = this.#getVault().getSaved();
    checkNewPassword(newPassword);
    checkKdf(newKdf);
    const old = await deriveCredentials(password, getPasswordSlot(vault).kdf);
    const { slot, newAuthSecret } = await withWiped(await unwrapByPassword(vault, old.vaultKey), async (rawKey) => {
      const { authSecret, vaultKey } = await deriveCredentials(newPassword, newKdf);
      const wrapped = await wrapByPassword(rawKey, { vaultId: vault.vaultId, kdf: newKdf, vaultKey });
      return { slot: wrapped, newAuthSecret: authSecret };
    });
    const slots = vault.slots.map((other) => (other.kind === 'password' ? slot : other));
    const edit = await this.#getVault().edit((summary) => summary, { slots });
    return { ...edit, authSecret: old.authSecret, newAuthSecret };
  }

  /** @throws always: a keyring is never written. */
  toJSON(): never {
    throw new Error('A keyring is never written.');
  }

  async #begin(
    password: string,
    kdf: KdfRecord,
    makeContent: () => VaultContent | Promise<VaultContent>,
  ): Promise<NewVault> {
    checkNewPassword(password);
    checkKdf(kdf);
    const content = await makeContent();
    try {
      const { authSecret, vaultKey } = await deriveCredentials(password, kdf);
      return await withWiped(createDataKey(), async (rawKey) => {
        const vaultId = createVaultId();
        const slots = [await wrapByPassword(rawKey, { vaultId, kdf, vaultKey })];
        const dataKey = await importDataKey(rawKey);
        const head = { format: 'feiqian-vault', formatVersion: 1, vaultId, version: 1, slots } as const;
        const vault = await sealVault(head, dataKey, content);
        // Opened from what will be stored, so a vault that can't be read again is found out now.
        this.#take(await openVault(vault, dataKey, false));
        return { ...toEdit(vault), authSecret, ...(await this.#startSession(rawKey, vaultId)) };
      });
    } finally {
      wipeContent(content);
    }
  }

  async #open(vault: Vault, rawKey: Uint8Array, isSaved: boolean): Promise<Opened> {
    this.#take(await openVault(vault, await importDataKey(rawKey), isSaved));
    return this.#describeOpened(await this.#startSession(rawKey, vault.vaultId));
  }

  #take(vault: UnlockedVault): void {
    this.#vault?.wipe();
    this.#vault = vault;
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
    const vault = this.#getVault();
    return { ...session, accounts: vault.saved ? vault.listAccounts() : [], status: await this.getStatus() };
  }

  async #getVaultKey(password: string | undefined, kdf: KdfRecord): Promise<CryptoKey> {
    if (password !== undefined) return (await deriveCredentials(password, kdf)).vaultKey;
    if (this.#derived?.kdf !== JSON.stringify(kdf))
      throw new AppError('PASSWORD_WRONG', 'The password has not been given.');
    return this.#derived.vaultKey;
  }

  #getVault(): UnlockedVault {
    if (!this.#vault) throw new AppError('KEYRING_LOCKED', 'The keyring is locked.');
    return this.#vault;
  }

  async #checkPassword(password: string): Promise<void> {
    const { vault } = this.#getVault().getSaved();
    const { vaultKey } = await deriveCredentials(password, getPasswordSlot(vault).kdf);
    await withWiped(await unwrapByPassword(vault, vaultKey), () => undefined);
  }
}

function parseVaultFrom(text: string, versionMin = 1): Vault {
  const vault = parseVault(text);
  if (vault.version < versionMin) throw rolledBack();
  return vault;
}
