import type { WalletAccount } from '../../lib/wallet/session-store.ts';

/** What an account is called: by its owner, else by its place in the list. */
export function nameOf(
  account: WalletAccount,
  accounts: readonly WalletAccount[],
  unnamed: (position: number) => string,
): string {
  return account.name === '' ? unnamed(accounts.indexOf(account) + 1) : account.name;
}
