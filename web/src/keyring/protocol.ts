import type { KdfRecord } from '@feiqian/domain/api/auth';
import type { Address, Hex } from 'viem';
import type { DerivationScheme } from './derivation-paths.ts';
import type { AuthorizationDraft, MessageDraft, TransactionDraft } from './draft.ts';
import type { KdfStrength } from './kdf.ts';
import type { Passkey } from './passkey-slot.ts';
import type { SignedRaw } from './signing.ts';
import type { MnemonicLanguage } from './word-lists.ts';

/**
 * What the page may ask of the keyring. None of the answers holds a secret, except the phrase and the keystore, for which
 * the password is asked again.
 */

/** An account whose vault is safe. */
export type KeyringAccount = {
  readonly address: Address;
  /** Below the phrase; with a key that was brought along; or an address alone, which can be looked at and signs nothing. */
  readonly kind: 'derived' | 'imported' | 'watched';
  /** Where a derived one lies below the phrase. */
  readonly path?: string;
  readonly name: string;
  /** The one account that receives and pays unless somebody chooses another one. Never a watched one, if there is a choice. */
  readonly isPrimary: boolean;
};

/** A word of a phrase that is in no list; `position` counts from 1. The word itself is where it was typed. */
export type UnknownWord = { readonly position: number; readonly suggestions: readonly string[] };

/** What a pasted text is. Nothing secret of it. */
export type Recognized =
  | { readonly kind: 'empty' | 'unknown' | 'private_key_invalid' | 'keystore_invalid' | 'address_invalid' | 'vault' }
  | { readonly kind: 'phrase'; readonly language: MnemonicLanguage; readonly count: number }
  /** All words are known and their number is right, and still they do not belong together. */
  | { readonly kind: 'phrase_checksum_wrong'; readonly language: MnemonicLanguage; readonly count: number }
  | {
      readonly kind: 'phrase_incomplete';
      readonly language: MnemonicLanguage;
      readonly count: number;
      readonly unknown: readonly UnknownWord[];
    }
  | { readonly kind: 'private_key' | 'address'; readonly address: Address }
  /** `address` is what the file says. */
  | { readonly kind: 'keystore'; readonly address?: Address };

/** An address below the phrase that is no account yet. */
export type DerivedAddress = { readonly path: string; readonly address: Address };

/** What the page may know of the keyring at any time. */
export type KeyringStatus = {
  readonly isUnlocked: boolean;
  /** The vault that is open; absent while locked and before the first one is saved. */
  readonly vault?: { readonly vaultId: string; readonly version: number };
  /** The version that waits to be saved. */
  readonly unsavedVersion?: number;
  readonly isPhraseChecked: boolean;
  /** The vault's password is cheaper to guess than it should be: change it, to itself if need be. */
  readonly isKdfWeak: boolean;
};

/** A vault to be saved here and on the service, and then confirmed. Until then nothing that is new in it can be used. */
export type VaultEdit = {
  readonly vault: string;
  readonly vaultId: string;
  readonly version: number;
  /** The texts that it may replace; whatever else is stored holds edits that it does not know. Empty for a new vault. */
  readonly follows: readonly string[];
};

/** What keeps the wallet open over a reload: belongs into `sessionStorage`. Absent where the browser keeps no keys. */
type WithSession = { readonly session?: string };

export type NewVault = VaultEdit & WithSession & { readonly authSecret: string };
export type Opened = WithSession & { readonly accounts: readonly KeyringAccount[]; readonly status: KeyringStatus };
export type PasswordChange = VaultEdit & { readonly authSecret: string; readonly newAuthSecret: string };

/** One word of the phrase as the person remembers it; `position` counts from 1. */
export type PhraseAnswer = { readonly position: number; readonly word: string };

/** An address book as it is kept: encrypted, with its number readable. */
export type SealedBook = { readonly vaultId: string; readonly version: number; readonly book: string };

