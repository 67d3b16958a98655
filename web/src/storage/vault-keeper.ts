import { AppError, isAppError } from '@feiqian/domain/errors';
import type { VaultVersion } from './stored-rows.ts';
import { findVault, markSynced, saveVault } from './vault-store.ts';
import { reconcileVault } from './vault-sync.ts';

/** The service's copy of a user's vault. */
export type VaultService = {
  /** The newest version, or `undefined` when it keeps none. */
  readonly find: () => Promise<VaultVersion | undefined>;
  /** Keeps `next` if its number follows the one that it has. @throws {AppError} VAULT_CONFLICT otherwise. */
  readonly put: (next: VaultVersion) => Promise<void>;
};

/** A new version, and the texts that it may replace: what the keyring's methods answer with. */
export type VaultChange = VaultVersion & { readonly follows: readonly string[] };

export type VaultKeeperDependencies = {
  readonly userId: string;
  /** Leave it out when the person keeps the vault on this device only. */
  readonly service?: VaultService;
  /** Joins another version with the open one (`mergeVault` of the keyring). */
  readonly merge: (other: VaultVersion) => Promise<VaultChange>;
};

/** Two devices that write at the same moment take turns; more turns than this are a fault. */
const attemptsMax = 5;

/** Where a vault is safe, and in which version. */
export type VaultPlaces = { readonly version: number; readonly isOnService: boolean };

/**
 * Makes a new version of a vault durable: here first, so that it survives whatever happens next, then on the service. If
 * another tab or device was faster, both are joined.
 *
 * @returns the version to confirm to the keyring (`confirmSaved`), which is a later one after joining.
 * @throws {AppError} STORAGE_UNAVAILABLE, VAULT_CONFLICT, VAULT_ROLLED_BACK, and what the service says. The version may be
 * stored here by then; calling again with it, or `syncVault`, brings it to the service.
 */
export async function keepVault(change: VaultChange, dependencies: VaultKeeperDependencies): Promise<VaultPlaces> {
  await saveOrJoin(change, dependencies);
  return syncVault(dependencies);
}

/**
 * Brings this device and the service to the same vault.
 *
 * @returns the version that both have now; 0 when there is none. The keyring takes a pulled one by `refreshVault`.
 * @throws {AppError} VAULT_ROLLED_BACK or VAULT_CONFLICT when a person must look, and what the service says.
 */
export async function syncVault(dependencies: VaultKeeperDependencies): Promise<VaultPlaces> {
  const { userId, service, merge } = dependencies;
  if (!service) return { version: (await findVault(userId)).kept?.version ?? 0, isOnService: false };
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const local = await findVault(userId);
    const remote = await service.find();
    const action = reconcileVault(local, remote);
    switch (action.kind) {
      case 'none':
        if (remote) await markSynced(userId, remote);
        return { version: remote?.version ?? 0, isOnService: remote !== undefined };
      case 'pull':
        await saveVault({ userId, next: action.remote, follows: local.kept ? [local.kept.vault] : [], isSynced: true });
        return { version: action.remote.version, isOnService: true };
      case 'merge': {
        await saveOrJoin(await merge(action.remote), dependencies);
        await markSynced(userId, action.remote);
        break;
      }
      case 'push':
        await push(service, action.versions);
        break;
      case 'refuse':
        throw new AppError(action.code, 'The vault on the service does not follow from the one here.');
      default:
        action satisfies never;
    }
  }
  throw new AppError('VAULT_CONFLICT', 'Other devices keep changing the vault.');
}

async function saveOrJoin(change: VaultChange, { userId, merge }: VaultKeeperDependencies): Promise<void> {
  let next = change;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await saveVault({ userId, next, follows: next.follows, isSynced: false });
      return;
    } catch (error) {
      const { kept } = await findVault(userId);
      const canJoin = hasCode(error, 'VAULT_CONFLICT', 'VAULT_ROLLED_BACK') && kept?.vaultId === next.vaultId;
      if (!canJoin || attempt >= attemptsMax) throw error;
      // Another tab wrote something that this edit does not know.
      next = await merge(kept);
    }
  }
}

/** Sends versions. Losing the race is no failure: the next look decides what to do. */
async function push(service: VaultService, versions: readonly VaultVersion[]): Promise<void> {
  try {
    for (const version of versions) await service.put(version);
  } catch (error) {
    if (!hasCode(error, 'VAULT_CONFLICT')) throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isAppError(error) && codes.includes(error.code);
}
