import type { Address } from 'viem';
import type { DerivationScheme } from '../../keyring/derivation-paths.ts';
import type { DerivedAddress, KeyringAccount } from '../../keyring/protocol.ts';
import type { WalletDependencies } from './dependencies.ts';
import { keepAndConfirm } from './open-vault.ts';

/** BIP-44: so many unused addresses in a row, and there are no used ones after them. */
export const gapLimit = 20;

/** Nobody has more accounts than this; a node that calls every address used must not keep us busy. */
const indexMax = 400;

type Search = {
  readonly derive: (from: number, count: number) => Promise<readonly DerivedAddress[]>;
  readonly findUsed: (addresses: readonly Address[]) => Promise<readonly boolean[]>;
};

/** Finds the addresses of one numbering that were used before, up to a gap of {@link gapLimit} unused ones. */
export async function searchUsed({ derive, findUsed }: Search): Promise<readonly DerivedAddress[]> {
  const used: DerivedAddress[] = [];
  let lastUsed = -1;
  for (let from = 0; from < indexMax && from - lastUsed <= gapLimit; from += gapLimit) {
    const derived = await derive(from, gapLimit);
    const answers = await findUsed(derived.map(({ address }) => address));
    for (const [at, one] of derived.entries()) {
      if (answers[at] !== true || from + at - lastUsed > gapLimit) continue;
      used.push(one);
      lastUsed = from + at;
    }
  }
  return used;
}

/**
 * Looks for used accounts below the phrase of the open vault, as a wallet of that kind numbers them.
 *
 * @returns those that are no accounts yet.
 * @throws {AppError} CHAIN_UNAVAILABLE, SERVICE_UNAVAILABLE.
 */
export async function findUsedAccounts(
  { keyring, findUsed }: Pick<WalletDependencies, 'keyring' | 'findUsed'>,
  scheme: DerivationScheme,
): Promise<readonly DerivedAddress[]> {
  const derive = (from: number, count: number) => keyring.deriveAddresses({ scheme, from, count });
  const used = await searchUsed({ derive, findUsed });
  const known = new Set<string>((await keyring.listAccounts({})).map(({ address }) => address));
  return used.filter(({ address }) => !known.has(address));
}

/**
 * Adds the accounts of a restored phrase that were used before. Where the chains or the service cannot be asked, the wallet
 * opens without them; they can be looked for again at any time.
 */
export async function addUsed(
  deps: WalletDependencies,
  userId: string,
  accounts: readonly KeyringAccount[],
): Promise<readonly KeyringAccount[]> {
  try {
    const found = await findUsedAccounts(deps, 'bip44');
    if (found.length === 0) return accounts;
    const edit = await deps.keyring.addAccounts({ paths: found.map(({ path }) => path) });
    return await keepAndConfirm(deps.keyring, userId, edit);
  } catch {
    // Nothing is lost by it: the phrase is safe, and so is every account below it.
    return accounts;
  }
}
