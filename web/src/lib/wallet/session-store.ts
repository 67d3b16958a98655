import type { KeyringAccount } from '../../keyring/protocol.ts';
import type { RememberedAccount } from './remembered-account.ts';

/** An account of the open wallet. */
export type WalletAccount = KeyringAccount;

/** How the wallet on this device stands. */
export type WalletState =
  /** Finding out whether it is still open from before a reload. */
  | { readonly status: 'starting'; readonly account: RememberedAccount }
  /** Nobody is in. With a remembered account only the password is asked for. */
  | {
      readonly status: 'closed';
      readonly account: RememberedAccount | undefined;
      /** A passkey has just begun a session and does not open the vault: the password is asked for the keys alone. */
      readonly isLoggedIn?: true;
    }
  /** Logged in, but no wallet was ever saved: registration was cut off half-way. */
  | {
      readonly status: 'walletless';
      readonly account: RememberedAccount;
      /** What cut it off, when it was just now. */
      readonly reason?: unknown;
    }
  | {
      readonly status: 'open';
      readonly account: RememberedAccount;
      /** Saved and safe; never empty. */
      readonly accounts: readonly [WalletAccount, ...WalletAccount[]];
      readonly isPhraseChecked: boolean;
      /** Why an address could not be linked to the account; the service then does not show its history. */
      readonly linkError?: unknown;
    };

/** Holds the state for everything that shows it. */
export type SessionStore = {
  readonly get: () => WalletState;
  readonly set: (state: WalletState) => void;
  readonly subscribe: (listener: () => void) => () => void;
};

/** Makes a store that begins with `initial`. */
export function createSessionStore(initial: WalletState): SessionStore {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set: (next) => {
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
