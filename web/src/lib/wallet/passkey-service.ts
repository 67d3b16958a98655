import { passkeyCreationOptions } from '@feiqian/domain/api/passkeys';
import { recoveryCodesResponse } from '@feiqian/domain/api/second-factors';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { type Passkey, passkeySalt, readPasskeys } from '../../keyring/passkey-slot.ts';
import type { Opened } from '../../keyring/protocol.ts';
import type { KeptVault } from '../../storage/stored-rows.ts';
import { findVault } from '../../storage/vault-store.ts';
import { nothing, sendJson } from '../http.ts';
import { askPasskey, canUnlockByPasskey, type MadePasskey, makePasskey } from '../passkey-prompt.ts';
import { getAccount, type WalletDependencies } from './dependencies.ts';
import { keepAndConfirm, link, noteLinkError, openSynced, remember, show } from './open-vault.ts';
import { sendPasswordProof } from './password-proof.ts';
import { askLoginPasskey, findMe, logInByPasskey } from './service-calls.ts';

/** What became of adding a passkey. */
export type AddedPasskey = {
  /** Recovery codes, this once; none where there are some already. */
  readonly recoveryCodes: readonly string[];
  /** Whether it opens the vault as well; else the password does that alone. */
  readonly unlocks: boolean;
};

/** Passkeys: they log in, and where the authenticator has a PRF they open the vault with the same touch. */
export type PasskeyService = {
  /** The passkeys that open the vault of this device, also while it is locked. */
  readonly list: () => Promise<readonly Passkey[]>;
  readonly canUnlock: () => Promise<boolean>;
  /** @throws {AppError} PASSWORD_WRONG, PASSKEY_UNAVAILABLE, PASSKEY_REFUSED, PASSKEY_EXISTS, PASSKEYS_TOO_MANY. */
  readonly add: (input: { readonly password: string; readonly name: string }) => Promise<AddedPasskey>;
  /** @param id - Of the service's; absent where it only opens the vault. */
  readonly remove: (passkey: { readonly id?: string | undefined; readonly credentialId: string }) => Promise<void>;
  /** Opens the wallet of this device, and begins a session where the last one is over. @throws {AppError} PASSKEY_UNAVAILABLE, PASSKEY_REFUSED. */
  readonly unlock: () => Promise<void>;
  /** Logs in with neither e-mail nor password, and opens the vault if the passkey can. @throws {AppError} PASSKEY_UNAVAILABLE, PASSKEY_REFUSED. */
  readonly logIn: () => Promise<void>;
};

/** Builds it around the keyring of this tab. */
export function createPasskeyService(deps: WalletDependencies): PasskeyService {
  return {
    list: () => listPasskeys(deps),
    canUnlock: canUnlockByPasskey,
    add: (input) => add(deps, input),
    remove: (passkey) => remove(deps, passkey),
    unlock: () => unlock(deps),
    logIn: () => logIn(deps),
  };
}

async function listPasskeys({ store }: WalletDependencies): Promise<readonly Passkey[]> {
  const { kept } = await findVault(getAccount(store).id);
  return kept ? readPasskeys(kept.vault) : [];
}

type NewPasskey = { readonly password: string; readonly name: string };

async function add(deps: WalletDependencies, { password, name }: NewPasskey): Promise<AddedPasskey> {
  const known = (await listPasskeys(deps)).map(({ credentialId }) => credentialId);
  const options = await sendPasswordProof(deps, password, (body) =>
    sendJson({ path: '/v1/me/passkeys/options', body, schema: passkeyCreationOptions }),
  );
  const made = await makePasskey(options, known);
  try {
    const body = { name, credential: made.credential };
    const { recoveryCodes } = await sendJson({ path: '/v1/me/passkeys', body, schema: recoveryCodesResponse });
    // From here on it logs in. The codes are shown this once, whatever comes of the rest.
    const unlocks = await letUnlock(deps, { password, name }, made).catch(() => false);
    return { recoveryCodes, unlocks };
  } finally {
    made.output?.fill(0);
  }
}

