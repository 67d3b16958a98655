import { AppError } from '@feiqian/domain/errors';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KeptVault, VaultVersion } from './stored-rows.ts';
import { keepVault, syncVault, type VaultChange, type VaultService } from './vault-keeper.ts';
import { findVault } from './vault-store.ts';
import { reconcileVault } from './vault-sync.ts';

const version = (number: number, vault = `text ${number}`, vaultId = 'v'): VaultVersion => ({
  vaultId,
  version: number,
  vault,
});
const kept = (number: number, syncedVersion: number, earlier: readonly VaultVersion[] = []): KeptVault => ({
  ...version(number),
  syncedVersion,
  earlier,
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('reconcileVault', () => {
  const two = [version(2), version(1)];
  it.each([
    ['nothing anywhere', {}, undefined, { kind: 'none' }],
    ['the service has the first one', {}, version(3), { kind: 'pull', remote: version(3) }],
    [
      'the service has one that is older than seen',
      { seen: { vaultId: 'v', version: 4 } },
      version(3),
      { kind: 'refuse', code: 'VAULT_ROLLED_BACK' },
    ],
    [
      'the service has another phrase than seen',
      { seen: { vaultId: 'w', version: 4 } },
      version(3),
      { kind: 'pull', remote: version(3) },
    ],
    ['the service has none', { kept: kept(1, 0) }, undefined, { kind: 'push', versions: [version(1)] }],
    [
      'the service has lost all',
      { kept: kept(3, 3, two) },
      undefined,
      { kind: 'push', versions: [version(1), version(2), version(3)] },
    ],
    ['both have the same', { kept: kept(2, 1) }, version(2), { kind: 'none' }],
    ['changed here', { kept: kept(2, 1) }, version(1), { kind: 'push', versions: [version(2)] }],
    ['changed here twice', { kept: kept(3, 1, two) }, version(1), { kind: 'push', versions: [version(2), version(3)] }],
    ['changed here, with a gap', { kept: kept(5, 1, two) }, version(1), { kind: 'push', versions: [version(5)] }],
    ['changed there', { kept: kept(1, 1) }, version(2), { kind: 'pull', remote: version(2) }],
    [
      'changed here and there',
      { kept: kept(2, 1) },
      version(2, 'theirs'),
      { kind: 'merge', remote: version(2, 'theirs') },
    ],
    ['changed here, and more there', { kept: kept(2, 1) }, version(5), { kind: 'merge', remote: version(5) }],
    ['taken, but the answer was lost', { kept: kept(3, 1, two) }, version(2), { kind: 'push', versions: [version(3)] }],
    ['gone back there', { kept: kept(3, 3) }, version(2), { kind: 'refuse', code: 'VAULT_ROLLED_BACK' }],
    [
      'other bytes under the same number',
      { kept: kept(3, 3) },
      version(3, 'forged'),
      { kind: 'refuse', code: 'VAULT_ROLLED_BACK' },
    ],
    ['another phrase', { kept: kept(1, 1) }, version(9, 'x', 'w'), { kind: 'refuse', code: 'VAULT_CONFLICT' }],
  ] as const)('%s', (_what, local, remote, action) => {
    expect(reconcileVault(local, remote)).toEqual(action);
  });
});

/** A vault whose content is a set of words instead of a ciphertext. */
const textOf = (number: number, words: readonly string[], salt: string) =>
  JSON.stringify([number, [...new Set(words)].sort(), salt]);
const wordsOf = (text: string) => (JSON.parse(text) as [number, string[]])[1];

/** The service: keeps a version only if its number is the next. Answers can get lost, before or after the deed. */
function aService() {
  const versions: VaultVersion[] = [];
  const faults = { loseNext: undefined as 'request' | 'answer' | undefined };
  const service: VaultService = {
    find: async () => versions.at(-1),
    put: async (next) => {
      const fault = faults.loseNext;
      faults.loseNext = undefined;
      const lost = new AppError('SERVICE_UNAVAILABLE', 'lost');
      if (fault === 'request') throw lost;
      const latest = versions.at(-1);
      if (latest?.vault !== next.vault) {
        if (next.version !== (latest?.version ?? 0) + 1) throw new AppError('VAULT_CONFLICT', 'not next');
        versions.push(next);
      }
      if (fault === 'answer') throw lost;
    },
  };
  return { service, versions, faults };
}

/** A device: its own database, and what its keyring would do. */
function aDevice(name: string, service: VaultService) {
  const database = new IDBFactory();
  let saved: VaultVersion | undefined;
  let draft: VaultVersion | undefined;
  let counter = 0;
  const write = (words: readonly string[], versionMin: number, follows: readonly string[]): VaultChange => {
    counter += 1;
    const number = Math.max((saved?.version ?? 0) + 1, draft?.version ?? 1, versionMin);
    const known = [saved, draft].flatMap((one) => (one ? [one.vault] : []));
    draft = version(number, textOf(number, words, `${name}${counter}`));
    return { ...draft, follows: [...known, ...follows] };
  };
  const current = () => wordsOf((draft ?? saved)?.vault ?? '[0,[]]');
  const dependencies = {
    userId: 'lin',
    service,
    merge: async (other: VaultVersion) =>
      write(
        [...current(), ...wordsOf(other.vault)],
        Math.max(other.version, draft?.version ?? saved?.version ?? 0) + 1,
        [other.vault],
      ),
  };
  const run = async (work: () => Promise<{ version: number }>) => {
    vi.stubGlobal('indexedDB', database);
    const places = await work().catch((error: unknown) => {
      if ((error as AppError).code !== 'SERVICE_UNAVAILABLE') throw error;
    });
    const { kept: stored } = await findVault('lin');
    if (places && draft?.version === places.version) [saved, draft] = [draft, undefined];
    else if (places && stored && stored.version > (saved?.version ?? 0)) [saved, draft] = [stored, undefined];
  };
  return {
    add: (word: string) => run(() => keepVault(write([...current(), word], 1, []), dependencies)),
    sync: () => run(() => syncVault(dependencies)),
    /** Everything in memory is lost; what is stored stays. */
    reload: async () => {
      vi.stubGlobal('indexedDB', database);
      saved = (await findVault('lin')).kept;
      draft = undefined;
    },
    words: async () => {
      vi.stubGlobal('indexedDB', database);
      return wordsOf((await findVault('lin')).kept?.vault ?? '[0,[]]');
    },
  };
}

describe('two devices and a service that loses messages', () => {
  const step = fc.record({
    device: fc.nat({ max: 1 }),
    act: fc.constantFrom('add', 'sync', 'reload'),
    fault: fc.constantFrom(undefined, undefined, 'request', 'answer'),
  });

  it('end with the same vault, and no edit that was stored is lost', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { service, versions, faults } = aService();
        const devices = [aDevice('a', service), aDevice('b', service)];
        await devices[0]?.add('first');
        await devices[1]?.sync();
        const words = ['first'];
        for (const [index, { device, act, fault }] of steps.entries()) {
          const actor = devices[device];
          faults.loseNext = fault as typeof faults.loseNext;
          if (act === 'add') {
            words.push(`word ${index}`);
            await actor?.add(`word ${index}`);
          } else if (act === 'sync') await actor?.sync();
          else await actor?.reload();
        }
        faults.loseNext = undefined;
        for (const device of [...devices, ...devices]) await device.sync();
        const ends = [
          await devices[0]?.words(),
          await devices[1]?.words(),
          wordsOf(versions.at(-1)?.vault ?? '[0,[]]'),
        ];
        expect(ends).toEqual([words.sort(), words, words]);
        expect(versions.map((one) => one.version)).toEqual(versions.map((_, index) => index + 1));
      }),
      { numRuns: 60 },
    );
  });
});

