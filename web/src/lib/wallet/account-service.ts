import type { Address } from 'viem';
import type { DerivationScheme } from '../../keyring/derivation-paths.ts';
import type { DerivedAddress, Recognized, VaultEdit } from '../../keyring/protocol.ts';
import { getAccount, type WalletDependencies } from './dependencies.ts';
import { findUsedAccounts } from './find-accounts.ts';
import { keepAndConfirm, link, noteLinkError, show } from './open-vault.ts';
import type { RestoredText } from './service.ts';
import { findMe } from './service-calls.ts';

/** The accounts of the open wallet: more of them, their names, and which one receives and pays. */
export type AccountService = {
  /** Says what a text is. Nothing is kept of it. */
  readonly recognize: (text: string) => Promise<Recognized>;
  readonly add: (name: string) => Promise<void>;
  readonly addFound: (found: readonly DerivedAddress[]) => Promise<void>;
  /** @throws {AppError} ACCOUNT_EXISTS, VAULT_HAS_PHRASE, KEYSTORE_PASSWORD_WRONG, … */
  readonly importText: (input: Omit<RestoredText, 'passphrase'> & { readonly name: string }) => Promise<void>;
  readonly rename: (address: Address, name: string) => Promise<void>;
  readonly choosePrimary: (address: Address) => Promise<void>;
  /** Used accounts below the phrase that are not in the wallet yet. @throws {AppError} CHAIN_UNAVAILABLE. */
  readonly findUsed: (scheme: DerivationScheme) => Promise<readonly DerivedAddress[]>;
};

/** Builds it around the keyring of the open wallet. */
export function createAccountService(deps: WalletDependencies): AccountService {
  const { keyring } = deps;
  const keep = (edit: Promise<VaultEdit>) => keepAccounts(deps, edit);
  return {
    recognize: (text) => keyring.recognize({ text }),
    add: (name) => keep(keyring.addAccount({ name })),
    addFound: (found) => keep(keyring.addAccounts({ paths: found.map(({ path }) => path) })),
    importText: ({ text, keystorePassword, name }) =>
      keep(keyring.importAccount({ text, name, ...(keystorePassword ? { keystorePassword } : {}) })),
    rename: (address, name) => keep(keyring.renameAccount({ address, name })),
    choosePrimary: (address) => keep(keyring.choosePrimary({ address })),
    findUsed: (scheme) => findUsedAccounts(deps, scheme),
  };
}

/** Saves an edit, shows the accounts as they are then, and proves new ones to the service. */
async function keepAccounts(deps: WalletDependencies, edit: Promise<VaultEdit>): Promise<void> {
  const account = getAccount(deps.store);
  const accounts = await keepAndConfirm(deps.keyring, account.id, await edit);
  show(deps, account, { accounts, status: await deps.keyring.getStatus({}) });
  const me = await findMe();
  if (typeof me !== 'string') noteLinkError(deps, await link(deps, accounts, me));
}
