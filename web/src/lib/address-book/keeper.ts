import { AppError, isAppError } from '@feiqian/domain/errors';
import { otherWallet } from '../../keyring/book-format.ts';
import type { KeyringMethods } from '../../keyring/protocol.ts';
import { findBook, forgetSeenBook, markBookSynced, saveBook } from '../../storage/address-book-store.ts';
import type { BookVersion } from '../../storage/stored-rows.ts';
import { type Cells, type Change, changeCells, decodeCells, encodeCells, isSameBook, mergeCells } from './cells.ts';
import { type AddressBook, readBook } from './contacts.ts';

/** The service's copy. */
export type BookService = {
  readonly find: () => Promise<BookVersion | undefined>;
  /** Keeps `next` in place of the version `follows`, 0 for none. @throws {AppError} ADDRESS_BOOK_CONFLICT. */
  readonly put: (next: BookVersion & { readonly follows: number }) => Promise<void>;
};

/** How the tabs of this browser hear of each other's changes. */
export type BookChannel = {
  readonly postMessage: (message: unknown) => void;
  readonly addEventListener: (type: 'message', listener: () => void) => void;
};

export type BookKeeperDependencies = {
  readonly keyring: Pick<KeyringMethods, 'getStatus' | 'sealBook' | 'openBook'>;
  readonly service: BookService;
  readonly channel: BookChannel;
};

/** The address book as screens have it. */
export type BookState = {
  /** Whether it has been read from this device. */
  readonly isOpen: boolean;
  readonly book: AddressBook;
  /** Whether everything is on the service as well. */
  readonly isSynced: boolean;
  /** Why it is not: nothing is lost by it, and it is tried again. */
  readonly syncError: unknown;
};

/** The one place that holds, changes and brings home the address book of an open wallet. */
export type BookKeeper = {
  readonly get: () => BookState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Reads what this device has, then what the service has. Fails never: the state says what is wrong. */
  readonly open: () => Promise<void>;
  /**
   * Keeps changes on this device, encrypted, and sends them as soon as the service is there.
   *
   * @throws {AppError} STORAGE_UNAVAILABLE, ADDRESS_BOOK_FULL; then nothing has changed.
   */
  readonly change: (changes: readonly Change[]) => Promise<void>;
  /** Brings this device and the service level, now or as soon as the attempt under way has ended. */
  readonly sync: () => Promise<void>;
  /** Takes what the service has although it is older than what this device has seen: the person was told, and wants it. */
  readonly takeOlder: () => Promise<void>;
};

// Tabs and devices that write at the same moment take turns; more turns than this are a fault.
const attemptsMax = 8;

/** Makes a keeper; it reads nothing before `open`. */
export function createBookKeeper(deps: BookKeeperDependencies): BookKeeper {
  const listeners = new Set<() => void>();
  let state: BookState = { isOpen: false, book: readBook(new Map()), isSynced: true, syncError: undefined };
  let shown: string | undefined;
  const set = (next: BookState): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  const show = (cells: Cells, text: string | undefined): void => {
    if (shown === text && state.isOpen) return;
    shown = text;
    set({ ...state, isOpen: true, book: readBook(cells) });
  };
  const reload = async (): Promise<void> => {
    const { cells, kept } = await readKept(deps);
    show(cells, kept?.book);
  };
  const tell = (cells: Cells, text: string): void => {
    show(cells, text);
    deps.channel.postMessage('changed');
  };

  const sync = onceAtATime(async () => {
    const syncError = await attempt(() => syncBook(deps, tell));
    let isSynced = syncError === undefined;
    await attempt(async () => {
      isSynced = (await readKept(deps)).kept?.isSynced ?? true;
    });
    set({ ...state, isSynced, syncError });
  });

  deps.channel.addEventListener('message', () => void reload().catch(() => undefined));
  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: async () => {
      const syncError = await attempt(reload);
      if (syncError !== undefined) set({ ...state, isOpen: true, syncError });
      await sync();
    },
    change: async (changes) => {
      if (changes.length === 0) return;
      // A device that has seen a book and has none waits for it: what it would begin anew could hide an old one.
      if (await isAwaited(deps)) await sync();
      const { cells, text } = await changeBook(deps, changes);
      set({ ...state, isSynced: false });
      tell(cells, text);
      void sync();
    },
    sync,
    takeOlder: async () => {
      const { vaultId } = await readKept(deps);
      await forgetSeenBook(vaultId);
      await sync();
    },
  };
}

/** @returns what `work` failed with. */
async function attempt(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function isAwaited(deps: BookKeeperDependencies): Promise<boolean> {
  const { kept, seen } = await readKept(deps);
  return kept === undefined && seen > 0;
}

/** Runs `work`; whoever asks while it runs gets one more run for all of them, so that nothing said meanwhile is missed. */
function onceAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    if (!running) {
      running = work().finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running.then(() => {
      next = undefined;
      return run();
    });
    return next;
  };
  return run;
}

