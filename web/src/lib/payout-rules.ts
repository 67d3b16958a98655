import { type PayoutRuleWire, payoutRulesResponse } from '@feiqian/domain/api/payouts';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './http.ts';

/** The person's rules by which cash is paid out by itself, at most one for each currency. */
export const payoutRulesQuery = queryOptions({
  queryKey: ['payout-rules'] as const,
  queryFn: async ({ signal }) => (await getJson('/v1/payout-rules', payoutRulesResponse, signal)).items,
});

/** Whether a rule has stopped and waits for its owner. */
export const needsOwner = ({ state }: PayoutRuleWire): boolean => state === 'needs_attention';
