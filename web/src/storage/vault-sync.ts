import type { KeptVault, SeenVault, VaultVersion } from './stored-rows.ts';
import { isOlder } from './vault-store.ts';

/** What to do about a vault that lies in two places. */
export type VaultAction =
  /** Both have the same, or nothing. */
  | { readonly kind: 'none' }
  /** The service's is newer and nothing was changed here: take it. */
  | { readonly kind: 'pull'; readonly remote: VaultVersion }
  /** Changed here only, or the service has none: send ours, in this order. */
  | { readonly kind: 'push'; readonly versions: readonly VaultVersion[] }
  /** Changed in both places: the keyring joins them, and the result goes to both. */
  | { readonly kind: 'merge'; readonly remote: VaultVersion }
  /** Somebody must look: the service's is older than it was, or has another phrase. Nothing is overwritten. */
  | { readonly kind: 'refuse'; readonly code: 'VAULT_ROLLED_BACK' | 'VAULT_CONFLICT' };

/** What this device knows. */
export type LocalVault = { readonly kept?: KeptVault; readonly seen?: SeenVault };

/**
 * Decides what to do about the vault here and the vault on the service. Pure: it sees only versions and ciphertexts, as
 * the service does.
 *
 * Invariant: whatever it decides, no edit and no phrase is lost.
 */
export function reconcileVault({ kept, seen }: LocalVault, remote: VaultVersion | undefined): VaultAction {
  if (!kept) {
    if (!remote) return { kind: 'none' };
    return isOlder(remote, seen) ? { kind: 'refuse', code: 'VAULT_ROLLED_BACK' } : { kind: 'pull', remote };
  }
  if (!remote) return { kind: 'push', versions: versionsAfter(0, kept) };
  if (remote.vaultId !== kept.vaultId) return { kind: 'refuse', code: 'VAULT_CONFLICT' };
  if (remote.vault === kept.vault) return { kind: 'none' };
  // The service has had a newer one: it lost it, or wants to pretend that it did.
  if (remote.version < kept.syncedVersion || isOlder(remote, seen))
    return { kind: 'refuse', code: 'VAULT_ROLLED_BACK' };
  const isChangedHere = kept.version > kept.syncedVersion;
  const isChangedThere = remote.version > kept.syncedVersion;
  if (isChangedHere)
    return isChangedThere ? joinOrPush(kept, remote) : { kind: 'push', versions: versionsAfter(remote.version, kept) };
  // Same version, other bytes, and nothing was changed here: one of the two was not written by us.
  return isChangedThere ? { kind: 'pull', remote } : { kind: 'refuse', code: 'VAULT_ROLLED_BACK' };
}

/** The service may have one of our own versions already, whose acknowledgement got lost. */
function joinOrPush(kept: KeptVault, remote: VaultVersion): VaultAction {
  const isOurs = kept.earlier.some(({ version, vault }) => version === remote.version && vault === remote.vault);
  return isOurs ? { kind: 'push', versions: versionsAfter(remote.version, kept) } : { kind: 'merge', remote };
}

/** The service takes versions without gaps. Where we lack one, the newest is offered; refusing it is the service's right. */
function versionsAfter(version: number, kept: KeptVault): readonly VaultVersion[] {
  const later = [kept, ...kept.earlier].filter((candidate) => candidate.version > version).reverse();
  const isWhole = later.every((candidate, index) => candidate.version === version + 1 + index);
  return (isWhole ? later : [kept]).map(({ vaultId, version: number, vault }) => ({ vaultId, version: number, vault }));
}