type Kept = {
  readonly vaultId: string;
  readonly kept?: BookVersion & { readonly isSynced: boolean };
  readonly seen: number;
  readonly cells: Cells;
};

async function readKept({ keyring }: BookKeeperDependencies): Promise<Kept> {
  const { vault } = await keyring.getStatus({});
  if (!vault) throw new AppError('KEYRING_LOCKED', 'No wallet is open.');
  const found = await findBook(vault.vaultId);
  return {
    vaultId: vault.vaultId,
    ...found,
    cells: found.kept ? await readCells(keyring, found.kept.book) : new Map(),
  };
}

async function readCells(keyring: BookKeeperDependencies['keyring'], book: string): Promise<Cells> {
  return decodeCells((await keyring.openBook({ book })).content);
}

/** The service's copy. What a wallet wrote that this account had before can't be read by anybody, and says nothing. */
async function readTheirs(keyring: BookKeeperDependencies['keyring'], book: string): Promise<Cells> {
  try {
    return await readCells(keyring, book);
  } catch (error) {
    if (isAppError(error) && error.details.reason === otherWallet) return new Map();
    throw error;
  }
}

async function changeBook(
  deps: BookKeeperDependencies,
  changes: readonly Change[],
): Promise<{ cells: Cells; text: string }> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const { vaultId, kept, seen, cells } = await readKept(deps);
    if (!kept && seen > 0) throw rolledBack();
    const version = Math.max(kept?.version ?? 0, seen) + 1;
    const changed = changeCells(cells, changes, version);
    const { book } = await deps.keyring.sealBook({ version, content: encodeCells(changed) });
    // Another tab may have been faster; then its book is what the change goes on top of.
    if (await saveBook({ vaultId, next: { version, book }, follows: kept?.book, isSynced: false }))
      return { cells: changed, text: book };
  }
  throw new AppError('ADDRESS_BOOK_CONFLICT', 'Other tabs keep changing the address book.');
}

/**
 * Brings both copies to the same book. Whatever the service answers, a fact that this device has is never lost: an older or
 * a foreign copy can only be joined, and one that this wallet did not write is refused.
 */
async function syncBook(deps: BookKeeperDependencies, tell: (cells: Cells, text: string) => void): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const [mine, remote] = await Promise.all([readKept(deps), deps.service.find()]);
    const { vaultId, kept, seen } = mine;
    if (!kept && !remote) {
      if (seen > 0) throw rolledBack();
      return;
    }
    if (remote && remote.book === kept?.book) return await markBookSynced(vaultId, remote);
    if (await settle(deps, mine, remote, tell)) return;
  }
  throw new AppError('ADDRESS_BOOK_CONFLICT', 'Other devices keep changing the address book.');
}

/** One attempt at making two different copies one. @returns whether both are the same now. */
async function settle(
  deps: BookKeeperDependencies,
  { vaultId, kept, seen, cells }: Kept,
  remote: BookVersion | undefined,
  tell: (cells: Cells, text: string) => void,
): Promise<boolean> {
  if (!remote) return kept ? await push(deps, vaultId, kept, 0) : true;
  const theirs = await readTheirs(deps.keyring, remote.book);
  if (!kept) {
    if (theirs.size === 0) return true;
    // Without a copy of its own a device has only the number by which to tell an old one.
    if (remote.version < seen) throw rolledBack();
    return await take({ vaultId, next: remote, follows: undefined, isSynced: true }, theirs, tell);
  }
  const joined = mergeCells(cells, theirs);
  if (isSameBook(joined, theirs) && remote.version >= kept.version)
    return await take({ vaultId, next: remote, follows: kept.book, isSynced: true }, theirs, tell);
  if (isSameBook(joined, cells) && kept.version > remote.version)
    return await push(deps, vaultId, kept, remote.version);
  const version = Math.max(kept.version, remote.version, seen) + 1;
  const { book } = await deps.keyring.sealBook({ version, content: encodeCells(joined) });
  const next = { version, book };
  if (!(await take({ vaultId, next, follows: kept.book, isSynced: false }, joined, tell))) return false;
  return await push(deps, vaultId, next, remote.version);
}

async function take(
  write: Parameters<typeof saveBook>[0],
  cells: Cells,
  tell: (cells: Cells, text: string) => void,
): Promise<boolean> {
  const isKept = await saveBook(write);
  if (isKept) tell(cells, write.next.book);
  return isKept;
}

/** Sends a version. Losing the race is no failure: the next look decides what to do. */
async function push(
  { service }: BookKeeperDependencies,
  vaultId: string,
  { version, book }: BookVersion,
  follows: number,
): Promise<boolean> {
  try {
    await service.put({ version, book, follows });
  } catch (error) {
    if (isAppError(error) && error.code === 'ADDRESS_BOOK_CONFLICT') return false;
    throw error;
  }
  await markBookSynced(vaultId, { version, book });
  return true;
}

const rolledBack = () => new AppError('ADDRESS_BOOK_ROLLED_BACK', 'The service gave an older address book than seen.');
