import { isAppError } from '@feiqian/domain/errors';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { ContactSheet } from '../../lib/address-book/contact-sheet.tsx';
import type { Contact } from '../../lib/address-book/contacts.ts';
import { groupByLetter, searchContacts } from '../../lib/address-book/order-contacts.ts';
import { useBookKeeper, useBookState } from '../../lib/address-book/use-address-book.ts';
import { contactMessages } from '../../lib/address-book/words.ts';
import { Failure } from '../../lib/failure.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { focusCurrentRow, List, ListRow, useArrowsIntoRows } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { ContactDetail } from './contact-detail.tsx';
import { contactsScreenMessages } from './messages.ts';
import './contacts.css';

const path = '/contacts';

/** Whom the person knows, by letter, with the open one beside them. */
export function ContactsScreen({ openId }: { readonly openId?: string | undefined }) {
  const words = useMessages(contactMessages);
  const screen = useMessages(contactsScreenMessages);
  const isDesk = useIsDesk();
  const [, navigate] = useLocation();
  const { book, isOpen } = useBookState();
  const [isAdding, setAdding] = useState(false);
  useArrowsIntoRows();
  const close = () => {
    focusCurrentRow();
    navigate(path);
  };
  useEscape(openId ? close : undefined);
  const open = book.contacts.find(({ id }) => id === openId);
  const detail = open ? (
    <ContactDetail contact={open} key={open.id} onRemoved={() => navigate(path, { replace: true })} />
  ) : openId && isOpen ? (
    <EmptyState icon="user" title={screen.gone} />
  ) : undefined;
  if (openId && !isDesk) {
    return (
      <Page title={words.contacts} back={path}>
        <div className="stack stack--wide">
          <Standing />
          {detail ?? <Skeleton lines={4} />}
        </div>
      </Page>
    );
  }
  const choose = (
    <EmptyState icon="user" title={screen.chooseTitle}>
      {screen.chooseBody}
    </EmptyState>
  );
  return (
    <Page
      title={words.contacts}
      back={isDesk ? undefined : '/'}
      detail={isDesk && book.contacts.length > 0 ? (detail ?? choose) : undefined}
    >
      <div className="stack stack--wide">
        <Standing />
        {isOpen ? <People openId={openId} onAdd={() => setAdding(true)} /> : <Skeleton rows lines={4} />}
      </div>
      {isAdding ? <ContactSheet onClose={() => setAdding(false)} onSaved={(id) => navigate(`${path}/${id}`)} /> : null}
    </Page>
  );
}

type PeopleProps = { readonly openId: string | undefined; readonly onAdd: () => void };

function People({ openId, onAdd }: PeopleProps) {
  const words = useMessages(contactMessages);
  const screen = useMessages(contactsScreenMessages);
  const { contacts } = useBookState().book;
  const [text, setText] = useState('');
  const add = (
    <Button variant="primary" icon="plus" onClick={onAdd}>
      {words.add}
    </Button>
  );
  if (contacts.length === 0) {
    return (
      <EmptyState icon="user" title={screen.emptyTitle} action={add}>
        {screen.emptyBody}
      </EmptyState>
    );
  }
  const found = searchContacts(contacts, text);
  return (
    <>
      <search className="contacts-search">
        <TextInput
          label={screen.search}
          placeholder={screen.search}
          type="search"
          autoComplete="off"
          maxLength={80}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {add}
      </search>
      <p className="visually-hidden" role="status">
        {screen.count(found.length)}
      </p>
      {found.length === 0 ? (
        <EmptyState icon="search" title={screen.noneTitle}>
          {screen.noneBody}
        </EmptyState>
      ) : (
        <Letters contacts={found} openId={openId} />
      )}
    </>
  );
}

type LettersProps = { readonly contacts: readonly Contact[]; readonly openId: string | undefined };

function Letters({ contacts, openId }: LettersProps) {
  return (
    <div data-rows>
      {groupByLetter(contacts).map(({ letter, contacts: ofLetter }) => (
        <section key={letter} aria-label={letter}>
          <h2 className="contacts-letter">{letter}</h2>
          <List label={letter}>
            {ofLetter.map((contact) => (
              <ListRow
                key={contact.id}
                mark={<Avatar name={contact.name} />}
                title={contact.name}
                detail={describeWays(contact)}
                href={`${path}/${contact.id}`}
                current={contact.id === openId}
              />
            ))}
          </List>
        </section>
      ))}
    </div>
  );
}

/** The first two ways in a line. */
function describeWays({ ways }: Contact): string {
  return ways
    .slice(0, 2)
    .map(({ kind, value }) => (kind === 'handle' ? `@${value}` : kind === 'address' ? shortenAddress(value) : value))
    .join(' · ');
}

/** Says when something is only on this device, and why. */
function Standing() {
  const screen = useMessages(contactsScreenMessages);
  const { isOpen, isSynced, syncError } = useBookState();
  const keeper = useBookKeeper();
  if (!isOpen) return null;
  const code = isAppError(syncError) ? syncError.code : undefined;
  if (code === 'ADDRESS_BOOK_ROLLED_BACK') {
    return (
      <Failure
        error={syncError}
        effect={screen.takeOlderBody}
        action={<Button onClick={() => void keeper.takeOlder()}>{screen.takeOlder}</Button>}
      />
    );
  }
  if (syncError !== undefined && code !== 'SERVICE_UNAVAILABLE' && code !== 'SESSION_EXPIRED')
    return <Failure error={syncError} />;
  return isSynced ? null : <Banner tone="offline" title={screen.waiting} />;
}
