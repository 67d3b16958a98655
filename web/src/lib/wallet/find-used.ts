import { chainsResponse } from '@feiqian/domain/api/chain';
import type { Address } from 'viem';
import { isUsed, readHoldings } from '../../chain/holdings.ts';
import { getJson } from '../http.ts';

/**
 * Which addresses any chain of this deployment knows: it has something, or has sent something.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when one of the chains cannot say; SERVICE_UNAVAILABLE.
 */
export async function findUsed(addresses: readonly Address[]): Promise<readonly boolean[]> {
  const { chains, assets } = await getJson('/v1/chains', chainsResponse);
  const perChain = await Promise.all(
    chains.map(({ chainId }) => {
      const tokens = assets.flatMap(({ kind, chainId: at, address }) =>
        kind === 'token' && at === chainId && address ? [address as Address] : [],
      );
      return readHoldings(chainId, addresses, tokens);
    }),
  );
  return addresses.map((_, index) =>
    perChain.some((holdings) => holdings[index] !== undefined && isUsed(holdings[index])),
  );
}
