import type { Me } from '@feiqian/domain/api/auth';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useLanguage } from '../i18n/language-context.tsx';
import { getJson } from './http.ts';

/** The account of the session. Its schema is fetched with it, because nobody needs it before logging in. */
export const meQuery = queryOptions({
  queryKey: ['me'] as const,
  queryFn: async ({ signal }): Promise<Me> => {
    const schema = import('@feiqian/domain/api/auth');
    const answer = await getJson('/v1/me', { parse: (value) => value }, signal);
    return (await schema).meResponse.parse(answer);
  },
  staleTime: 60_000,
});

/** The account, when the service can be reached. */
export function useMe(): Me | undefined {
  return useQuery(meQuery).data;
}

/** The currency that totals are shown in: the person's choice, else what their language suggests. */
export function useDisplayCurrency(): 'CNY' | 'USD' {
  const me = useMe();
  const language = useLanguage();
  return me?.displayCurrency ?? (language === 'zh' ? 'CNY' : 'USD');
}
