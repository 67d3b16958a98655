import { AppError } from '@feiqian/domain/errors';
import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { anOpenKeyring } from '../../keyring/testing/open-keyring.ts';
import { findBook, forgetSyncedBook } from '../../storage/address-book-store.ts';
import type { BookVersion } from '../../storage/stored-rows.ts';
import { changeContact, removeContact } from './contacts.ts';
import { type BookKeeper, type BookKeeperDependencies, type BookService, createBookKeeper } from './keeper.ts';

// Deriving keys from a password is slow on purpose.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** The service's compare-and-swap, with a way to cut it off and to change what it has. */
function aService() {
  const service = {
    kept: undefined as BookVersion | undefined,
    isAway: false,
    find: async () => {
      if (service.isAway) throw new AppError('SERVICE_UNAVAILABLE', 'Away.');
      return service.kept;
    },
    put: async ({ follows, version, book }: BookVersion & { follows: number }) => {
      if (service.isAway) throw new AppError('SERVICE_UNAVAILABLE', 'Away.');
      if ((service.kept?.version ?? 0) !== follows || version <= follows)
        throw new AppError('ADDRESS_BOOK_CONFLICT', 'Changed elsewhere.');
      service.kept = { version, book };
    },
  };
  return service satisfies BookService;
}

type Device = { readonly factory: IDBFactory; readonly open: () => BookKeeper };

/** A browser with a database of its own; each `open` is a tab of it. */
function aDevice(keyring: BookKeeperDependencies['keyring'], service: BookService): Device {
  const heard: (() => void)[] = [];
  const channel = {
    postMessage: () => {
      for (const listener of heard) listener();
    },
    addEventListener: (_type: 'message', listener: () => void) => void heard.push(listener),
  };
  return { factory: new IDBFactory(), open: () => createBookKeeper({ keyring, service, channel }) };
}

/** Works on a device. One after another: which database is meant is global. */
async function on<Result>({ factory }: Device, work: () => Promise<Result>): Promise<Result> {
  vi.stubGlobal('indexedDB', factory);
  return await work();
}

/** Tells nothing but who wrote it; what the real keyring does is tested beside it. */
const plainKeyring: BookKeeperDependencies['keyring'] = {
  getStatus: async () => ({
    isUnlocked: true,
    vault: { vaultId: 'v', version: 1 },
    isPhraseChecked: true,
    isKdfWeak: false,
  }),
  sealBook: async ({ version, content }) => ({ vaultId: 'v', version, book: JSON.stringify([version, content]) }),
  openBook: async ({ book }) => {
    const [version, content] = JSON.parse(book) as [number, string];
    return { version, content };
  },
};

const person = (name: string) => ({ id: name, name, ways: [] });
const add = async (keeper: BookKeeper, ...names: readonly string[]) => {
  for (const name of names) await keeper.change(changeContact(person(name)));
  await keeper.sync();
};
const names = (keeper: BookKeeper) =>
  keeper
    .get()
    .book.contacts.map(({ name }) => name)
    .sort();
const code = (name: string) => expect.objectContaining({ code: name });

