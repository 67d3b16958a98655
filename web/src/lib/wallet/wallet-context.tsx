import { createContext, use } from 'react';
import type { Address, Hash, Hex } from 'viem';
import type { AuthorizationDraft, TransactionDraft } from '../../keyring/draft.ts';

/** The open wallet: addresses that are safely kept, and signatures. Keys stay in the keyring's worker. */
export type OpenWallet = {
  /** Whose wallet it is. */
  readonly userId: string;
  /** The first account; receives by default and pays by default. */
  readonly address: Address;
  /**
   * Signs typed data as reviewed.
   *
   * @param from - Another account of the wallet than the first.
   * @throws {AppError} KEYRING_LOCKED, TYPED_DATA_INVALID, ACCOUNT_UNKNOWN, ACCOUNT_WATCH_ONLY.
   */
  readonly signTypedData: (draft: AuthorizationDraft, from?: Address) => Promise<Hex>;
  /** Signs a transaction as reviewed, as above. @throws {AppError} KEYRING_LOCKED, TRANSACTION_INVALID, ACCOUNT_UNKNOWN, ACCOUNT_WATCH_ONLY. */
  readonly signTransaction: (
    draft: TransactionDraft,
    from?: Address,
  ) => Promise<{ readonly raw: Hex; readonly hash: Hash }>;
};

const WalletContext = createContext<OpenWallet | undefined>(undefined);

/** Gives the open wallet to the screens below. */
export const WalletProvider = WalletContext;

/** The open wallet. Only for screens behind the gate, where there is one. */
export function useWallet(): OpenWallet {
  const wallet = use(WalletContext);
  if (!wallet) throw new Error('useWallet outside of the gate');
  return wallet;
}
