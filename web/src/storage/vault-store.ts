import { AppError } from '@feiqian/domain/errors';
import { type Database, withDatabase } from './database.ts';
import type { KeptVault, SeenVault, VaultVersion } from './stored-rows.ts';

/** Earlier versions that are kept: to look at after an accident, and to send one by one after a time without the service. */
const earlierMax = 20;

/** What this device knows of a user's vault. @throws {AppError} STORAGE_UNAVAILABLE. */
export function findVault(userId: string): Promise<{ kept?: KeptVault; seen?: SeenVault }> {
  return withDatabase(async (database) => {
    const transaction = database.transaction(['vaults', 'vaults_seen'], 'readonly');
    const kept = await transaction.objectStore('vaults').get(userId);
    const seen = await transaction.objectStore('vaults_seen').get(userId);
    return { ...(kept ? { kept } : {}), ...(seen ? { seen } : {}) };
  });
}

/** A vault to keep. */
export type VaultWrite = {
  readonly userId: string;
  readonly next: VaultVersion;
  /** The texts that it may replace. What else is stored holds edits that it does not know. */
  readonly follows: readonly string[];
  /** Whether the service has this version already. */
  readonly isSynced: boolean;
};

/**
 * Keeps a vault: the only function that writes one. It compares and writes in one transaction, so that neither another
 * tab's edit nor a failure in the middle can lose what is there. Writing the same again changes nothing.
 *
 * @throws {AppError} VAULT_CONFLICT when something else is stored than it may replace, or another phrase (a phrase is never
 * replaced); VAULT_ROLLED_BACK when it is not newer than what the service has had; STORAGE_UNAVAILABLE.
 */
export function saveVault({ userId, next, follows, isSynced }: VaultWrite): Promise<void> {
  return withVaults(userId, async ({ kept, seen, put }) => {
    if (kept?.vault !== next.vault) checkFollows(next, follows, { kept, seen });
    const synced = Math.max(isSynced ? next.version : 0, kept?.syncedVersion ?? 0);
    const earlier = [kept, ...(kept?.earlier ?? [])].filter((old) => old !== undefined && old.version < next.version);
    await put(
      {
        ...toVersion(next),
        syncedVersion: synced,
        earlier: earlier.map((old) => toVersion(old as VaultVersion)).slice(0, earlierMax),
      },
      isSynced ? laterOf(next, seen) : seen,
    );
  });
}

/** Notes that the service has a version, and that no older one may be taken any more. */
export function markSynced(userId: string, version: SeenVault): Promise<void> {
  return withVaults(userId, async ({ kept, seen, put }) => {
    if (kept?.vaultId !== version.vaultId) return;
    await put({ ...kept, syncedVersion: Math.max(kept.syncedVersion, version.version) }, laterOf(version, seen));
  });
}

/** Removes a user's vault from this device. Without the service's copy or the phrase it is gone for good. */
export function forgetVault(userId: string): Promise<void> {
  return withDatabase((database) => database.delete('vaults', userId));
}

/** Whether a version is older than the newest one seen of the same phrase. */
export function isOlder(version: SeenVault, seen: SeenVault | undefined): boolean {
  return seen !== undefined && seen.vaultId === version.vaultId && version.version < seen.version;
}

function checkFollows(
  next: VaultVersion,
  follows: readonly string[],
  { kept, seen }: { kept: KeptVault | undefined; seen: SeenVault | undefined },
): void {
  if (isOlder(next, seen)) throw new AppError('VAULT_ROLLED_BACK', 'Older than a version seen before.');
  if (!kept) return;
  if (kept.vaultId !== next.vaultId) throw new AppError('VAULT_CONFLICT', 'The stored vault has another phrase.');
  if (!follows.includes(kept.vault)) throw new AppError('VAULT_CONFLICT', 'Another tab has changed the vault.');
  // A version that the service has not had may still be written anew under its number.
  const versionMin = kept.version > kept.syncedVersion ? kept.version : kept.version + 1;
  if (next.version < versionMin) throw new AppError('VAULT_ROLLED_BACK', 'Not newer than the stored version.');
}

function laterOf(version: SeenVault, seen: SeenVault | undefined): SeenVault {
  return isOlder(version, seen) && seen ? seen : version;
}

type Rows = {
  readonly kept: KeptVault | undefined;
  readonly seen: SeenVault | undefined;
  readonly put: (kept: KeptVault, seen: SeenVault | undefined) => Promise<void>;
};

function withVaults(userId: string, work: (rows: Rows) => Promise<void>): Promise<void> {
  return withDatabase(async (database: Database) => {
    const transaction = database.transaction(['vaults', 'vaults_seen'], 'readwrite');
    const [vaults, seenVaults] = [transaction.objectStore('vaults'), transaction.objectStore('vaults_seen')];
    const put: Rows['put'] = async (kept, seen) => {
      await vaults.put(kept, userId);
      if (seen) await seenVaults.put({ vaultId: seen.vaultId, version: seen.version }, userId);
    };
    try {
      await work({ kept: await vaults.get(userId), seen: await seenVaults.get(userId), put });
    } catch (error) {
      // The transaction may have ended by itself, because the browser could not write.
      transaction.done.catch(() => undefined);
      try {
        transaction.abort();
      } catch (cause) {
        if (!(cause instanceof DOMException)) throw cause;
      }
      throw error;
    }
    await transaction.done;
  });
}

function toVersion({ vaultId, version, vault }: VaultVersion): VaultVersion {
  return { vaultId, version, vault };
}
