import type { AssetWire } from '@feiqian/domain/api/chain';
import type { Address } from 'viem';
import type { ReviewContext, ReviewToken } from '../../keyring/review-model.ts';
import { type AssetBook, isUnverified } from '../assets.ts';
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
    chains: book.chains.map(({ chainId, relay, checkout, native }) => {
      const tokens = book.assets.filter((asset) => asset.kind === 'token' && asset.chainId === chainId);
      return {
        chainId,
        relay,
        checkout,
        coin: native.symbol,
        tokens: tokens.filter((token) => !isUnverified(token)).flatMap(toReviewToken),
        added: tokens.filter(isUnverified).flatMap(toReviewToken),
      };
    }),
  };
}

function toReviewToken({ address, name, symbol, decimals }: AssetWire): readonly ReviewToken[] {
  return address === undefined ? [] : [{ address: address as Address, name, symbol, decimals }];
}