/** Every method takes one object and answers with a promise; the worker runs one at a time. */
export type KeyringMethods = {
  getStatus: (input: Record<string, never>) => Promise<KeyringStatus>;

  /** Parameters and a fresh salt for a new password. */
  createKdf: (input: Record<string, never>) => Promise<KdfRecord>;
  /**
   * Turns a password into what the service may know of it. What opens the vault is kept here for the next
   * `createVault`, `restoreVault` or `unlock` without a password.
   *
   * @throws {AppError} KDF_PARAMETERS_WEAK.
   */
  deriveCredentials: (input: {
    password: string;
    kdf: KdfRecord;
    seen?: KdfStrength;
  }) => Promise<{ authSecret: string }>;

  /**
   * Makes a new phrase and its first account, encrypted. Nothing is shown of it before {@link KeyringMethods.confirmSaved}.
   *
   * @throws {AppError} PASSWORD_WEAK, KDF_PARAMETERS_WEAK, RANDOM_UNAVAILABLE.
   */
  createVault: (input: { password: string; kdf: KdfRecord }) => Promise<NewVault>;
  /** Says what a text is: a phrase, a private key, a keystore, an address, and what is wrong with it. Keeps nothing of it. */
  recognize: (input: { text: string }) => Promise<Recognized>;
  /**
   * The same for what exists: a phrase becomes the vault's phrase; a private key, keystore or address becomes an account of a
   * vault with a new phrase.
   *
   * @param input.passphrase - BIP-39's optional passphrase of a phrase.
   * @param input.keystorePassword - Opens a keystore.
   * @throws {AppError} MNEMONIC_MALFORMED, MNEMONIC_WORD_UNKNOWN, MNEMONIC_CHECKSUM_WRONG, MNEMONIC_PASSPHRASE_TOO_LONG,
   * SECRET_UNRECOGNIZED, PRIVATE_KEY_INVALID, KEYSTORE_INVALID, KEYSTORE_PASSWORD_WRONG, ADDRESS_CHECKSUM_WRONG too.
   */
  restoreVault: (input: {
    password: string;
    kdf: KdfRecord;
    text: string;
    passphrase?: string;
    keystorePassword?: string;
  }) => Promise<NewVault>;
  /**
   * Says that a vault version is durable where it should be. From now on its accounts are shown and can sign.
   *
   * @throws {AppError} VAULT_NOT_SAVED when that version is not the one that waits.
   */
  confirmSaved: (input: { version: number }) => Promise<readonly KeyringAccount[]>;

  /**
   * Opens a saved vault.
   *
   * @param input.password - May be left out right after `deriveCredentials` with the same parameters.
   * @param input.versionMin - The highest version that this device has seen.
   * @param input.isSaved - False when the vault has never been where it should be kept: then it has no accounts until
   * `confirmSaved`. True when left out.
   * @throws {AppError} PASSWORD_WRONG, VAULT_CORRUPT, VAULT_ROLLED_BACK.
   */
  unlock: (input: { vault: string; password?: string; versionMin?: number; isSaved?: boolean }) => Promise<Opened>;
  /**
   * Opens a saved vault by a passkey.
   *
   * @param input.output - What the passkey's PRF gave for the salt of its slot, 32 bytes.
   * @throws {AppError} PASSKEY_REFUSED, VAULT_CORRUPT, VAULT_ROLLED_BACK.
   */
  unlockByPasskey: (input: {
    vault: string;
    credentialId: string;
    output: Uint8Array;
    versionMin?: number;
  }) => Promise<Opened>;
  /** Opens a saved vault after a reload. @throws {AppError} KEYRING_LOCKED when the session has ended. */
  resume: (input: { vault: string; session: string; versionMin?: number; isSaved?: boolean }) => Promise<Opened>;
  /**
   * Takes a newer version of the open vault, which another device or tab wrote.
   *
   * @throws {AppError} VAULT_CONFLICT when it is another phrase, VAULT_ROLLED_BACK when it is not newer, VAULT_CORRUPT.
   */
  refreshVault: (input: { vault: string }) => Promise<readonly KeyringAccount[]>;
  /** Overwrites every key and forgets the session. */
  lock: (input: Record<string, never>) => Promise<void>;

  /** @throws {AppError} KEYRING_LOCKED; VAULT_NOT_SAVED before the first vault is saved. */
  listAccounts: (input: Record<string, never>) => Promise<readonly KeyringAccount[]>;
  addAccount: (input: { name: string }) => Promise<VaultEdit>;
  /** Adds accounts by their paths, such as those that `deriveAddresses` gave. @throws {AppError} ACCOUNTS_TOO_MANY. */
  addAccounts: (input: { paths: readonly string[] }) => Promise<VaultEdit>;
  /**
   * Adds an account whose private key, keystore or address exists already.
   *
   * @throws {AppError} ACCOUNT_EXISTS, ACCOUNTS_TOO_MANY; VAULT_HAS_PHRASE for a phrase; and what `restoreVault` says of the text.
   */
  importAccount: (input: { text: string; keystorePassword?: string; name: string }) => Promise<VaultEdit>;
  /** @throws {AppError} ACCOUNT_UNKNOWN. */
  renameAccount: (input: { address: Address; name: string }) => Promise<VaultEdit>;
  /** Lets an account receive and pay from now on. @throws {AppError} ACCOUNT_UNKNOWN, ACCOUNT_WATCH_ONLY. */
  choosePrimary: (input: { address: Address }) => Promise<VaultEdit>;
  /** Addresses below the phrase as another wallet numbers them, for finding out which were used. At most 100. */
  deriveAddresses: (input: {
    scheme: DerivationScheme;
    from: number;
    count: number;
  }) => Promise<readonly DerivedAddress[]>;
  /** Forgets the version that waits to be saved: it will never be. What it changed stays as it was. */
  discardEdit: (input: { version: number }) => Promise<void>;
  /**
   * Joins the vault that another device wrote with this one's: accounts of both, the phrase untouched.
   *
   * @throws {AppError} VAULT_CONFLICT when it is another phrase, VAULT_CORRUPT.
   */
  mergeVault: (input: { vault: string }) => Promise<VaultEdit>;

  /** @throws {AppError} ACCOUNT_UNKNOWN, ACCOUNT_WATCH_ONLY, TRANSACTION_INVALID. */
  signTransaction: (input: { address: Address; draft: TransactionDraft }) => Promise<SignedRaw>;
  /** @throws {AppError} ACCOUNT_UNKNOWN, ACCOUNT_WATCH_ONLY. */
  signMessage: (input: { address: Address; draft: MessageDraft }) => Promise<Hex>;
  /** @throws {AppError} ACCOUNT_UNKNOWN, ACCOUNT_WATCH_ONLY, TYPED_DATA_INVALID. */
  signTypedData: (input: { address: Address; draft: AuthorizationDraft }) => Promise<Hex>;

  /** Encrypts the wallet's address book. @throws {AppError} ADDRESS_BOOK_FULL, VAULT_NOT_SAVED. */
  sealBook: (input: { version: number; content: string }) => Promise<SealedBook>;
  /** Decrypts one that this wallet wrote, on whatever device. @throws {AppError} ADDRESS_BOOK_CORRUPT, VAULT_NOT_SAVED. */
  openBook: (input: { book: string }) => Promise<{ version: number; content: string }>;

  /** Shows the phrase, and the passphrase without which it is worth nothing, if it has one. @throws {AppError} PASSWORD_WRONG. */
  revealMnemonic: (input: { password: string }) => Promise<{ words: readonly string[]; passphrase?: string }>;
  /**
   * Checks what the person wrote down. Possible only after `revealMnemonic`, for at least three words at once and a few
   * times, so that it can't be used to guess the phrase.
   *
   * @returns `edit` when this changes the vault: save and confirm it.
   * @throws {AppError} MNEMONIC_CHECK_CLOSED.
   */
  checkMnemonicWords: (input: {
    answers: readonly PhraseAnswer[];
  }) => Promise<{ isCorrect: boolean; edit?: VaultEdit }>;
  /** Writes one key as a keystore file of version 3, JSON. @throws {AppError} PASSWORD_WRONG, ACCOUNT_UNKNOWN, PASSWORD_WEAK. */
  exportKeystore: (input: {
    address: Address;
    password: string;
    keystorePassword: string;
  }) => Promise<{ json: string }>;
  /** @throws {AppError} PASSWORD_WRONG. */
  checkPassword: (input: { password: string }) => Promise<void>;
  /** Lets a passkey open the vault, too. @throws {AppError} PASSWORD_WRONG, PASSKEY_UNAVAILABLE. */
  addPasskey: (input: { password: string; passkey: Passkey; output: Uint8Array }) => Promise<VaultEdit>;
  /** From now on it opens nothing new; an old copy of the vault still opens with it. */
  removePasskey: (input: { credentialId: string }) => Promise<VaultEdit>;
  /** @throws {AppError} PASSWORD_WRONG, PASSWORD_WEAK, KDF_PARAMETERS_WEAK. */
  changePassword: (input: { password: string; newPassword: string; newKdf: KdfRecord }) => Promise<PasswordChange>;
};

export type KeyringMethod = keyof KeyringMethods;

/** The only names that the worker answers to. */
export const keyringMethods = [
  'getStatus',
  'createKdf',
  'deriveCredentials',
  'createVault',
  'recognize',
  'restoreVault',
  'confirmSaved',
  'unlock',
  'unlockByPasskey',
  'resume',
  'refreshVault',
  'lock',
  'listAccounts',
  'addAccount',
  'addAccounts',
  'importAccount',
  'renameAccount',
  'choosePrimary',
  'deriveAddresses',
  'discardEdit',
  'mergeVault',
  'signTransaction',
  'signMessage',
  'signTypedData',
  'sealBook',
  'openBook',
  'revealMnemonic',
  'checkMnemonicWords',
  'exportKeystore',
  'checkPassword',
  'addPasskey',
  'removePasskey',
  'changePassword',
] as const satisfies readonly KeyringMethod[];

/** From the page to the worker. */
export type KeyringRequest = { readonly id: number; readonly method: string; readonly input: unknown };
/** From the worker to the page. Errors travel as code and public details; never as an object that carries more. */
export type KeyringResponse =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly details: Readonly<Record<string, string>>;
      };
    };
