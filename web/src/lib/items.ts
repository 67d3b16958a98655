import { pageOf } from '@feiqian/domain/api/common';
import { itemSchema } from '@feiqian/domain/api/items';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './http.ts';

export const itemsPath = '/v1/items';
const itemsSchema = pageOf(itemSchema);

/** What the person's shop sells again and again, in its order. */
export const itemsQuery = queryOptions({
  queryKey: ['items'] as const,
  queryFn: async ({ signal }) => (await getJson(itemsPath, itemsSchema, signal)).items,
});
