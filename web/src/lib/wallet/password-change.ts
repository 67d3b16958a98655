import { AppError, isAppError } from '@feiqian/domain/errors';
import type { PasswordChange } from '../../keyring/protocol.ts';
import { rememberStrength } from '../../storage/kdf-memory.ts';
import { findVault, saveVault } from '../../storage/vault-store.ts';
import { getAccount, type WalletDependencies } from './dependencies.ts';
import { syncOpenVault } from './open-vault.ts';
import * as calls from './service-calls.ts';

/** The password now, and the one to come. They go to the keyring and nowhere else. */
export type NewPassword = { readonly password: string; readonly newPassword: string };

/**
 * Changes the password of log-in and vault in one step of the service's. The vault on this device follows; the phrase, the
 * accounts and the passkeys stay.
 *
 * @throws {AppError} PASSWORD_WRONG, PASSWORD_WEAK; VAULT_CONFLICT when another device was faster (try again); SERVICE_UNAVAILABLE
 * when it is not known whether it happened. Then either password opens the wallet.
 */
export async function changePassword(deps: WalletDependencies, input: NewPassword): Promise<void> {
  const { keyring, store } = deps;
  const { id, email } = getAccount(store);
  await syncOpenVault(keyring, id);
  const newKdf = await keyring.createKdf({});
  const change = await keyring.changePassword({ ...input, newKdf });
  try {
    await swap({ ...change, newKdf });
  } catch (error) {
    // Nothing that is saved later may bring the new wrapping along without the new verifier.
    await keyring.discardEdit({ version: change.version });
    throw error;
  }
  await saveVault({ userId: id, next: change, follows: await textsToFollow(id, change), isSynced: true });
  await keyring.confirmSaved({ version: change.version });
  await rememberStrength(email, newKdf);
}

type Swap = PasswordChange & { readonly newKdf: Parameters<typeof calls.changePassword>[0]['newKdf'] };

/** Asks twice where the answer is lost: the service finds its work done. */
async function swap({ authSecret, newAuthSecret, newKdf, vault, version }: Swap): Promise<void> {
  const body = { authSecret, newAuthSecret, newKdf, vault, vaultVersion: version };
  try {
    await calls.changePassword(body);
  } catch (error) {
    if (!isAppError(error)) throw error;
    // The keyring has checked the password; the service refuses it when another device has changed it.
    if (error.code === 'CREDENTIALS_WRONG') throw new AppError('VAULT_CONFLICT', 'Changed on another device.');
    if (error.code !== 'SERVICE_UNAVAILABLE') throw error;
    await calls.changePassword(body);
  }
}

/** The service has taken it: whatever else this device stores is older, and known to the keyring. */
async function textsToFollow(userId: string, { follows }: PasswordChange): Promise<readonly string[]> {
  const { kept } = await findVault(userId);
  return kept ? [...follows, kept.vault] : follows;
}
