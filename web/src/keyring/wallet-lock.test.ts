import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWalletLock, isIdle, type WalletLockDependencies } from './wallet-lock.ts';

/** A tab with everything around it in memory. */
function aTab(changes: Partial<WalletLockDependencies> = {}) {
  const log: string[] = [];
  const told: unknown[] = [];
  const entries = new Map<string, string>();
  const listeners: ((event: { data: unknown }) => void)[] = [];
  const clock = { now: 1_000_000 };
  const lock = createWalletLock({
    keyring: { lock: async () => void log.push('wiped'), end: () => void log.push('ended') },
    tabStorage: {
      getItem: (key) => entries.get(key) ?? null,
      setItem: (key, value) => void entries.set(key, value),
      removeItem: (key) => void entries.delete(key),
    },
    clearSessionKeys: async () => void log.push('session key deleted'),
    channel: {
      postMessage: (message) => {
        told.push(message);
        if (typeof message === 'string') log.push(`told: ${message}`);
      },
      addEventListener: (_type, listener) => void listeners.push(listener),
    },
    onLocked: () => void log.push('reloaded'),
    now: () => clock.now,
    ...changes,
  });
  const hear = (data: unknown) => {
    for (const listener of listeners) listener({ data });
  };
  return { lock, log, told, entries, clock, hear };
}
const minute = 60_000;
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('locking', () => {
  it('tells the other tabs, wipes, deletes both halves of the session, ends the worker and reloads', async () => {
    const { lock, log, entries } = aTab();
    lock.keepSession('wrapped', 'lin');
    await lock.lock();
    expect(log).toEqual(['told: locked', 'wiped', 'session key deleted', 'ended', 'reloaded']);
    expect(entries.size).toBe(0);
  });

  it('happens once', async () => {
    const { lock, log, hear } = aTab();
    await Promise.all([lock.lock(), lock.lock()]);
    hear('locked');
    await settle();
    expect(log.filter((entry) => entry === 'reloaded')).toHaveLength(1);
  });

  it('follows another tab, without telling it back', async () => {
    const { log, hear } = aTab();
    hear('something else');
    await settle();
    expect(log).toEqual([]);
    hear('locked');
    await settle();
    expect(log).toEqual(['wiped', 'session key deleted', 'ended', 'reloaded']);
  });

  it('ends the worker even when it answers nothing and the browser deletes nothing', async () => {
    const { lock, log } = aTab({
      keyring: { lock: () => new Promise(() => undefined), end: () => void log.push('ended') },
      clearSessionKeys: () => Promise.reject(new Error('full')),
    });
    await lock.lock();
    expect(log).toEqual(['told: locked', 'ended', 'reloaded']);
  });

  it('leaves nothing for a touch to revive', async () => {
    const { lock, entries } = aTab();
    await lock.lock();
    lock.touch();
    expect(entries.size).toBe(0);
  });
});

/** Two tabs of one browser: each hears what the other says. */
function twoTabs() {
  const hears: ((event: { data: unknown }) => void)[][] = [[], []];
  const channelOf = (own: number): WalletLockDependencies['channel'] => ({
    postMessage: (data) => {
      for (const hear of hears[1 - own] ?? []) queueMicrotask(() => hear({ data }));
    },
    addEventListener: (_type, listener) => void hears[own]?.push(listener),
  });
  return [aTab({ channel: channelOf(0) }), aTab({ channel: channelOf(1) })] as const;
}

