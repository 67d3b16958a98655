import { useQuery } from '@tanstack/react-query';
import { useMessages } from '../../i18n/language-context.tsx';
import { useKnownAs } from '../../lib/address-book/use-address-book.ts';
import { listAddedIds, useAssetBook } from '../../lib/assets.ts';
import { latestHistoryQuery } from '../../lib/history/queries.ts';
import { listRecentRecipients } from '../../lib/history/recent-recipients.ts';
import { Button } from '../../ui/button.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { sendMessages } from './messages.ts';

/** Those whom this person paid lately, a tap each. */
export function Recent({ onChoose }: { readonly onChoose: (address: string) => void }) {
  const words = useMessages(sendMessages);
  const knownAs = useKnownAs();
  const book = useAssetBook();
  const { data: latest = [] } = useQuery(latestHistoryQuery);
  // Contacts stand below by name.
  const addresses = listRecentRecipients(latest, listAddedIds(book)).filter((address) => !knownAs('address', address));
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
