import { type GatewayWire, gatewaysResponse } from '@feiqian/domain/api/cash';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useLanguage } from '../i18n/language-context.tsx';
import { getJson } from './http.ts';

/** Payment providers of this deployment. */
export const gatewaysQuery = queryOptions({
  queryKey: ['gateways'] as const,
  queryFn: async ({ signal }) => (await getJson('/v1/gateways', gatewaysResponse, signal)).gateways,
  staleTime: 60_000,
});

/** The providers that take a currency, and the least and the most that any of them moves. */
export function gatewaysOf(
  gateways: readonly GatewayWire[],
  asset: string,
  use: 'pay-in' | 'pay-out',
): { readonly gateways: readonly GatewayWire[]; readonly min: Amount | undefined; readonly max: Amount | undefined } {
  const serving = gateways.filter((gateway) => gateway.assets.includes(asset) && (use === 'pay-in' || gateway.payout));
  const amounts = (pick: 'min' | 'max') =>
    serving.map((gateway) => decodeAmount(gateway[pick])).sort((a, b) => (a < b ? -1 : 1));
  return { gateways: serving, min: amounts('min')[0], max: amounts('max').at(-1) };
}

/** Whether a provider moves this very amount. */
export function canMove(gateway: GatewayWire, amount: Amount): boolean {
  return amount >= decodeAmount(gateway.min) && amount <= decodeAmount(gateway.max);
}

/** Names a provider the way people know it; its short name until that is known. */
export function useGatewayTitle(): (name: string) => string {
  const language = useLanguage();
  const { data = [] } = useQuery(gatewaysQuery);
  return (name) => data.find((gateway) => gateway.name === name)?.title[language] ?? name;
}
