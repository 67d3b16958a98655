import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteField, readField, writeField } from './database.ts';
import { fields } from './fields.ts';
import { findSeenStrength, rememberStrength } from './kdf-memory.ts';
import { forgetIntent, listIntents, saveIntent } from './send-intents.ts';
import { sessionKeys } from './session-keys.ts';
import type { VaultVersion } from './stored-rows.ts';
import { findVault, forgetVault, markSynced, saveVault } from './vault-store.ts';

const aVersion = (version: number, vault = `text ${version}`): VaultVersion => ({ vaultId: 'v', version, vault });
const save = (next: VaultVersion, follows: readonly string[] = [], isSynced = false) =>
  saveVault({ userId: 'lin', next, follows, isSynced });
const code = (name: string) => expect.objectContaining({ code: name });

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('fields', () => {
  it('say of everything whether it is kept, secret and loggable, and nothing secret is loggable or outlives locking', () => {
    for (const traits of Object.values(fields)) {
      expect(Object.keys(traits).sort()).toEqual(['loggable', 'persisted', 'purpose', 'secret']);
      expect(traits.secret && (traits.loggable || traits.persisted)).toBe(false);
    }
  });

  it('are all that the database has', async () => {
    await writeField('kdf_seen', 'a', { memoryKib: 1, iterations: 1 });
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('feiqian');
      request.onsuccess = () => resolve(request.result);
    });
    expect([...database.objectStoreNames].sort()).toEqual(Object.keys(fields).sort());
    database.close();
  });

  it('are written, read and deleted', async () => {
    await writeField('kdf_seen', 'a', { memoryKib: 1, iterations: 2 });
    expect(await readField('kdf_seen', 'a')).toEqual({ memoryKib: 1, iterations: 2 });
    await deleteField('kdf_seen', 'a');
    expect(await readField('kdf_seen', 'a')).toBeUndefined();
  });

  it('are unavailable where the browser stores nothing', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('no', 'SecurityError');
      },
    });
    await expect(readField('kdf_seen', 'a')).rejects.toEqual(code('STORAGE_UNAVAILABLE'));
    await expect(save(aVersion(1))).rejects.toEqual(code('STORAGE_UNAVAILABLE'));
  });
});

