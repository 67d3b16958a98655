import type { Address } from 'viem';
import type { ReviewContext } from '../../keyring/review-model.ts';
import type { AssetBook } from '../assets.ts';
import type { TrustedAddress } from '../trusted-addresses.ts';

/** What a review may believe: the deployment's own chains, contracts and tokens. Nothing of it comes from a draft. */
export function toReviewContext(
  book: AssetBook,
  now: Date,
  host: string,
  trusted: readonly TrustedAddress[] = [],
): ReviewContext {
  return {
    now,
    host,
    trusted,
    chains: book.chains.map(({ chainId, relay, checkout }) => ({
      chainId,
      relay,
      checkout,
      tokens: book.assets
        .filter((asset) => asset.kind === 'token' && asset.chainId === chainId && asset.address !== undefined)
        .map(({ address, name, symbol, decimals }) => ({ address: address as Address, name, symbol, decimals })),
    })),
  };
}
