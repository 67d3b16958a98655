import { pageOf } from '@feiqian/domain/api/common';
import { type WebhookEndpointWire, webhookDeliverySchema, webhookEndpointSchema } from '@feiqian/domain/api/webhooks';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/http.ts';

export const endpointsPath = '/v1/webhook-endpoints';
const endpointsSchema = pageOf(webhookEndpointSchema);
const deliveriesSchema = pageOf(webhookDeliverySchema);
const lookAgainMs = 3_000;

/** Where the person's shop is told. */
export const endpointsQuery = queryOptions({
  queryKey: ['webhooks', 'endpoints'] as const,
  queryFn: async ({ signal }) => (await getJson(endpointsPath, endpointsSchema, signal)).items,
});

/** What was sent to one address lately, newest first; looked at again as long as something is on its way. */
export const deliveriesQuery = (endpointId: string) =>
  queryOptions({
    queryKey: ['webhooks', 'deliveries', endpointId] as const,
    queryFn: async ({ signal }) =>
      (await getJson(`${endpointsPath}/${endpointId}/deliveries?limit=20`, deliveriesSchema, signal)).items,
    refetchInterval: ({ state: { data } }) => (data?.some(({ state }) => state === 'waiting') ? lookAgainMs : false),
  });

/** How an address is drawn beside its word. */
export function toEndpointMark({ state, retryAt }: WebhookEndpointWire): 'done' | 'waiting' | 'failed' {
  if (state === 'off') return 'failed';
  return retryAt === null ? 'done' : 'waiting';
}