describe('saveVault', () => {
  it('keeps a vault and its earlier versions', async () => {
    await save(aVersion(1), [], true);
    await save(aVersion(2), ['text 1']);
    expect(await findVault('lin')).toEqual({
      kept: { ...aVersion(2), syncedVersion: 1, earlier: [aVersion(1)] },
      seen: { vaultId: 'v', version: 1 },
    });
    expect(await findVault('somebody else')).toEqual({});
  });

  it('changes nothing when the same is written again', async () => {
    await save(aVersion(1));
    const before = await findVault('lin');
    await save(aVersion(1));
    expect(await findVault('lin')).toEqual(before);
  });

  it('never replaces what the edit does not know', async () => {
    await save(aVersion(1), [], true);
    await save(aVersion(2), ['text 1']);
    await expect(save(aVersion(2, 'of another tab'), ['text 1'])).rejects.toEqual(code('VAULT_CONFLICT'));
    await expect(save(aVersion(3), [])).rejects.toEqual(code('VAULT_CONFLICT'));
    expect((await findVault('lin')).kept?.vault).toBe('text 2');
  });

  it('never replaces a phrase', async () => {
    await save(aVersion(1));
    await expect(save({ vaultId: 'other', version: 2, vault: 'x' }, ['text 1'])).rejects.toEqual(
      code('VAULT_CONFLICT'),
    );
  });

  it('never goes back behind what the service has had', async () => {
    await save(aVersion(4), [], true);
    await expect(save(aVersion(4, 'changed'), ['text 4'])).rejects.toEqual(code('VAULT_ROLLED_BACK'));
    await forgetVault('lin');
    await expect(save(aVersion(3))).rejects.toEqual(code('VAULT_ROLLED_BACK'));
    await save(aVersion(4), [], true);
    expect((await findVault('lin')).kept?.version).toBe(4);
  });

  it('writes a version anew under its number until the service has it', async () => {
    await save(aVersion(1), [], true);
    await save(aVersion(2), ['text 1']);
    await save(aVersion(2, 'with another account'), ['text 1', 'text 2']);
    expect((await findVault('lin')).kept).toMatchObject({ vault: 'with another account', earlier: [aVersion(1)] });
    await markSynced('lin', aVersion(2));
    await expect(save(aVersion(2, 'again'), ['with another account'])).rejects.toEqual(code('VAULT_ROLLED_BACK'));
    await markSynced('lin', aVersion(1));
    expect(await findVault('lin')).toMatchObject({ kept: { syncedVersion: 2 }, seen: { version: 2 } });
  });

  it('keeps a limited number of earlier versions', async () => {
    for (let version = 1; version <= 25; version += 1) await save(aVersion(version), [`text ${version - 1}`]);
    expect((await findVault('lin')).kept?.earlier.map(({ version }) => version)).toEqual(
      Array.from({ length: 20 }, (_, index) => 24 - index),
    );
  });

  it('lets one of two tabs win that write at the same moment', async () => {
    await save(aVersion(1), [], true);
    const outcomes = await Promise.allSettled([
      save(aVersion(2, 'one'), ['text 1']),
      save(aVersion(2, 'two'), ['text 1']),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('leaves the old vault readable when writing fails in the middle', async () => {
    await save(aVersion(1), [], true);
    const before = await findVault('lin');
    const put = IDBObjectStore.prototype.put;
    for (const failingStore of ['vaults', 'vaults_seen']) {
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...input) {
        if (this.name === failingStore) throw new DOMException('The disk is full.', 'QuotaExceededError');
        return put.apply(this, input);
      });
      await expect(save(aVersion(2), ['text 1'], true)).rejects.toEqual(code('STORAGE_UNAVAILABLE'));
      vi.restoreAllMocks();
      expect(await findVault('lin')).toEqual(before);
    }
    await save(aVersion(2), ['text 1'], true);
    expect((await findVault('lin')).kept?.version).toBe(2);
  });

  it('leaves the old vault readable when the transaction breaks off after the write', async () => {
    await save(aVersion(1), [], true);
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...input) {
      const request = put.apply(this, input);
      request.addEventListener('success', () => this.transaction.abort());
      return request;
    });
    await expect(save(aVersion(2), ['text 1'])).rejects.toEqual(code('STORAGE_UNAVAILABLE'));
    vi.restoreAllMocks();
    expect((await findVault('lin')).kept).toMatchObject(aVersion(1));
  });
});

describe('what else is kept', () => {
  it('is the strongest key derivation of each e-mail, however it is spelt', async () => {
    await rememberStrength('Lin@Example.com', { memoryKib: 65_536, iterations: 3 });
    await rememberStrength('lin@example.com ', { memoryKib: 47_104, iterations: 4 });
    expect(await findSeenStrength('lin@example.com')).toEqual({ memoryKib: 65_536, iterations: 4 });
    expect(await findSeenStrength('wei@example.com')).toBeUndefined();
  });

  it('is a session key, until it is cleared', async () => {
    expect(await sessionKeys.find()).toBeUndefined();
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    await sessionKeys.save(key);
    expect((await sessionKeys.find())?.extractable).toBe(false);
    await sessionKeys.clear();
    expect(await sessionKeys.find()).toBeUndefined();
  });

  it('is what is being sent, oldest first, until its outcome is known', async () => {
    const intent = (id: string, createdAt: string, userId = 'lin') => ({
      id,
      userId,
      path: '/v1/relays',
      body: '{}',
      createdAt,
    });
    await saveIntent(intent('b', '2026-11-22T10:01:00Z'));
    await saveIntent(intent('a', '2026-11-22T10:00:00Z'));
    await saveIntent(intent('c', '2026-11-22T10:00:00Z', 'wei'));
    expect((await listIntents('lin')).map(({ id }) => id)).toEqual(['a', 'b']);
    await forgetIntent('a');
    expect((await listIntents('lin')).map(({ id }) => id)).toEqual(['b']);
  });
});
