import type { HistoryEntry } from '@feiqian/domain/api/history';
import { useMessages } from '../../i18n/language-context.tsx';
import { listRecentRecipients } from '../../lib/history/recent-recipients.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { homeMessages } from './messages.ts';

/** Those whom this person paid lately: one tap to the amount. */
export function SendAgain({ entries }: { readonly entries: readonly HistoryEntry[] }) {
  const words = useMessages(homeMessages);
  const addresses = listRecentRecipients(entries);
  if (addresses.length === 0) return null;
  return (
    <nav className="row" aria-label={words.sendAgain}>
      <span className="text-soft text-small">{words.sendAgain}</span>
      {addresses.map((address) => (
        <ButtonLink key={address} href={`/send?to=${address}`} variant="quiet">
          {shortenAddress(address)}
        </ButtonLink>
      ))}
    </nav>
  );
}
