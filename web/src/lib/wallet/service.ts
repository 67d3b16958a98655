import type { KdfRecord, Language, Me } from '@feiqian/domain/api/auth';
import { AppError, isAppError } from '@feiqian/domain/errors';
import type { Address } from 'viem';
import type { KeyringAccount, NewVault, Opened, PhraseAnswer } from '../../keyring/protocol.ts';
import { readPasswordSalt } from '../../keyring/vault-format.ts';
import { forgetSyncedBook } from '../../storage/address-book-store.ts';
import { checkStorage } from '../../storage/check-storage.ts';
import { findSeenStrength, rememberStrength } from '../../storage/kdf-memory.ts';
import { findVault, forgetVault } from '../../storage/vault-store.ts';
import { getAccount, type Login, type OnStep, type WalletDependencies } from './dependencies.ts';
import { addUsed } from './find-accounts.ts';
import { keepAndConfirm, link, noteLinkError, openNewest, remember, show } from './open-vault.ts';
import { changePassword, type NewPassword } from './password-change.ts';
import { forgetAccount } from './remembered-account.ts';
import * as calls from './service-calls.ts';

/** The one path by which the wallet is made, opened, kept and closed. Keys stay in the keyring. */
export type WalletService = {
  /** @throws {AppError} PASSWORD_WEAK, EMAIL_TAKEN, EMAIL_MALFORMED, STORAGE_UNAVAILABLE, SERVICE_UNAVAILABLE. */
  readonly register: (input: Login & { readonly language: Language }, onStep: OnStep) => Promise<void>;
  /** Registers with what exists: a phrase, a private key, a keystore or an address. @throws {AppError} as `register` and `restoreVault`. */
  readonly restore: (input: Login & { readonly language: Language } & RestoredText, onStep: OnStep) => Promise<void>;
  /** Makes the wallet of an account whose registration was cut off. @throws {AppError} as `register`. */
  readonly completeRegistration: (password: string, onStep: OnStep) => Promise<void>;
  /** @throws {AppError} CREDENTIALS_WRONG, KDF_PARAMETERS_WEAK, VAULT_ROLLED_BACK. */
  readonly logIn: (login: Login, onStep: OnStep) => Promise<void>;
  /** Begins a new session for the open wallet; nothing on screen is lost. @throws {AppError} CREDENTIALS_WRONG. */
  readonly renewSession: (password: string) => Promise<void>;
  /** Opens the wallet of this device; works without the service too. @throws {AppError} PASSWORD_WRONG. */
  readonly unlock: (password: string, onStep: OnStep) => Promise<void>;
  /** Opens the wallet after a reload. @throws {AppError} KEYRING_LOCKED when its session has ended. */
  readonly resume: (session: string) => Promise<void>;
  readonly logOut: () => Promise<void>;
  /** @throws {AppError} PASSWORD_WRONG. */
  readonly revealPhrase: (
    password: string,
  ) => Promise<{ readonly words: readonly string[]; readonly passphrase?: string }>;
  /** @throws {AppError} PASSWORD_WRONG, PASSWORD_WEAK, VAULT_CONFLICT, SERVICE_UNAVAILABLE. */
  readonly changePassword: (input: NewPassword) => Promise<void>;
  /** One account as a keystore file of version 3, JSON. @throws {AppError} PASSWORD_WRONG, PASSWORD_WEAK, ACCOUNT_WATCH_ONLY. */
  readonly exportKeystore: (input: {
    readonly address: Address;
    readonly password: string;
    readonly keystorePassword: string;
  }) => Promise<string>;
  /** The encrypted vault as it is kept on this device. @throws {AppError} VAULT_MISSING. */
  readonly exportVault: () => Promise<{ readonly version: number; readonly vault: string }>;
  /** Opens the text of a vault file without any service, for its secrets alone. @throws {AppError} PASSWORD_WRONG, VAULT_CORRUPT. */
  readonly openVaultFile: (vault: string, password: string) => Promise<readonly KeyringAccount[]>;
  /** @throws {AppError} MNEMONIC_CHECK_CLOSED. */
  readonly checkPhrase: (answers: readonly PhraseAnswer[]) => Promise<boolean>;
};

