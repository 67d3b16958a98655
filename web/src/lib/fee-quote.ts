import { queryOptions } from '@tanstack/react-query';
import { getFeeQuote } from '../chain/rpc.ts';

const staleMs = 15_000;

/** What three speeds cost on a chain now. */
export const feeQuoteQuery = (chainId: number) =>
  queryOptions({
    queryKey: ['fee-quote', chainId] as const,
    queryFn: () => getFeeQuote(chainId),
    staleTime: staleMs,
    refetchInterval: staleMs,
  });
