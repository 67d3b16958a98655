import { addedTokenSchema } from '@feiqian/domain/api/tokens';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import type { Address } from 'viem';
import { addedTokensQuery } from '../../lib/assets.ts';
import { getJson } from '../../lib/http.ts';

/** A token contract by its place. */
export type TokenPlace = { readonly chainId: number; readonly address: Address };

export const tokenPath = ({ chainId, address }: TokenPlace): string => `/v1/tokens/${chainId}/${address}`;

/** What a contract says of itself. */
export const tokenQuery = (place: TokenPlace) =>
  queryOptions({
    queryKey: ['token', place.chainId, place.address] as const,
    queryFn: ({ signal }) => getJson(tokenPath(place), addedTokenSchema, signal),
    retry: false,
  });

/** Reads again everything that a token shows up in. */
export function useRefreshTokens(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries(addedTokensQuery);
    void client.invalidateQueries({ queryKey: ['balances'] });
    void client.invalidateQueries({ queryKey: ['history'] });
  };
}
