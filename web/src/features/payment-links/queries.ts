import { type PaymentRequestWire, paymentRequestSchema } from '@feiqian/domain/api/cash';
import { pageOf } from '@feiqian/domain/api/common';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/http.ts';

const pageSchema = pageOf(paymentRequestSchema);
const path = '/v1/payment-requests';
const waitingEveryMs = 3_000;

/** The person's own payment links, newest first, page by page. */
export const linksQuery = infiniteQueryOptions({
  queryKey: ['payment-requests', 'mine'] as const,
  queryFn: ({ pageParam, signal }) =>
    getJson(
      pageParam === undefined ? `${path}?limit=20` : `${path}?limit=20&cursor=${encodeURIComponent(pageParam)}`,
      pageSchema,
      signal,
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

/** One payment link as whoever has it sees it. */
export const linkQuery = (id: string) =>
  queryOptions({
    queryKey: ['payment-requests', id] as const,
    queryFn: ({ signal }) => getJson(`${path}/${id}`, paymentRequestSchema, signal),
    // The live feed tells of money, not of requests: a link that waits is looked at again by itself.
    refetchInterval: ({ state: { data } }) =>
      data && (data.state === 'open' || data.state === 'processing') ? waitingEveryMs : false,
  });

/** How a state is drawn beside its word. */
export function toStateMark(state: PaymentRequestWire['state']): 'done' | 'waiting' | 'failed' {
  if (state === 'paid') return 'done';
  return state === 'open' || state === 'processing' ? 'waiting' : 'failed';
}

/** The address to share: this page's own origin, whichever name the person reached it by. */
export function toShareUrl(id: string, origin: string): string {
  return `${origin}/pay/${id}`;
}
