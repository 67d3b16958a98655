import { useMessages } from '../../i18n/language-context.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import type { Contact, WayKind } from './contacts.ts';
import { searchContacts } from './order-contacts.ts';
import { type KnownAs, nameOf, useContacts } from './use-address-book.ts';
import { contactMessages } from './words.ts';

const shownMax = 6;

/** The contacts that can be paid by some kinds of ways and that a text finds, each with the way. */
export function findPayable(contacts: readonly Contact[], kinds: readonly WayKind[], text: string): KnownAs[] {
  const payable = contacts.filter(({ ways }) => ways.some(({ kind }) => kinds.includes(kind)));
  return searchContacts(payable, text).flatMap((contact) => {
    const ways = contact.ways.filter(({ kind }) => kinds.includes(kind));
    // Handle and e-mail are two names of one person; addresses are different places.
    const [first] = ways;
    return kinds.includes('address') ? ways.map((way) => ({ contact, way })) : first ? [{ contact, way: first }] : [];
  });
}

/** A way as it is typed into a recipient's field. */
export function toRecipientText({ kind, value }: KnownAs['way']): string {
  return kind === 'handle' ? `@${value}` : value;
}

type KnownWaysProps = {
  readonly kinds: readonly WayKind[];
  /** What is typed so far. */
  readonly text: string;
  readonly onChoose: (text: string) => void;
};

/** Contacts to choose from, a press each: those whose name goes with what is typed. */
export function KnownWays({ kinds, text, onChoose }: KnownWaysProps) {
  const words = useMessages(contactMessages);
  const { contacts } = useContacts();
  const found = findPayable(contacts, kinds, text);
  if (found.length === 0) return null;
  return (
    <div className="row">
      <span className="text-soft text-small">{words.contacts}</span>
      {found.slice(0, shownMax).map((known) => (
        <Button
          key={`${known.contact.id} ${known.way.value}`}
          variant="quiet"
          onClick={() => onChoose(toRecipientText(known.way))}
        >
          {/* One piece: the parts of a button stand in columns. */}
          <span>
            {nameOf(known)}
            {known.way.kind === 'address' ? (
              <span className="text-soft"> {shortenAddress(known.way.value)}</span>
            ) : null}
          </span>
        </Button>
      ))}
      {text === '' ? (
        <ButtonLink href="/contacts" variant="quiet">
          {words.all}
        </ButtonLink>
      ) : null}
    </div>
  );
}
