import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react';
import { meQuery } from '../me.ts';
import { usePreferences } from '../preferences-context.tsx';
import { findRememberedAccount } from './remembered-account.ts';
import { createSessionStore, type SessionStore, type WalletState } from './session-store.ts';
import type { RunningWallet } from './start-wallet.ts';

type SessionValue = {
  readonly store: SessionStore;
  /** Starts the wallet's code and its worker when they are first needed. */
  readonly start: () => Promise<RunningWallet>;
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

/** Holds the wallet of this tab. Nothing of its code is fetched for somebody who only looks in. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [session] = useState((): SessionValue => {
    const account = findRememberedAccount();
    const store = createSessionStore(account ? { status: 'starting', account } : { status: 'closed', account: undefined });
    let running: Promise<RunningWallet> | undefined;
    const load = async (): Promise<RunningWallet> => {
      const { startWallet } = await import('./start-wallet.ts');
      return startWallet({
        store,
        onMe: (me) => {
          client.setQueryData(meQuery.queryKey, me);
          // A newly linked address has a past of its own.
          void client.invalidateQueries({ queryKey: ['balances'] });
        },
        getChainId: async () => {
          const { chainsQuery } = await import('../assets.ts');
          const { chains } = await client.fetchQuery(chainsQuery);
          const [chain] = chains;
          if (!chain) throw new Error('The deployment has no chain.');
          return chain.chainId;
        },
      });
    };
    return {
      store,
      start: () => {
        running ??= load().catch((error: unknown) => {
          running = undefined;
          throw error;
        });
        return running;
      },
    };
  });
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