describe('keepVault', () => {
  it('stores here before it sends anything', async () => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    const order: string[] = [];
    const service: VaultService = {
      find: async () => undefined,
      put: async () => {
        order.push(`sent, stored: ${(await findVault('lin')).kept?.version}`);
        throw new AppError('SERVICE_UNAVAILABLE', 'down');
      },
    };
    const change = { ...version(1), follows: [] };
    await expect(keepVault(change, { userId: 'lin', service, merge: async () => change })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(order).toEqual(['sent, stored: 1']);
  });

  it('keeps a vault on this device only, when that is wanted', async () => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    const change = { ...version(1), follows: [] };
    expect(await keepVault(change, { userId: 'lin', merge: async () => change })).toEqual({
      version: 1,
      isOnService: false,
    });
  });

  it('joins what another tab has stored meanwhile', async () => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    const merged = { ...version(3, 'both'), follows: ['text 2'] };
    const dependencies = { userId: 'lin', merge: async () => merged };
    await keepVault({ ...version(1), follows: [] }, dependencies);
    await keepVault({ ...version(2), follows: ['text 1'] }, dependencies);
    expect(await keepVault({ ...version(2, 'mine'), follows: ['text 1'] }, dependencies)).toEqual({
      version: 3,
      isOnService: false,
    });
    expect((await findVault('lin')).kept?.vault).toBe('both');
  });

  it('does not overwrite a service that has gone back, and gives up where others never rest', async () => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    const change = { ...version(2), follows: ['text 1'] };
    let remote = version(1);
    const dependencies = {
      userId: 'lin',
      service: { find: async () => remote, put: async () => undefined },
      merge: async () => change,
    };
    await syncVault(dependencies);
    remote = version(1, 'forged');
    await expect(syncVault(dependencies)).rejects.toMatchObject({ code: 'VAULT_ROLLED_BACK' });
    remote = version(1);
    const conflict = {
      ...dependencies,
      service: { ...dependencies.service, put: () => Promise.reject(new AppError('VAULT_CONFLICT', 'busy')) },
    };
    await expect(keepVault(change, conflict)).rejects.toMatchObject({ code: 'VAULT_CONFLICT' });
    expect((await findVault('lin')).kept?.vault).toBe('text 2');
  });
});
