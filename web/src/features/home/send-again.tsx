import type { HistoryEntry } from '@feiqian/domain/api/history';
import { useMessages } from '../../i18n/language-context.tsx';
import { findPayable } from '../../lib/address-book/known-ways.tsx';
import { nameOf, useContacts, useKnownAs } from '../../lib/address-book/use-address-book.ts';
import { contactMessages } from '../../lib/address-book/words.ts';
import { listAddedIds, useAssetBook } from '../../lib/assets.ts';
import { listRecentRecipients } from '../../lib/history/recent-recipients.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { homeMessages } from './messages.ts';

const shownMax = 4;

/** Those whom this person paid lately, and contacts beside them: one tap to the amount. */
export function SendAgain({ entries }: { readonly entries: readonly HistoryEntry[] }) {
  const words = useMessages(homeMessages);
  const contact = useMessages(contactMessages);
  const knownAs = useKnownAs();
  const book = useAssetBook();
  const { contacts } = useContacts();
  const saved = findPayable(contacts, ['address'], '').map(({ way }) => way.value);
  const recent = listRecentRecipients(entries, listAddedIds(book));
  const addresses = [...new Set([...recent, ...saved])].slice(0, shownMax);
  const title = recent.length > 0 ? words.sendAgain : contact.contacts;
  if (addresses.length === 0) return null;
  return (
    <nav className="row" aria-label={title}>
      <span className="text-soft text-small">{title}</span>
      {addresses.map((address) => {
        const known = knownAs('address', address);
        return (
          <ButtonLink key={address} href={`/send?to=${address}`} variant="quiet">
            {known ? nameOf(known) : shortenAddress(address)}
          </ButtonLink>
        );
      })}
      {contacts.length > 0 ? (
        <ButtonLink href="/contacts" variant="quiet">
          {contact.all}
        </ButtonLink>
      ) : null}
    </nav>
  );
}
