import { topUpResponse } from '@feiqian/domain/api/cash';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { Redirect } from 'wouter';
import { getJson } from '../../lib/http.ts';

const topUpQuery = (id: string) =>
  queryOptions({
    queryKey: ['top-ups', id] as const,
    queryFn: ({ signal }) => getJson(`/v1/top-ups/${id}`, topUpResponse, signal),
  });

/** Where a provider's page sends people back to: on to the entry of the history, which says what became of it. */
export function TopUpReturn({ id }: { readonly id: string }) {
  const { data } = useSuspenseQuery(topUpQuery(id));
  return <Redirect to={`/history/${data.historyId}`} replace />;
}
