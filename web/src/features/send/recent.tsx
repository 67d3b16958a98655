import { useQuery } from '@tanstack/react-query';
import { useMessages } from '../../i18n/language-context.tsx';
import { latestHistoryQuery } from '../../lib/history/queries.ts';
import { Button } from '../../ui/button.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { sendMessages } from './messages.ts';

const recentMax = 4;

/** Addresses that this person paid lately. Only what they sent counts: anybody can write into what they received. */
export function Recent({ onChoose }: { readonly onChoose: (address: string) => void }) {
  const words = useMessages(sendMessages);
  const { data: latest = [] } = useQuery(latestHistoryQuery);
  const paid = latest.filter(
    ({ direction, status, counterparty }) =>
      direction === 'out' && status === 'completed' && counterparty?.kind === 'address',
  );
  const addresses = [...new Set(paid.map(({ counterparty }) => counterparty?.value ?? ''))].slice(0, recentMax);
  if (addresses.length === 0) return null;
  return (
    <div className="row">
      <span className="text-soft text-small">{words.recent}</span>
      {addresses.map((address) => (
        <Button key={address} variant="quiet" onClick={() => onChoose(address)}>
          {shortenAddress(address)}
        </Button>
      ))}
    </div>
  );
}