describe('two tabs', () => {
  it('open one wallet: the second asks the first', async () => {
    const [first, second] = twoTabs();
    expect(await second.lock.askTabs('lin', 15 * minute)).toBeUndefined();
    first.lock.keepSession('wrapped', 'lin');
    expect(await second.lock.askTabs('lin', 15 * minute)).toBe('wrapped');
    expect(await second.lock.askTabs('wang', 15 * minute)).toBeUndefined();
  });

  it('hand over nothing that nobody touched for too long, and nothing after locking', async () => {
    const [first, second] = twoTabs();
    first.lock.keepSession('wrapped', 'lin');
    second.clock.now += 15 * minute;
    expect(await second.lock.askTabs('lin', 15 * minute)).toBeUndefined();
    second.clock.now -= 15 * minute;
    await first.lock.lock();
    expect(await second.lock.askTabs('lin', 15 * minute)).toBeUndefined();
  });

  it('follow each other when one is unlocked, and do not echo', async () => {
    const [first, second] = twoTabs();
    const opened: string[] = [];
    second.lock.onOpened((session, userId) => {
      opened.push(`${session} of ${userId}`);
      second.lock.keepSession(session, userId);
    });
    first.lock.onOpened((session) => opened.push(`again ${session}`));
    first.lock.keepSession('wrapped', 'lin');
    await settle();
    expect(opened).toEqual(['wrapped of lin']);
  });

  it('stay open while somebody is at either of them', async () => {
    const [first, second] = twoTabs();
    for (const { lock } of [first, second]) lock.keepSession('wrapped', 'lin');
    for (const { clock } of [first, second]) clock.now += 4 * minute;
    second.lock.touch();
    await settle();
    for (const { clock } of [first, second]) clock.now += 4 * minute;
    expect(await first.lock.lockWhenIdle(5 * minute)).toBe(false);
    for (const { clock } of [first, second]) clock.now += minute;
    expect(await first.lock.lockWhenIdle(5 * minute)).toBe(true);
    await settle();
    expect(second.log).toContain('reloaded');
  });

  it('end when somebody else logs in, and leave that person’s session alone', async () => {
    const [first, second] = twoTabs();
    first.lock.keepSession('wrapped', 'lin');
    await settle();
    second.lock.keepSession('theirs', 'wang');
    await settle();
    expect(first.log).toEqual(['ended', 'reloaded']);
    expect(first.entries.size).toBe(0);
    expect(second.log).toEqual([]);
  });

  it('take no message that is not whole', async () => {
    const { lock, hear, entries } = aTab();
    const opened: string[] = [];
    lock.onOpened((session) => opened.push(session));
    for (const data of [null, 7, {}, { session: 'x', touchedAt: 1 }, { session: 1, userId: 'lin', touchedAt: 1 }])
      hear(data);
    hear({ touchedAt: 1 });
    expect([opened, entries.size]).toEqual([[], 0]);
  });
});

describe('staying unlocked', () => {
  it('finds the session after a reload, as long as somebody was there', () => {
    const { lock, clock } = aTab();
    expect(lock.findSession(15 * minute)).toBeUndefined();
    lock.keepSession(undefined, 'lin');
    expect(lock.findSession(15 * minute)).toBeUndefined();
    lock.keepSession('wrapped', 'lin');
    clock.now += 14 * minute;
    expect(lock.findSession(15 * minute)).toBe('wrapped');
    lock.touch();
    clock.now += 14 * minute;
    expect(lock.findSession(15 * minute)).toBe('wrapped');
    clock.now += minute;
    expect(lock.findSession(15 * minute)).toBeUndefined();
  });

  it('locks when nobody was there, also after the machine slept', async () => {
    const { lock, clock, log } = aTab();
    lock.keepSession('wrapped', 'lin');
    expect(await lock.lockWhenIdle(5 * minute)).toBe(false);
    clock.now += 9 * 60 * minute;
    expect(await lock.lockWhenIdle(5 * minute)).toBe(true);
    expect(log).toContain('reloaded');
  });

  it('locks when the clock is turned back, or its mark is damaged', async () => {
    const turned = aTab();
    turned.lock.keepSession('wrapped', 'lin');
    turned.clock.now -= 2 * minute;
    expect(await turned.lock.lockWhenIdle(5 * minute)).toBe(true);
    const damaged = aTab();
    damaged.lock.keepSession('wrapped', 'lin');
    for (const key of damaged.entries.keys()) damaged.entries.set(key, 'x');
    expect(await damaged.lock.lockWhenIdle(5 * minute)).toBe(true);
  });

  it('writes a touch at most every few seconds', () => {
    const { lock, clock, entries } = aTab();
    lock.keepSession('wrapped', 'lin');
    const before = [...entries];
    clock.now += 4_000;
    lock.touch();
    expect([...entries]).toEqual(before);
    clock.now += 4_000;
    lock.touch();
    expect([...entries]).not.toEqual(before);
  });

  it('never calls a stranger active', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.integer({ min: 1 }), (touched, now, idleMs) => {
        const passed = now - touched;
        if (!isIdle(touched, now, idleMs)) {
          expect(passed).toBeLessThan(idleMs);
          expect(passed).toBeGreaterThan(-minute);
        }
      }),
    );
  });
});
