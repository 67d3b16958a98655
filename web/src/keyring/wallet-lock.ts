import type { KeyringClient } from './keyring.ts';

/** Where a tab keeps what ends with it: `sessionStorage`, or nothing at all. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** How tabs hear of each other: a `BroadcastChannel`. */
export type LockChannel = {
  readonly postMessage: (message: unknown) => void;
  readonly addEventListener: (type: 'message', listener: (event: { data: unknown }) => void) => void;
};

export type WalletLockDependencies = {
  readonly keyring: Pick<KeyringClient, 'lock' | 'end'>;
  readonly tabStorage: TabStorage;
  /** Forgets the key that the session is wrapped with. */
  readonly clearSessionKeys: () => Promise<void>;
  readonly channel: LockChannel;
  /** Called once when all is gone: reload the page, so that nothing of it stays in memory. */
  readonly onLocked: () => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** Staying unlocked over a reload and in a second tab, and locking: by hand, after a while without a touch, or because another tab did. */
export type WalletLock = {
  /** Keeps the session for a reload, and tells the other tabs that the wallet of this user is open. */
  readonly keepSession: (session: string | undefined, userId: string) => void;
  /** The session of before the reload, unless nobody touched the wallet for too long since. */
  readonly findSession: (idleMs: number) => string | undefined;
  /** The session of another tab whose wallet is open and was touched lately; undefined when none answers at once. */
  readonly askTabs: (userId: string, idleMs: number) => Promise<string | undefined>;
  /** Calls the listener whenever another tab opens the wallet of a user. */
  readonly onOpened: (listener: (session: string, userId: string) => void) => void;
  /** Somebody is there. */
  readonly touch: () => void;
  /** Locks when nobody was there for `idleMs`, in any tab. Call it every few seconds and when the page becomes visible. */
  readonly lockWhenIdle: (idleMs: number) => Promise<boolean>;
  readonly lock: () => Promise<void>;
};

const sessionEntry = 'feiqian.session';
const touchedEntry = 'feiqian.touched';
const lockedMessage = 'locked';
const askedMessage = 'asked';

/**
 * What tabs tell each other. The session is worthless without its other half, a key that no code can read; every tab of
 * this origin can use that key, and no other origin hears the channel.
 */
type OpenMessage = { readonly session: string; readonly userId: string; readonly touchedAt: number };
type TouchedMessage = { readonly touchedAt: number };

// Clocks are corrected by seconds; more than that backwards is a way to stay unlocked, or a broken clock.
const clockSlackMs = 60_000;

// The worker overwrites its keys when asked. If it is stuck, ending it must not wait for it.
const goodbyeMs = 300;

// Tabs answer within milliseconds. One that is slower is followed when it does; nobody waits for it before an empty screen.
const answerMs = 200;

/** Writes go at most this often: a touch is every pointer move. */
const touchEveryMs = 5_000;

/** Binds a keyring to the tab that it lives in. */
export function createWalletLock(dependencies: WalletLockDependencies): WalletLock {
  const { keyring, tabStorage, clearSessionKeys, channel, onLocked, now } = dependencies;
  const tabs = joinTabs(channel, now);
  let isLocked = false;
  let openFor: string | undefined;

  const leave = (): void => {
    isLocked = true;
    tabStorage.removeItem(sessionEntry);
    tabStorage.removeItem(touchedEntry);
  };
  const end = (): void => {
    keyring.end();
    onLocked();
  };
  const lockHere = async (): Promise<void> => {
    if (isLocked) return;
    leave();
    // Either half of the session alone is worthless; failing to delete one must not keep the rest from ending.
    await Promise.race([Promise.allSettled([keyring.lock({}), clearSessionKeys()]), wait(goodbyeMs)]);
    end();
  };
  const lock = async (): Promise<void> => {
    channel.postMessage(lockedMessage);
    await lockHere();
  };

  const readTouched = (): number => Number(tabStorage.getItem(touchedEntry) ?? Number.NaN);
  const writeTouched = (at: number): void => tabStorage.setItem(touchedEntry, `${at}`);
  const touch = (): void => {
    const at = now();
    if (isLocked || Math.abs(at - readTouched()) < touchEveryMs) return;
    writeTouched(at);
    channel.postMessage({ touchedAt: at } satisfies TouchedMessage);
  };
  const tellOpen = (): void => {
    const session = tabStorage.getItem(sessionEntry);
    if (isLocked || session === null || openFor === undefined) return;
    channel.postMessage({ session, userId: openFor, touchedAt: readTouched() } satisfies OpenMessage);
  };

  const hearOpen = (found: OpenMessage): void => {
    if (isLocked || openFor === found.userId) return;
    if (openFor === undefined) tabs.tell(found);
    else {
      // The browser has one session with the service, and it is somebody else's now. The keys of theirs stay as they are.
      leave();
      end();
    }
  };
  const hearTouched = ({ touchedAt }: TouchedMessage): void => {
    if (!isLocked && openFor !== undefined && !(touchedAt <= readTouched())) writeTouched(touchedAt);
  };
  channel.addEventListener('message', ({ data }) => {
    if (data === lockedMessage) void lockHere();
    else if (data === askedMessage) tellOpen();
    else if (isOpenMessage(data)) hearOpen(data);
    else if (isTouchedMessage(data)) hearTouched(data);
  });
  return {
    keepSession: (session, userId) => {
      openFor = userId;
      if (session === undefined) return;
      tabStorage.setItem(sessionEntry, session);
      writeTouched(now());
      tellOpen();
    },
    findSession: (idleMs) => {
      const session = tabStorage.getItem(sessionEntry);
      if (session === null || isIdle(readTouched(), now(), idleMs)) return undefined;
      return session;
    },
    askTabs: tabs.ask,
    onOpened: tabs.onOpened,
    touch,
    lockWhenIdle: async (idleMs) => {
      if (!isIdle(readTouched(), now(), idleMs)) return false;
      await lock();
      return true;
    },
    lock,
  };
}

/** What is heard of other tabs that are open, while this one is not. */
type Tabs = {
  readonly tell: (found: OpenMessage) => void;
  readonly ask: WalletLock['askTabs'];
  readonly onOpened: WalletLock['onOpened'];
};

function joinTabs(channel: LockChannel, now: () => number): Tabs {
  const listeners = new Set<(found: OpenMessage) => void>();
  return {
    tell: (found) => {
      for (const listener of listeners) listener(found);
    },
    ask: async (userId, idleMs) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const hear = (found: OpenMessage): void => {
        if (found.userId === userId && !isIdle(found.touchedAt, now(), idleMs)) resolve(found.session);
      };
      listeners.add(hear);
      channel.postMessage(askedMessage);
      const session = await Promise.race([promise, wait(answerMs)]);
      listeners.delete(hear);
      return session;
    },
    onOpened: (listener) => void listeners.add(({ session, userId }) => listener(session, userId)),
  };
}

function isTouchedMessage(data: unknown): data is TouchedMessage {
  return typeof data === 'object' && data !== null && typeof (data as TouchedMessage).touchedAt === 'number';
}

function isOpenMessage(data: unknown): data is OpenMessage {
  const { session, userId } = (data ?? {}) as Partial<OpenMessage>;
  return isTouchedMessage(data) && typeof session === 'string' && typeof userId === 'string';
}

/**
 * Whether nobody was there for too long. By the wall clock, which goes on while a machine sleeps; a clock that was turned
 * back, or a time that cannot be read, counts as too long.
 */
export function isIdle(touchedAt: number, nowMs: number, idleMs: number): boolean {
  const passed = nowMs - touchedAt;
  return !(passed > -clockSlackMs && passed < idleMs);
}

function wait(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), milliseconds);
  });
}
