import type { Me } from '@feiqian/domain/api/auth';
import { AppError, isAppError } from '@feiqian/domain/errors';
import type { KeyringClient } from '../../keyring/keyring.ts';
import type { KeyringAccount, Opened, VaultEdit } from '../../keyring/protocol.ts';
import type { KeptVault } from '../../storage/stored-rows.ts';
import { keepVault, syncVault, type VaultKeeperDependencies } from '../../storage/vault-keeper.ts';
import { findVault } from '../../storage/vault-store.ts';
import type { WalletDependencies } from './dependencies.ts';
import { linkAddresses } from './link-addresses.ts';
import { type RememberedAccount, rememberAccount } from './remembered-account.ts';
import { vaultService } from './service-calls.ts';
import type { WalletAccount } from './session-store.ts';

function keeperOf(keyring: KeyringClient, userId: string): VaultKeeperDependencies {
  return { userId, service: vaultService, merge: ({ vault }) => keyring.mergeVault({ vault }) };
}

/** Remembers who this is, on this device and for the screens. */
export function remember({ onMe }: WalletDependencies, me: Me): RememberedAccount {
  const account = { id: me.id, email: me.email, handle: me.handle };
  rememberAccount(account);
  onMe(me);
  return account;
}

/** Shows an opened wallet. @throws {AppError} VAULT_CORRUPT for a vault without accounts. */
export function show(
  { store }: WalletDependencies,
  account: RememberedAccount,
  opened: Pick<Opened, 'accounts' | 'status'>,
): void {
  const [first, ...others] = opened.accounts;
  if (!first) throw new AppError('VAULT_CORRUPT', 'The vault has no account.');
  const accounts: readonly [WalletAccount, ...WalletAccount[]] = [first, ...others];
  store.set({ status: 'open', account, accounts, isPhraseChecked: opened.status.isPhraseChecked });
}

/** Makes a new version safe, here and on the service; only then does the keyring show what is new in it. */
export async function keepAndConfirm(
  keyring: KeyringClient,
  userId: string,
  edit: VaultEdit,
): Promise<readonly KeyringAccount[]> {
  const { version } = await keepVault(edit, keeperOf(keyring, userId));
  return await keyring.confirmSaved({ version });
}

/**
 * Links what is not linked yet. A failure keeps nobody out: it is shown, and tried again at the next opening.
 *
 * @returns what went wrong, or undefined.
 */
export async function link(deps: WalletDependencies, accounts: readonly KeyringAccount[], me: Me): Promise<unknown> {
  try {
    deps.onMe(await linkAddresses({ ...deps, accounts, me }));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Says on screen that linking failed; undefined says nothing. */
export function noteLinkError({ store }: WalletDependencies, linkError: unknown): void {
  const state = store.get();
  if (state.status === 'open' && linkError !== undefined) store.set({ ...state, linkError });
}

/**
 * Opens the vault of somebody who has just logged in, on whatever device: brings this device and the service level,
 * opens the newest version, and joins the two where both were changed.
 *
 * @returns undefined when no vault was ever saved.
 * @throws {AppError} VAULT_ROLLED_BACK, VAULT_CONFLICT, VAULT_CORRUPT.
 */
export function openNewest(keyring: KeyringClient, userId: string, password: string): Promise<Opened | undefined> {
  return openSynced(keyring, userId, (kept) => openByPassword(keyring, kept, password));
}

/** As {@link openNewest}, opened in whatever way. @param open - Gives undefined when it can't. */
export async function openSynced(
  keyring: KeyringClient,
  userId: string,
  open: (kept: KeptVault) => Promise<Opened | undefined> | undefined,
): Promise<Opened | undefined> {
  const mustJoin = await syncUnlessLocked(keyring, userId);
  const { kept } = await findVault(userId);
  const opened = kept && (await open(kept));
  if (!opened || !mustJoin) return opened;
  const { version } = await syncVault(keeperOf(keyring, userId));
  const accounts = await keyring.confirmSaved({ version });
  return { ...opened, accounts, status: await keyring.getStatus({}) };
}

/** Brings this device and the service level while the wallet is open, and opens what is newest. */
export async function syncOpenVault(keyring: KeyringClient, userId: string): Promise<void> {
  const { version } = await syncVault(keeperOf(keyring, userId));
  const status = await keyring.getStatus({});
  if (status.unsavedVersion === version) {
    await keyring.confirmSaved({ version });
    return;
  }
  const { kept } = await findVault(userId);
  if (kept && status.vault && kept.version > status.vault.version) await keyring.refreshVault({ vault: kept.vault });
}

/** Whether the two copies must be joined, which only an open keyring can do. */
async function syncUnlessLocked(keyring: KeyringClient, userId: string): Promise<boolean> {
  try {
    await syncVault(keeperOf(keyring, userId));
    return false;
  } catch (error) {
    if (isAppError(error) && error.code === 'KEYRING_LOCKED') return true;
    throw error;
  }
}

async function openByPassword(keyring: KeyringClient, kept: KeptVault, password: string): Promise<Opened> {
  const isSaved = kept.syncedVersion > 0;
  try {
    // The password was turned into keys a moment ago; doing it again would take as long as logging in.
    return await keyring.unlock({ vault: kept.vault, isSaved });
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PASSWORD_WRONG') throw error;
    return await keyring.unlock({ vault: kept.vault, password, isSaved });
  }
}
