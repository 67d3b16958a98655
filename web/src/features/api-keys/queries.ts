import { apiKeysResponse } from '@feiqian/domain/api/api-keys';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/http.ts';

/** The person's keys, newest first, revoked ones too. */
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'] as const,
  queryFn: async ({ signal }) => (await getJson('/v1/api-keys', apiKeysResponse, signal)).items,
});
