import { topUpResponse } from '@feiqian/domain/api/cash';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { historyMessages } from '../../lib/history/words.ts';
import { getJson } from '../../lib/http.ts';
import { Button } from '../../ui/button.tsx';

const topUpQuery = (id: string) =>
  queryOptions({
    queryKey: ['top-ups', id] as const,
    queryFn: ({ signal }) => getJson(`/v1/top-ups/${id}`, topUpResponse, signal),
  });

/** The way back to the provider's page, for a top-up that was not paid yet. */
export function PayAction({ entry }: { readonly entry: HistoryEntry }) {
  const words = useMessages(historyMessages);
  const language = useLanguage();
  const isOpen = entry.kind === 'top_up' && entry.status === 'pending' && ['created', 'paying'].includes(entry.stage);
  const { data } = useQuery({ ...topUpQuery(entry.movementId ?? ''), enabled: isOpen && entry.movementId !== null });
  const url = isOpen ? data?.redirectUrl : null;
  if (!url) return null;
  const expiresAt = data?.expiresAt;
  return (
    <div className="stack stack--tight">
      <Button variant="primary" icon="external" onClick={() => location.assign(url)}>
        {words.pay}
      </Button>
      {expiresAt ? (
        <p className="text-soft text-small">{words.payBefore(formatMoment(expiresAt, Date.now(), language))}</p>
      ) : null}
    </div>
  );
}
