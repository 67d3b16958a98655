import type { AccountSpec } from './command.ts';
import { accountId } from './ids.ts';

/** What is known of an account. */
export type KnownAccount = {
  /** The same for the same name and asset everywhere. */
  readonly id: string;
  /** Whether it is known to exist. Accounts are never deleted, so that stays true. */
  isThere: boolean;
};

/** Finds what is known of an account, from its name and asset. */
export type AccountRegistry = (account: AccountSpec) => KnownAccount;

// About 50 MB when full. Then it begins anew: an account that is not known costs a look-up in the database, nothing else.
const accountsMax = 200_000;

/** Makes a registry that knows nothing yet. */
export function createAccountRegistry(): AccountRegistry {
  const byAsset = new Map<string, Map<string, KnownAccount>>();
  let size = 0;
  return ({ name, asset }) => {
    const known = byAsset.get(asset)?.get(name);
    if (known) return known;
    if (size >= accountsMax) {
      byAsset.clear();
      size = 0;
    }
    const account = { id: accountId(name, asset), isThere: false };
    const accounts = byAsset.get(asset) ?? new Map<string, KnownAccount>();
    byAsset.set(asset, accounts.set(name, account));
    size += 1;
    return account;
  };
}
