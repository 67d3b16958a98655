import { useState } from 'react';
import type { Address } from 'viem';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { ContactSheet } from '../../lib/address-book/contact-sheet.tsx';
import { type Contact, removeContact, type Way } from '../../lib/address-book/contacts.ts';
import { useBookKeeper } from '../../lib/address-book/use-address-book.ts';
import { contactMessages } from '../../lib/address-book/words.ts';
import { Failure } from '../../lib/failure.tsx';
import { useTask } from '../../lib/use-task.ts';
import { AddressText } from '../../ui/address-text.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useToast } from '../../ui/toast.tsx';
import { contactsScreenMessages } from './messages.ts';

type ContactDetailProps = { readonly contact: Contact; readonly onRemoved: () => void };

/** One contact: each way with what can be done by it. */
export function ContactDetail({ contact, onRemoved }: ContactDetailProps) {
  const screen = useMessages(contactsScreenMessages);
  const [sheet, setSheet] = useState<'edit' | 'remove' | undefined>();
  const close = () => setSheet(undefined);
  const searched = contact.ways.find(({ kind }) => kind === 'handle' || kind === 'address');
  return (
    <div className="stack stack--wide">
      <div className="contact-head">
        <Avatar name={contact.name} large />
        <h2 className="contact-head__name">{contact.name}</h2>
      </div>
      <ul className="contact-ways">
        {contact.ways.map((way) => (
          <WayCard key={`${way.kind} ${way.value}`} way={way} />
        ))}
      </ul>
      <div className="row">
        {searched ? (
          <ButtonLink href={`/history?text=${encodeURIComponent(searched.value)}`} icon="history">
            {screen.history}
          </ButtonLink>
        ) : null}
        <Button variant="quiet" onClick={() => setSheet('edit')}>
          {screen.edit}
        </Button>
        <Button variant="quiet" onClick={() => setSheet('remove')}>
          {screen.remove}
        </Button>
      </div>
      {sheet === 'edit' ? <ContactSheet contact={contact} onClose={close} /> : null}
      {sheet === 'remove' ? <RemoveSheet contact={contact} onRemoved={onRemoved} onClose={close} /> : null}
    </div>
  );
}

function WayCard({ way: { kind, value, label } }: { readonly way: Way }) {
  const words = useMessages(contactMessages);
  const screen = useMessages(contactsScreenMessages);
  const text = kind === 'handle' ? `@${value}` : value;
  return (
    <li className="card contact-way">
      <div className="contact-way__words">
        <span className="text-soft text-small">{label === '' ? words[kind] : `${words[kind]} · ${label}`}</span>
        {kind === 'address' ? <AddressText address={value as Address} /> : <span className="tabular">{text}</span>}
      </div>
      <div className="row">
        {kind === 'address' ? (
          <ButtonLink href={`/send?to=${value}`} icon="send">
            {screen.sendTokens}
          </ButtonLink>
        ) : kind === 'phone' ? (
          <a className="button button--secondary" href={`tel:${value}`}>
            {screen.call}
          </a>
        ) : (
          <ButtonLink href={`/transfer?to=${encodeURIComponent(text)}`} icon="cash">
            {screen.sendCash}
          </ButtonLink>
        )}
        <CopyButton text={text} variant="quiet" iconOnly />
      </div>
    </li>
  );
}

type RemoveSheetProps = ContactDetailProps & { readonly onClose: () => void };

function RemoveSheet({ contact, onRemoved, onClose }: RemoveSheetProps) {
  const screen = useMessages(contactsScreenMessages);
  const common = useMessages(commonMessages);
  const keeper = useBookKeeper();
  const showToast = useToast();
  const task = useTask();
  const remove = () =>
    task.run(async () => {
      await keeper.change(removeContact(contact));
      showToast(screen.removed);
      onClose();
      onRemoved();
    });
  return (
    <Sheet title={screen.removeTitle(contact.name)} onClose={onClose} locked={task.isPending}>
      <div className="stack">
        <p>{screen.removeBody}</p>
        {task.error ? <Failure error={task.error} effect={screen.notRemoved} /> : null}
        <div className="row">
          <Button variant="danger" busy={task.isPending ? screen.removing : undefined} onClick={remove}>
            {screen.remove}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
