import { payoutsResponse } from '@feiqian/domain/api/payouts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/http.ts';

export const rulesPath = '/v1/payout-rules';
const waitingEveryMs = 5_000;

/** What the rules have paid out, newest first, page by page. */
export const payoutsQuery = infiniteQueryOptions({
  queryKey: ['payouts'] as const,
  queryFn: ({ pageParam, signal }) =>
    getJson(
      pageParam === undefined ? '/v1/payouts?limit=20' : `/v1/payouts?limit=20&cursor=${encodeURIComponent(pageParam)}`,
      payoutsResponse,
      signal,
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor,
  // What is on its way is looked at again by itself.
  refetchInterval: ({ state: { data } }) =>
    data?.pages.some(({ items }) => items.some(({ state }) => state === 'under_way')) ? waitingEveryMs : false,
});
