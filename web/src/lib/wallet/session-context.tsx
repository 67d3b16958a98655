import type { Me } from '@feiqian/domain/api/auth';
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react';
import { usePreferences } from '../preferences-context.tsx';
import { findRememberedAccount } from './remembered-account.ts';
import { createSessionStore, type SessionStore, type WalletState } from './session-store.ts';
import type { RunningWallet } from './start-wallet.ts';

type SessionValue = {
  readonly store: SessionStore;
  /** Starts the wallet's code and its worker when they are first needed. */
  readonly start: () => Promise<RunningWallet>;
  /** Tells the listener who the person is: at once when it is known, and whenever the service says so again. */
  readonly followMe: (listener: (me: Me) => void) => () => void;
};

const SessionContext = createContext<SessionValue | undefined>(undefined);

function useSession(): SessionValue {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return session;
}

/** How the wallet on this device stands. */
export function useWalletState(): WalletState {
  const { store } = useSession();
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The running wallet; its code is fetched the first time. */
export function useStartWallet(): () => Promise<RunningWallet> {
  return useSession().start;
}

/** Follows what the service says about the person while logging in and linking addresses. */
export function useFollowMe(): SessionValue['followMe'] {
  return useSession().followMe;
}

/** Holds the wallet of this tab. Nothing of its code is fetched for somebody who only looks in. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [session] = useState(createSession);
  const { autoLockMinutes } = usePreferences().preferences;
  const idleMs = autoLockMinutes * 60_000;
  const { status } = useSyncExternalStore(session.store.subscribe, session.store.get);
  useEffect(() => {
    if (status === 'starting') void wake(session, idleMs);
    if (status !== 'open') return undefined;
    return watchIdle(session, idleMs);
  }, [status, session, idleMs]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

function createSession(): SessionValue {
  const account = findRememberedAccount();
  const store = createSessionStore(
    account ? { status: 'starting', account } : { status: 'closed', account: undefined },
  );
  const listeners = new Set<(me: Me) => void>();
  let lastMe: Me | undefined;
  let running: Promise<RunningWallet> | undefined;
  const onMe = (me: Me) => {
    lastMe = me;
    for (const listener of listeners) listener(me);
  };
  const load = async () => (await import('./start-wallet.ts')).startWallet({ store, onMe });
  return {
    store,
    start: () => {
      running ??= load().catch((error: unknown) => {
        running = undefined;
        throw error;
      });
      return running;
    },
    followMe: (listener) => {
      listeners.add(listener);
      if (lastMe) listener(lastMe);
      return () => listeners.delete(listener);
    },
  };
}

/** Opens the wallet again after a reload; otherwise the remembered person is asked for the password. */
async function wake({ store, start }: SessionValue, idleMs: number): Promise<void> {
  const { account } = store.get();
  try {
    await (await start()).resumeSession(idleMs);
  } catch {
    // The code could not be fetched: the screen for the password fetches it again and shows why it fails.
  }
  if (store.get().status === 'starting') store.set({ status: 'closed', account });
}

function watchIdle({ start }: SessionValue, idleMs: number): () => void {
  let stop: (() => void) | undefined;
  let isOver = false;
  void start().then(({ watchIdle: watch }) => {
    if (!isOver) stop = watch(idleMs);
  });
  return () => {
    isOver = true;
    stop?.();
  };
}
