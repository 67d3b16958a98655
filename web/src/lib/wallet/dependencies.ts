import type { Me } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import type { Address } from 'viem';
import type { KeyringClient } from '../../keyring/keyring.ts';
import type { WalletLock } from '../../keyring/wallet-lock.ts';
import type { RememberedAccount } from './remembered-account.ts';
import type { SessionStore } from './session-store.ts';

/** What the wallet's own steps are carried out with. */
export type WalletDependencies = {
  readonly keyring: KeyringClient;
  readonly lock: WalletLock;
  readonly store: SessionStore;
  /** Told whenever the service says who the person is. */
  readonly onMe: (me: Me) => void;
  /** The chain whose id stands in the message that links an address. */
  readonly getChainId: () => Promise<number>;
  /** `host:port` of this page. */
  readonly host: string;
  /** Which addresses the chains know. @throws {AppError} CHAIN_UNAVAILABLE, SERVICE_UNAVAILABLE. */
  readonly findUsed: (addresses: readonly Address[]) => Promise<readonly boolean[]>;
};

/** What registering and logging in do, step by step; said on the button. */
export type WalletStep = 'deriving' | 'registering' | 'saving' | 'finding' | 'linking' | 'opening';
export type OnStep = (step: WalletStep) => void;

/** What a person logs in with. The password goes to the keyring and nowhere else. */
export type Login = { readonly email: string; readonly password: string };

/** The account that this device remembers. @throws {AppError} VAULT_MISSING when it remembers nobody. */
export function getAccount(store: SessionStore): RememberedAccount {
  const { account } = store.get();
  if (!account) throw new AppError('VAULT_MISSING', 'Nobody is remembered on this device.');
  return account;
}