/** What somebody pasted, and what it takes to read it. It goes to the keyring and nowhere else. */
export type RestoredText = {
  readonly text: string;
  readonly passphrase?: string;
  readonly keystorePassword?: string;
};

/** Builds the service around one keyring. */
export function createWalletService(deps: WalletDependencies): WalletService {
  return {
    register: (input, onStep) => register(deps, input, onStep, (kdf) => createNew(deps, input, kdf)),
    restore: (input, onStep) => register(deps, input, onStep, (kdf) => restoreOld(deps, input, kdf)),
    completeRegistration: (password, onStep) => completeRegistration(deps, password, onStep),
    logIn: (login, onStep) => logIn(deps, login, onStep),
    renewSession: async (password) => {
      remember(deps, await authenticate(deps, { email: getAccount(deps.store).email, password }));
    },
    unlock: (password, onStep) => unlock(deps, password, onStep),
    resume: (session) => resume(deps, session),
    logOut: () => logOut(deps),
    revealPhrase: (password) => deps.keyring.revealMnemonic({ password }),
    changePassword: (input) => changePassword(deps, input),
    exportKeystore: async (input) => (await deps.keyring.exportKeystore(input)).json,
    exportVault: () => exportVault(deps),
    openVaultFile: async (vault, password) => (await deps.keyring.unlock({ vault, password })).accounts,
    checkPhrase: (answers) => checkPhrase(deps, answers),
  };
}

const createNew = ({ keyring }: WalletDependencies, { password }: Login, kdf: KdfRecord): Promise<NewVault> =>
  keyring.createVault({ password, kdf });

function restoreOld({ keyring }: WalletDependencies, input: Login & RestoredText, kdf: KdfRecord): Promise<NewVault> {
  const { password, text, passphrase, keystorePassword } = input;
  const options = { ...(passphrase ? { passphrase } : {}), ...(keystorePassword ? { keystorePassword } : {}) };
  return keyring.restoreVault({ password, kdf, text, ...options });
}

async function register(
  deps: WalletDependencies,
  { email, language }: { readonly email: string; readonly language: Language },
  onStep: OnStep,
  makeVault: (kdf: KdfRecord) => Promise<NewVault>,
): Promise<void> {
  // Found out now it costs nothing; once the account exists its wallet would be missing.
  await checkStorage();
  onStep('deriving');
  const kdf = await deps.keyring.createKdf({});
  const created = await makeVault(kdf);
  onStep('registering');
  const me = await calls.register({ email, kdf, authSecret: created.authSecret, language });
  await settleNewVault(deps, { me, created, kdf }, onStep);
}

async function completeRegistration(deps: WalletDependencies, password: string, onStep: OnStep): Promise<void> {
  const { email } = getAccount(deps.store);
  // The vault may lie on this device already, and only its way to the service was cut off.
  await logIn(deps, { email, password }, onStep);
  if (deps.store.get().status === 'open') return;
  const kdf = await calls.getParameters(email);
  const created = await deps.keyring.createVault({ password, kdf });
  const me = await calls.findMe();
  if (typeof me === 'string') throw new AppError('SERVICE_UNAVAILABLE', 'The service cannot say who this is.');
  await settleNewVault(deps, { me, created, kdf }, onStep);
}

type NewWallet = { readonly me: Me; readonly created: NewVault; readonly kdf: KdfRecord };

/** Nothing of a new wallet is shown or linked before its vault is safe here and on the service. */
async function settleNewVault(
  deps: WalletDependencies,
  { me, created, kdf }: NewWallet,
  onStep: OnStep,
): Promise<void> {
  const account = remember(deps, me);
  try {
    await rememberStrength(me.email, kdf);
    onStep('saving');
    const saved = await keepAndConfirm(deps.keyring, me.id, created);
    deps.lock.keepSession(created.session, me.id);
    const status = await deps.keyring.getStatus({});
    // Whoever has the phrase already may have used it.
    if (status.isPhraseChecked) onStep('finding');
    const accounts = status.isPhraseChecked ? await addUsed(deps, me.id, saved) : saved;
    onStep('linking');
    const linkError = await link(deps, accounts, me);
    show(deps, account, { accounts, status: await deps.keyring.getStatus({}) });
    noteLinkError(deps, linkError);
  } catch (error) {
    // The account exists and its wallet does not: registering again would find the e-mail taken.
    deps.store.set({ status: 'walletless', account, reason: error });
    throw error;
  }
}

