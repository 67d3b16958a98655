import type { Me } from '@feiqian/domain/api/auth';
import { queryOptions } from '@tanstack/react-query';
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
