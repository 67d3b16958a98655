import { AppError } from '@feiqian/domain/errors';
import { type Passkey, readPasskeys } from '../../keyring/passkey-slot.ts';
import { findVault } from '../../storage/vault-store.ts';
import { getAccount, type WalletDependencies } from './dependencies.ts';
import { keepAndConfirm, link, noteLinkError, remember, show } from './open-vault.ts';
import { askPasskey, canUsePasskeys, createPasskey } from './passkey-prompt.ts';
import { findMe } from './service-calls.ts';

/** Passkeys beside the password: they open the vault of this device; the service is told nothing of them. */
export type PasskeyService = {
  /** The passkeys that open the vault of this device, also while it is locked. */
  readonly list: () => Promise<readonly Passkey[]>;
  readonly isPossible: () => Promise<boolean>;
  /** @throws {AppError} PASSWORD_WRONG, PASSKEY_UNAVAILABLE, PASSKEY_REFUSED. */
  readonly add: (input: { readonly password: string; readonly name: string }) => Promise<void>;
  readonly remove: (credentialId: string) => Promise<void>;
  /** Opens the wallet of this device. @throws {AppError} PASSKEY_UNAVAILABLE, PASSKEY_REFUSED. */
  readonly unlock: () => Promise<void>;
};

/** Builds it around the keyring of this tab. */
export function createPasskeyService(deps: WalletDependencies): PasskeyService {
  const list = () => listPasskeys(deps);
  return {
    list,
    isPossible: canUsePasskeys,
    add: (input) => add(deps, input),
    remove: async (credentialId) => {
      const edit = await deps.keyring.removePasskey({ credentialId });
      await keepAndConfirm(deps.keyring, getAccount(deps.store).id, edit);
    },
    unlock: () => unlock(deps),
  };
}

async function listPasskeys({ store }: WalletDependencies): Promise<readonly Passkey[]> {
  const { kept } = await findVault(getAccount(store).id);
  return kept ? readPasskeys(kept.vault) : [];
}

async function add(deps: WalletDependencies, { password, name }: { password: string; name: string }): Promise<void> {
  const { keyring, store } = deps;
  const account = getAccount(store);
  // Nobody is to have a passkey made that a mistyped password then makes useless.
  await keyring.checkPassword({ password });
  const { credentialId, salt, output } = await createPasskey(account, await listPasskeys(deps));
  try {
    const passkey = { credentialId, salt, name };
    await keepAndConfirm(keyring, account.id, await keyring.addPasskey({ password, passkey, output }));
  } finally {
    output.fill(0);
  }
}

async function unlock(deps: WalletDependencies): Promise<void> {
  const { keyring, lock, store } = deps;
  const account = getAccount(store);
  const { kept } = await findVault(account.id);
  if (!kept || kept.syncedVersion === 0) throw new AppError('PASSKEY_UNAVAILABLE', 'No saved vault on this device.');
  const { credentialId, output } = await askPasskey(readPasskeys(kept.vault));
  try {
    const opened = await keyring.unlockByPasskey({ vault: kept.vault, credentialId, output });
    lock.keepSession(opened.session, account.id);
    show(deps, account, opened);
    const me = await findMe();
    if (typeof me === 'string') return;
    remember(deps, me);
    noteLinkError(deps, await link(deps, opened.accounts, me));
  } finally {
    output.fill(0);
  }
}
