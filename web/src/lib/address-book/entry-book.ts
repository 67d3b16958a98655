import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { AddressBook, EntryNote, WayKind } from './contacts.ts';
import { fold, searchContacts } from './order-contacts.ts';
import { type KnownAs, nameOf, useContacts, useKnownAs } from './use-address-book.ts';

/** The other side of an entry as a way of a contact; undefined for gateways, and where there is none. */
export function wayOfEntry({ counterparty }: HistoryEntry): { kind: WayKind; value: string } | undefined {
  if (!counterparty || counterparty.kind === 'gateway') return undefined;
  return { kind: counterparty.kind === 'person' ? 'handle' : 'address', value: counterparty.value };
}

/** What the person has written about an entry, and whom they know its other side as. */
export function useEntryBook(entry: HistoryEntry): {
  readonly known: KnownAs | undefined;
  readonly name: string | undefined;
  readonly note: EntryNote | undefined;
} {
  const knownAs = useKnownAs();
  const { notes } = useContacts();
  const way = wayOfEntry(entry);
  const known = way && knownAs(way.kind, way.value);
  return { known, name: known && nameOf(known), note: notes.get(entry.id) };
}

/** What only this device can look for: words of the address book, and a tag. */
export type LocalSearch = { readonly text: string; readonly tag: string };

/**
 * Whether a search is about something that the service must not read: then it is done here, over entries that are read
 * without it. What finds something by all of its letters does so by the first few, so nothing of it leaves while it is typed.
 */
export function isLocalSearch({ contacts, notes }: AddressBook, { text, tag }: LocalSearch): boolean {
  if (tag !== '') return true;
  const wanted = fold(text);
  if (wanted === '') return false;
  return searchContacts(contacts, text).length > 0 || [...notes.values()].some((note) => isInNote(note, wanted));
}

/** Whether an entry goes with a search: by note, tag, the contact's name or ways, or by what the service would find. */
export function matchesLocally({ contacts, notes }: AddressBook, { text, tag }: LocalSearch) {
  const wanted = fold(text);
  const ways = searchContacts(contacts, text).flatMap((contact) => contact.ways);
  const known = new Set(wanted === '' ? [] : ways.map(({ kind, value }) => `${kind} ${value}`));
  return (entry: HistoryEntry): boolean => {
    const note = notes.get(entry.id);
    if (tag !== '' && !note?.tags.includes(tag)) return false;
    if (wanted === '') return true;
    const way = wayOfEntry(entry);
    return (
      (note !== undefined && isInNote(note, wanted)) ||
      (way !== undefined && known.has(`${way.kind} ${way.value}`)) ||
      readableOf(entry).some((part) => fold(part).includes(wanted.replace(/^@/, '')))
    );
  };
}

function isInNote({ note, tags }: EntryNote, wanted: string): boolean {
  return fold(note).includes(wanted) || tags.some((tag) => fold(tag).includes(wanted.replace(/^[#＃]/, '')));
}

function readableOf({ id, note, counterparty, txHash, legs }: HistoryEntry): string[] {
  const references = legs.map(({ reference }) => reference);
  return [id, note, counterparty?.value, txHash, ...references].filter((part) => typeof part === 'string');
}
