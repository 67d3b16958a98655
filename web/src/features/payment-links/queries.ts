import { pageOf } from '@feiqian/domain/api/common';
import {
  type PaymentRequestWire,
  type PaymentWire,
  paymentRequestSchema,
  paymentsResponse,
  refundsResponse,
} from '@feiqian/domain/api/payments';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/http.ts';
import { isMoving } from '../../lib/payment-standing.ts';

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
    refetchInterval: ({ state: { data } }) => (data && isMoving(data) ? waitingEveryMs : false),
  });

/** What was paid for the person's own link, oldest first; looked at again while the link waits or something of it moves. */
export const paymentsQuery = ({ id, state }: Pick<PaymentRequestWire, 'id' | 'state'>) =>
  queryOptions({
    queryKey: ['payment-requests', id, 'payments'] as const,
    queryFn: async ({ signal }) => (await getJson(`${path}/${id}/payments`, paymentsResponse, signal)).items,
    refetchInterval: ({ state: { data } }) => (isMoving({ state }) || data?.some(isUnderWay) ? waitingEveryMs : false),
  });

const isUnderWay = ({ state, refunding }: PaymentWire): boolean =>
  state === 'pending' || state === 'mined' || refunding !== '0';

/** What was given back of the person's own link, oldest first. */
export const refundsQuery = (id: string) =>
  queryOptions({
    queryKey: ['payment-requests', id, 'refunds'] as const,
    queryFn: async ({ signal }) => (await getJson(`${path}/${id}/refunds`, refundsResponse, signal)).items,
  });

/** The address to share: this page's own origin, whichever name the person reached it by. */
export function toShareUrl(id: string, origin: string): string {
  return `${origin}/pay/${id}`;
}