/** Proves the password to the service and begins a session. The keyring keeps what opens the vault. */
async function authenticate({ keyring }: WalletDependencies, { email, password }: Login): Promise<Me> {
  const kdf = await calls.getParameters(email);
  const seen = await findSeenStrength(email);
  const { authSecret } = await keyring.deriveCredentials({ password, kdf, ...(seen ? { seen } : {}) });
  const me = await calls.logIn({ email, authSecret });
  await rememberStrength(email, kdf);
  return me;
}

async function logIn(deps: WalletDependencies, login: Login, onStep: OnStep): Promise<void> {
  onStep('deriving');
  const me = await authenticate(deps, login);
  onStep('opening');
  const opened = await openNewest(deps.keyring, me.id, login.password);
  const account = remember(deps, me);
  if (!opened) {
    deps.store.set({ status: 'walletless', account });
    return;
  }
  deps.lock.keepSession(opened.session, me.id);
  show(deps, account, opened);
  noteLinkError(deps, await link(deps, opened.accounts, me));
}

async function unlock(deps: WalletDependencies, password: string, onStep: OnStep): Promise<void> {
  const { lock, store } = deps;
  const account = getAccount(store);
  onStep('opening');
  const [{ kept }, me] = await Promise.all([findVault(account.id), calls.findMe()]);
  // A vault that never reached the service is finished by logging in, which saves it there first.
  if (!kept || me === 'signed-out' || kept.syncedVersion === 0)
    return await logIn(deps, { email: account.email, password }, onStep);
  const opened = await openHere(deps, kept.vault, { password, canAsk: me !== 'unreachable' });
  if (!opened) return await logIn(deps, { email: account.email, password }, onStep);
  lock.keepSession(opened.session, account.id);
  show(deps, account, opened);
  if (me === 'unreachable') return;
  remember(deps, me);
  noteLinkError(deps, await link(deps, opened.accounts, me));
}

/** @returns undefined when the password is not the one of this device's vault but the one of the service: another device changed it. */
async function openHere(
  { keyring, store }: WalletDependencies,
  vault: string,
  { password, canAsk }: { readonly password: string; readonly canAsk: boolean },
): Promise<Opened | undefined> {
  try {
    return await keyring.unlock({ vault, password });
  } catch (error) {
    if (!canAsk || !isAppError(error) || error.code !== 'PASSWORD_WRONG') throw error;
    const kdf = await calls.getParameters(getAccount(store).email);
    // The same derivation would give the same wrong key.
    if (kdf.salt === readPasswordSalt(vault)) throw error;
    return undefined;
  }
}

async function resume(deps: WalletDependencies, session: string): Promise<void> {
  const account = getAccount(deps.store);
  const { kept } = await findVault(account.id);
  if (!kept || kept.syncedVersion === 0) throw new AppError('VAULT_MISSING', 'No saved vault on this device.');
  const opened = await deps.keyring.resume({ vault: kept.vault, session });
  deps.lock.keepSession(session, account.id);
  show(deps, account, opened);
}

async function logOut({ store, lock }: WalletDependencies): Promise<void> {
  const { id } = getAccount(store);
  await calls.logOut();
  const { kept } = await findVault(id);
  // What the service has as well need not stay on a device that others may use.
  if (kept && kept.syncedVersion >= kept.version) {
    await forgetVault(id);
    await forgetSyncedBook(kept.vaultId);
  }
  forgetAccount();
  await lock.lock();
}

async function exportVault({ store }: WalletDependencies): Promise<{ version: number; vault: string }> {
  const { kept } = await findVault(getAccount(store).id);
  if (!kept) throw new AppError('VAULT_MISSING', 'No vault on this device.');
  return { version: kept.version, vault: kept.vault };
}

async function checkPhrase({ keyring, store }: WalletDependencies, answers: readonly PhraseAnswer[]): Promise<boolean> {
  const { isCorrect, edit } = await keyring.checkMnemonicWords({ answers });
  if (edit) await keepAndConfirm(keyring, getAccount(store).id, edit);
  const state = store.get();
  if (isCorrect && state.status === 'open') store.set({ ...state, isPhraseChecked: true });
  return isCorrect;
}
