import { type ActiveRules, activeRulesSchema, triedRulesSchema } from '@feiqian/domain/api/monitoring';
import type { RuleSet } from '@feiqian/domain/monitoring/rules';
import { queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from '../../lib/http.ts';

const path = '/v1/admin/monitoring/rules';

/** The rules that are active. */
export const rulesQuery = queryOptions({
  queryKey: ['staff', 'rules'] as const,
  queryFn: ({ signal }) => getJson(path, activeRulesSchema, signal),
});

/** Says what rules would have made of the latest movements. */
export const tryRules = (rules: RuleSet) =>
  sendJson({ path: `${path}/try`, body: { rules }, schema: triedRulesSchema });

/** The next version as it will be asked for, frozen at the review. */
export type RulesDraft = { readonly active: ActiveRules; readonly rules: RuleSet; readonly note: string };

/** Makes the next version. */
export const changeRules = ({ active, rules, note }: RulesDraft): Promise<ActiveRules> =>
  sendJson({ path, body: { basedOn: active.version, rules, note }, schema: activeRulesSchema });