/** Lets a passkey that was just made open the vault. @returns whether it can. */
async function letUnlock(
  { keyring, store }: WalletDependencies,
  { password, name }: NewPasskey,
  made: MadePasskey,
): Promise<boolean> {
  if (!made.hasPrf) return false;
  const passkey = { credentialId: made.credential.id, salt: passkeySalt, name };
  // Many authenticators answer only when they are used, not when they are made.
  const output = made.output ?? (await askPasskey({ passkeys: [passkey] })).output;
  if (!output) return false;
  try {
    await keepAndConfirm(keyring, getAccount(store).id, await keyring.addPasskey({ password, passkey, output }));
    return true;
  } finally {
    output.fill(0);
  }
}

async function remove(
  deps: WalletDependencies,
  { id, credentialId }: { readonly id?: string | undefined; readonly credentialId: string },
): Promise<void> {
  const { keyring, store } = deps;
  if (id !== undefined) await sendJson({ method: 'DELETE', path: `/v1/me/passkeys/${id}`, schema: nothing });
  if (!(await listPasskeys(deps)).some((passkey) => passkey.credentialId === credentialId)) return;
  await keepAndConfirm(keyring, getAccount(store).id, await keyring.removePasskey({ credentialId }));
}

async function unlock(deps: WalletDependencies): Promise<void> {
  const { keyring, lock, store } = deps;
  const account = getAccount(store);
  const [{ kept }, me] = await Promise.all([findVault(account.id), findMe()]);
  if (!kept || kept.syncedVersion === 0) throw new AppError('PASSKEY_UNAVAILABLE', 'No saved vault on this device.');
  // The one touch also begins a session, where there is none.
  const options = me === 'signed-out' ? await askLoginPasskey() : undefined;
  const { credential, output } = await askPasskey({ options, passkeys: readPasskeys(kept.vault) });
  if (!output) throw new AppError('PASSKEY_UNAVAILABLE', 'The authenticator has no PRF.');
  try {
    const opened = await keyring.unlockByPasskey({ vault: kept.vault, credentialId: credential.id, output });
    // A passkey that only opens the vault begins no session; the wallet asks for the password when it needs one.
    const owner = options ? await logInByPasskey(credential).catch(() => me) : me;
    lock.keepSession(opened.session, account.id);
    show(deps, account, opened);
    if (typeof owner === 'string') return;
    remember(deps, owner);
    noteLinkError(deps, await link(deps, opened.accounts, owner));
  } finally {
    output.fill(0);
  }
}

async function logIn(deps: WalletDependencies): Promise<void> {
  const { keyring, lock, store } = deps;
  const { credential, output } = await askPasskey({ options: await askLoginPasskey() });
  try {
    const me = await logInByPasskey(credential);
    const account = remember(deps, me);
    const opened = await openSynced(keyring, me.id, (kept) =>
      output ? openByPasskey(deps, kept, { credentialId: credential.id, output }) : undefined,
    );
    if (opened) {
      lock.keepSession(opened.session, me.id);
      show(deps, account, opened);
      noteLinkError(deps, await link(deps, opened.accounts, me));
      return;
    }
    const { kept } = await findVault(me.id);
    store.set(kept ? { status: 'closed', account, isLoggedIn: true } : { status: 'walletless', account });
  } finally {
    output?.fill(0);
  }
}

/** @returns undefined for a passkey that does not open this vault: then its password does. */
async function openByPasskey(
  { keyring }: WalletDependencies,
  { vault, syncedVersion }: KeptVault,
  answer: { readonly credentialId: string; readonly output: Uint8Array },
): Promise<Opened | undefined> {
  const isKnown = readPasskeys(vault).some(({ credentialId }) => credentialId === answer.credentialId);
  if (!isKnown || syncedVersion === 0) return undefined;
  try {
    return await keyring.unlockByPasskey({ vault, ...answer });
  } catch (error) {
    if (isAppError(error) && error.code === 'PASSKEY_REFUSED') return undefined;
    throw error;
  }
}
