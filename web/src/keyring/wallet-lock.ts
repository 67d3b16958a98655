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

/** Staying unlocked over a reload, and locking: by hand, after a while without a touch, or because another tab did. */
export type WalletLock = {
  /** Keeps the session for a reload. */
  readonly keepSession: (session: string | undefined) => void;
  /** The session of before the reload, unless nobody touched the wallet for too long since. */
  readonly findSession: (idleMs: number) => string | undefined;
  /** Somebody is there. */
  readonly touch: () => void;
  /** Locks when nobody was there for `idleMs`. Call it every few seconds and when the page becomes visible. */
  readonly lockWhenIdle: (idleMs: number) => Promise<boolean>;
  readonly lock: () => Promise<void>;
};

const sessionEntry = 'feiqian.session';
const touchedEntry = 'feiqian.touched';
const lockedMessage = 'locked';

// Clocks are corrected by seconds; more than that backwards is a way to stay unlocked, or a broken clock.
const clockSlackMs = 60_000;

// The worker overwrites its keys when asked. If it is stuck, ending it must not wait for it.
const goodbyeMs = 300;

/** Writes go at most this often: a touch is every pointer move. */
const touchEveryMs = 5_000;

/** Binds a keyring to the tab that it lives in. */
export function createWalletLock({
  keyring,
  tabStorage,
  clearSessionKeys,
  channel,
  onLocked,
  now,
}: WalletLockDependencies): WalletLock {
  let isLocked = false;

  const lockHere = async (): Promise<void> => {
    if (isLocked) return;
    isLocked = true;
    tabStorage.removeItem(sessionEntry);
    tabStorage.removeItem(touchedEntry);
    // Either half of the session alone is worthless; failing to delete one must not keep the rest from ending.
    await Promise.race([Promise.allSettled([keyring.lock({}), clearSessionKeys()]), wait(goodbyeMs)]);
    keyring.end();
    onLocked();
  };

  const lock = async (): Promise<void> => {
    channel.postMessage(lockedMessage);
    await lockHere();
  };

  channel.addEventListener('message', ({ data }) => {
    if (data === lockedMessage) void lockHere();
  });

  const readTouched = (): number => Number(tabStorage.getItem(touchedEntry) ?? Number.NaN);
  const touch = (): void => {
    const at = now();
    if (!isLocked && !(Math.abs(at - readTouched()) < touchEveryMs)) tabStorage.setItem(touchedEntry, `${at}`);
  };

  return {
    keepSession: (session) => {
      if (session === undefined) return;
      tabStorage.setItem(sessionEntry, session);
      tabStorage.setItem(touchedEntry, `${now()}`);
    },
    findSession: (idleMs) => {
      const session = tabStorage.getItem(sessionEntry);
      if (session === null || isIdle(readTouched(), now(), idleMs)) return undefined;
      return session;
    },
    touch,
    lockWhenIdle: async (idleMs) => {
      if (!isIdle(readTouched(), now(), idleMs)) return false;
      await lock();
      return true;
    },
    lock,
  };
}

/**
 * Whether nobody was there for too long. By the wall clock, which goes on while a machine sleeps; a clock that was turned
 * back, or a time that cannot be read, counts as too long.
 */
export function isIdle(touchedAt: number, nowMs: number, idleMs: number): boolean {
  const passed = nowMs - touchedAt;
  return !(passed > -clockSlackMs && passed < idleMs);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
