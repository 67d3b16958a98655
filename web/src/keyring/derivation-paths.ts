/** BIP-44 with Ethereum's coin type 60 (SLIP-0044), as every Ethereum wallet uses it; the account number follows. */
export const defaultParentPath = "m/44'/60'/0'/0";

/** The path of the account with that number. */
export function accountPath(index: number): string {
  return `${defaultParentPath}/${index}`;
}

/** How other wallets number the accounts below a phrase. */
export const derivationSchemes = ['bip44', 'ledger_live', 'mew'] as const;
export type DerivationScheme = (typeof derivationSchemes)[number];

/** The path of a scheme's account with that number. */
export function schemePath(scheme: DerivationScheme, index: number): string {
  switch (scheme) {
    case 'bip44':
      return accountPath(index);
    case 'ledger_live':
      return `m/44'/60'/${index}'/0/0`;
    case 'mew':
      // MyEtherWallet and Ledger's own program, before Ledger Live.
      return `m/44'/60'/0'/${index}`;
    default:
      return scheme satisfies never;
  }
}
