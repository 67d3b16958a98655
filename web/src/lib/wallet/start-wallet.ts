import type { Me } from '@feiqian/domain/api/auth';
import { connectKeyring, startKeyringWorker } from '../../keyring/keyring.ts';
import { createWalletLock } from '../../keyring/wallet-lock.ts';
import { sessionKeys } from '../../storage/session-keys.ts';
import { openTabStorage } from '../../storage/tab-storage.ts';
import { type BookKeeper, createBookKeeper } from '../address-book/keeper.ts';
import { type AccountService, createAccountService } from './account-service.ts';
import type { WalletDependencies } from './dependencies.ts';
import { findUsed } from './find-used.ts';
import { createPasskeyService, type PasskeyService } from './passkey-service.ts';
import { createSecondFactorService, type SecondFactorService } from './second-factor-service.ts';
import { createWalletService, type WalletService } from './service.ts';
import { bookService, getChainId } from './service-calls.ts';
import type { SessionStore } from './session-store.ts';
import type { OpenWallet } from './wallet-context.tsx';

type StartInput = {
  readonly store: SessionStore;
  readonly onMe: (me: Me) => void;
};

/** The running wallet of this tab. */
export type RunningWallet = {
  readonly service: WalletService;
  readonly accounts: AccountService;
  readonly passkeys: PasskeyService;
  readonly secondFactors: SecondFactorService;
  readonly lock: () => Promise<void>;
  /** Contacts, notes and tags of the open wallet. */
  readonly addressBook: BookKeeper;
  /** Signatures for one address of the open wallet. */
  readonly signerOf: (userId: string, address: OpenWallet['address']) => OpenWallet;
  /** Opens the wallet again after a reload, or because it is open in another tab. @returns whether it did. */
  readonly resumeSession: (idleMs: number) => Promise<boolean>;
  /** Watches for a person; locks when nobody was there for `idleMs`. @returns how to stop watching. */
  readonly watchIdle: (idleMs: number) => () => void;
};

const checkEveryMs = 5_000;
const signsOfLife = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** Starts the keyring's worker and binds it to this tab. Locking ends the worker and reloads the page. */
export function startWallet({ store, onMe }: StartInput): RunningWallet {
  const keyring = connectKeyring(startKeyringWorker());
  const lock = createWalletLock({
    keyring,
    tabStorage: openTabStorage(),
    clearSessionKeys: sessionKeys.clear,
    channel: new BroadcastChannel('feiqian.lock'),
    onLocked: () => location.replace('/'),
    now: Date.now,
  });
  const deps: WalletDependencies = { keyring, lock, store, onMe, getChainId, host: location.host, findUsed };
  const service = createWalletService(deps);
  /** @returns whether the wallet is open. Whatever ended the session, the password opens it again, and that screen says what is wrong. */
  const tryResume = async (session: string | undefined): Promise<boolean> => {
    try {
      if (session !== undefined && store.get().status !== 'open') await service.resume(session);
    } catch {
      return false;
    }
    return store.get().status === 'open';
  };
  lock.onOpened((session, userId) => {
    const { status, account } = store.get();
    if (status === 'closed' && account?.id === userId) void tryResume(session);
  });
  return {
    service,
    accounts: createAccountService(deps),
    passkeys: createPasskeyService(deps),
    secondFactors: createSecondFactorService(deps),
    lock: lock.lock,
    addressBook: createBookKeeper({
      keyring,
      service: bookService,
      channel: new BroadcastChannel('feiqian.address-book'),
    }),
    signerOf: (userId, address) => ({
      userId,
      address,
      signTypedData: (draft, from = address) => keyring.signTypedData({ address: from, draft }),
      signTransaction: (draft, from = address) => keyring.signTransaction({ address: from, draft }),
    }),
    resumeSession: async (idleMs) => {
      const { account } = store.get();
      if (await tryResume(lock.findSession(idleMs))) return true;
      return account !== undefined && (await tryResume(await lock.askTabs(account.id, idleMs)));
    },
    watchIdle: (idleMs) => {
      const check = () => void lock.lockWhenIdle(idleMs);
      const timer = setInterval(check, checkEveryMs);
      document.addEventListener('visibilitychange', check);
      for (const sign of signsOfLife) window.addEventListener(sign, lock.touch, { passive: true });
      lock.touch();
      return () => {
        clearInterval(timer);
        document.removeEventListener('visibilitychange', check);
        for (const sign of signsOfLife) window.removeEventListener(sign, lock.touch);
      };
    },
  };
}