describe('the address book of a wallet', () => {
  it('comes to a second device, and nothing in the open lies on either or on the service', async () => {
    const service = aService();
    const { keyring, created } = await anOpenKeyring();
    const { keyring: same } = await anOpenKeyring();
    const [phone, desk] = [aDevice(keyring, service), aDevice(same, service)];
    const kept = await on(phone, async () => {
      const keeper = phone.open();
      await keeper.open();
      await add(keeper, 'Lin Daiyu');
      return await findBook(created.vaultId);
    });
    expect(kept).toMatchObject({ seen: 1, kept: { isSynced: true, version: 1 } });
    expect(JSON.stringify([kept, service.kept])).not.toContain('Lin Daiyu');
    await on(desk, async () => {
      const keeper = desk.open();
      await keeper.open();
      expect(names(keeper)).toEqual(['Lin Daiyu']);
      expect(keeper.get()).toMatchObject({ isOpen: true, isSynced: true, syncError: undefined });
    });
  });

  it('keeps what was changed without the service, says so, and sends it later', async () => {
    const service = aService();
    const phone = aDevice(plainKeyring, service);
    await on(phone, async () => {
      service.isAway = true;
      const keeper = phone.open();
      await keeper.open();
      await add(keeper, 'Lin', 'Bao');
      expect(names(keeper)).toEqual(['Bao', 'Lin']);
      expect(keeper.get()).toMatchObject({ isSynced: false, syncError: code('SERVICE_UNAVAILABLE') });
      const reopened = phone.open();
      await reopened.open();
      expect(names(reopened)).toEqual(['Bao', 'Lin']);
      service.isAway = false;
      await reopened.sync();
      expect(reopened.get()).toMatchObject({ isSynced: true, syncError: undefined });
      expect(service.kept?.version).toBe(2);
    });
  });

  it('loses nothing of two tabs at once, and each sees the other’s', async () => {
    const service = aService();
    const phone = aDevice(plainKeyring, service);
    await on(phone, async () => {
      const [left, right] = [phone.open(), phone.open()];
      await Promise.all([left.open(), right.open()]);
      await Promise.all(['a', 'b', 'c'].flatMap((name) => [add(left, `left ${name}`), add(right, `right ${name}`)]));
      await Promise.all([left.sync(), right.sync()]);
      const all = ['left a', 'left b', 'left c', 'right a', 'right b', 'right c'];
      await expect.poll(() => [names(left), names(right)]).toEqual([all, all]);
    });
  });

  it('says that the browser is full, and nothing has changed', async () => {
    const service = aService();
    const phone = aDevice(plainKeyring, service);
    await on(phone, async () => {
      const keeper = phone.open();
      await keeper.open();
      await add(keeper, 'Lin');
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
        throw new DOMException('full', 'QuotaExceededError');
      });
      await expect(keeper.change(changeContact(person('Bao')))).rejects.toEqual(code('STORAGE_UNAVAILABLE'));
      expect(names(keeper)).toEqual(['Lin']);
      vi.restoreAllMocks();
      await add(keeper, 'Bao');
      expect(names(keeper)).toEqual(['Bao', 'Lin']);
    });
  });

  it('ends the same on every device, whatever each did while it was away from the service, with all that was added', async () => {
    const step = fc.tuple(fc.nat({ max: 2 }), fc.constantFrom('add', 'remove', 'sync'));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const service = aService();
        const devices = [0, 1, 2].map(() => {
          const device = aDevice(plainKeyring, service);
          return { device, keeper: device.open() };
        });
        const added: string[] = [];
        const removed: string[] = [];
        for (const { device, keeper } of devices) await on(device, keeper.open);
        for (const [index, [at, action]] of steps.entries()) {
          const { device, keeper } = devices[at] ?? devices[0] ?? expect.fail();
          await on(device, async () => {
            service.isAway = action !== 'sync';
            if (action === 'sync') return await keeper.sync();
            const [first] = keeper.get().book.contacts;
            if (action === 'remove') {
              if (first) removed.push(first.name);
              await keeper.change(first ? removeContact(first) : []);
            } else {
              added.push(`${index}`);
              await keeper.change(changeContact(person(`${index}`)));
            }
            await keeper.sync();
          });
        }
        service.isAway = false;
        for (const { device, keeper } of [...devices, ...devices]) await on(device, keeper.sync);
        const left = added.filter((name) => !removed.includes(name)).sort();
        expect(devices.map(({ keeper }) => names(keeper))).toEqual([left, left, left]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a service that gives an older copy', () => {
  it('takes nothing from a device that has its own, and is healed by it', async () => {
    const service = aService();
    const phone = aDevice(plainKeyring, service);
    await on(phone, async () => {
      const keeper = phone.open();
      await keeper.open();
      await add(keeper, 'Lin');
      const old = service.kept;
      await add(keeper, 'Bao');
      for (const restored of [old, undefined]) {
        service.kept = restored;
        await keeper.sync();
        expect(names(keeper)).toEqual(['Bao', 'Lin']);
        const other = aDevice(plainKeyring, service);
        await on(other, async () => {
          const second = other.open();
          await second.open();
          expect(names(second)).toEqual(['Bao', 'Lin']);
        });
        vi.stubGlobal('indexedDB', phone.factory);
      }
    });
  });

  it.each([['an older one'], ['none']])('is refused by a device that has only seen a newer one: %s', async (what) => {
    const service = aService();
    const phone = aDevice(plainKeyring, service);
    await on(phone, async () => {
      const before = phone.open();
      await before.open();
      await add(before, 'Lin');
      const old = what === 'none' ? undefined : service.kept;
      await add(before, 'Bao');
      await forgetSyncedBook('v');
      service.kept = old;
      const keeper = phone.open();
      await keeper.open();
      expect(names(keeper)).toEqual([]);
      expect(keeper.get().syncError).toEqual(code('ADDRESS_BOOK_ROLLED_BACK'));
      await expect(keeper.change(changeContact(person('Xue')))).rejects.toEqual(code('ADDRESS_BOOK_ROLLED_BACK'));
      // The person was told, and wants what there is.
      await keeper.takeOlder();
      expect(names(keeper)).toEqual(old ? ['Lin'] : []);
      await add(keeper, 'Xue');
      expect(names(keeper)).toContain('Xue');
    });
  });

  it('can forge nothing: a copy that this wallet did not write is refused, and never overwritten', async () => {
    const service = aService();
    const { keyring } = await anOpenKeyring();
    const phone = aDevice(keyring, service);
    await on(phone, async () => {
      const keeper = phone.open();
      await keeper.open();
      await add(keeper, 'Lin');
      const forged = { version: 9, book: (service.kept?.book ?? '').replace('"version":1', '"version":9') };
      service.kept = forged;
      await keeper.sync();
      expect(keeper.get().syncError).toEqual(code('ADDRESS_BOOK_CORRUPT'));
      await add(keeper, 'Bao');
      expect(names(keeper)).toEqual(['Bao', 'Lin']);
      expect(service.kept).toBe(forged);
    });
  });

  it('still has what a wallet wrote that the account had before: it is replaced', async () => {
    const service = aService();
    const { keyring } = await anOpenKeyring();
    const book = `{"format":"feiqian-address-book","formatVersion":1,"vaultId":"DwECAwQFBgcICQoLDA0ODw","version":5,"iv":"x","ciphertext":"x"}`;
    service.kept = { version: 5, book };
    const phone = aDevice(keyring, service);
    await on(phone, async () => {
      const keeper = phone.open();
      await keeper.open();
      expect(keeper.get()).toMatchObject({ syncError: undefined, isSynced: true });
      await add(keeper, 'Lin');
      expect(keeper.get()).toMatchObject({ syncError: undefined, isSynced: true });
      expect(service.kept?.version).toBe(6);
    });
  });
});
