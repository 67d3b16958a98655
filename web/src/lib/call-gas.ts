import { useQuery } from '@tanstack/react-query';
import { type CallFields, estimateGas } from '../chain/rpc.ts';

/** What a call would use now; undefined while there is none, the chain has not answered, or the call would fail. */
export function useCallGas(chainId: number, call: CallFields | undefined): bigint | undefined {
  const { data } = useQuery({
    queryKey: ['gas', chainId, call && { ...call, value: `${call.value}` }] as const,
    queryFn: () => (call ? estimateGas(chainId, call) : null),
    enabled: call !== undefined,
    retry: false,
  });
  return data ?? undefined;
}
