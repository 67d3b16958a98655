/** What drafts are reviewed against: one chain with one token, and the contracts of the service there. */
import type { ReviewContext } from '../review-model.ts';

export const token = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
export const tokenAsset = `eip155:31337/erc20:${token}` as const;
export const relay = '0x8ba1f109551bD432803012645Ac136ddd64DBA72';
export const checkout = '0x52908400098527886E0F7030069857D2E4169EE7';
/** The token's EIP-712 domain. */
export const domain = { name: 'Feiqian Yuan', version: '1', chainId: 31_337, verifyingContract: token } as const;

export const now = new Date('2026-11-22T10:00:00Z');
/** The same instant as contracts count. */
export const seconds = BigInt(now.getTime() / 1_000);
export const context: ReviewContext = {
  now,
  host: 'wallet.example',
  chains: [
    {
      chainId: domain.chainId,
      relay,
      checkout,
      tokens: [{ address: token, name: domain.name, symbol: 'CNYF', decimals: 6 }],
    },
  ],
};
