import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import { type AddressBook, type Contact, findByWay, readBook, type Way, type WayKind } from './contacts.ts';
import type { BookKeeper, BookState } from './keeper.ts';

const empty: BookState = { isOpen: false, book: readBook(new Map()), isSynced: true, syncError: undefined };
const nowhere: BookKeeper = {
  get: () => empty,
  subscribe: () => () => undefined,
  open: async () => undefined,
  change: async () => undefined,
  sync: async () => undefined,
  takeOlder: async () => undefined,
};

// Where no wallet is open, nobody is known.
const KeeperContext = createContext<BookKeeper>(nowhere);

/** Gives the address book of the open wallet to the screens below. */
export const BookKeeperProvider = KeeperContext;

/** What changes the address book and brings it home. */
export function useBookKeeper(): BookKeeper {
  return use(KeeperContext);
}

/** The address book and how it stands; follows every change, of other tabs and devices too. */
export function useBookState(): BookState {
  const { subscribe, get } = use(KeeperContext);
  return useSyncExternalStore(subscribe, get);
}

/** The address book. */
export function useContacts(): AddressBook {
  return useBookState().book;
}

/** A contact and that one of its ways by which it was found. */
export type KnownAs = { readonly contact: Contact; readonly way: Way };

/** Finds out who a handle, an e-mail, a phone number or an address belongs to. */
export function useKnownAs(): (kind: WayKind, value: string) => KnownAs | undefined {
  const { contacts } = useContacts();
  return useMemo(() => (kind: WayKind, value: string) => findByWay(contacts, kind, value), [contacts]);
}

/** What a contact is called by one of its ways: its name, and the way's label where it has one. */
export function nameOf({ contact, way }: KnownAs): string {
  return way.label === '' ? contact.name : `${contact.name}\u00a0· ${way.label}`;
}
