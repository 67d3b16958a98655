import { parseAddress } from '@feiqian/domain/address';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { parseEmail, parseHandle } from '@feiqian/domain/identity';
import type { Cells, Change } from './cells.ts';

/** The ways to reach or pay somebody. */
export const wayKinds = ['handle', 'email', 'phone', 'address'] as const;
export type WayKind = (typeof wayKinds)[number];

/** One way, in the one form under which it is kept: a handle without @, an EIP-55 address. */
export type Way = { readonly kind: WayKind; readonly value: string; readonly label: string };

/** Somebody whom the person knows by name. */
export type Contact = { readonly id: string; readonly name: string; readonly ways: readonly Way[] };

/** What a person keeps about one entry of history. */
export type EntryNote = { readonly note: string; readonly tags: readonly string[] };

export const nameLengthMax = 60;
export const labelLengthMax = 30;
export const noteLengthMax = 500;
export const tagLengthMax = 20;
export const tagsMax = 10;
export const waysMax = 20;

const wayName = /^contact\/([^/]+)\/(handle|email|phone|address)\/(.+)$/su;
const contactName = /^contact\/([^/]+)\/name$/u;
const noteName = /^entry\/([^/]+)\/note$/u;
const tagName = /^entry\/([^/]+)\/tag\/(.+)$/su;
const phoneShape = /^\+?[0-9]{5,15}$/;

/** Makes a text one short line without control characters, so that nothing hides in it or turns the line around. */
export function toLine(text: string, lengthMax: number): string {
  const line = text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return [...line].slice(0, lengthMax).join('').trim();
}

/** What the wallet shows of a book. Whoever reads it checks: a book may come from another version of this program. */
export type AddressBook = {
  /** In no particular order. */
  readonly contacts: readonly Contact[];
  /** By the id of the history entry. */
  readonly notes: ReadonlyMap<string, EntryNote>;
  /** Every tag that is in use, the most used first. */
  readonly tags: readonly string[];
};

/** Reads the facts as people and notes. A fact that makes no sense is left out, and kept. */
export function readBook(cells: Cells): AddressBook {
  const contacts = new Map<string, { name: string; ways: Way[] }>();
  const notes = new Map<string, { note: string; tags: string[] }>();
  const noteOf = (id: string) => notes.get(id) ?? notes.set(id, { note: '', tags: [] }).get(id);
  for (const [name, { value }] of cells) {
    const id = contactName.exec(name)?.[1];
    if (id !== undefined && value) contacts.set(id, { name: toLine(value, nameLengthMax), ways: [] });
    const noted = noteName.exec(name)?.[1];
    if (noted !== undefined && value) Object.assign(noteOf(noted) ?? {}, { note: value });
    const [, tagged, tag] = tagName.exec(name) ?? [];
    if (tagged !== undefined && tag !== undefined && value !== null) noteOf(tagged)?.tags.push(tag);
  }
  for (const [name, { value }] of cells) {
    const [, id = '', kind, text = ''] = wayName.exec(name) ?? [];
    if (kind === undefined || value === null || findWay(kind as WayKind, text) !== text) continue;
    contacts.get(id)?.ways.push({ kind: kind as WayKind, value: text, label: toLine(value, labelLengthMax) });
  }
  return {
    contacts: [...contacts].map(([id, { name, ways }]) => ({ id, name, ways: ways.sort(compareWays) })),
    notes: new Map([...notes].map(([id, { note, tags }]) => [id, { note, tags: tags.sort() }])),
    tags: rankTags([...notes.values()].flatMap(({ tags }) => tags)),
  };
}

/** Reads a way as people type it. @throws {AppError} HANDLE_MALFORMED, EMAIL_MALFORMED, PHONE_MALFORMED, ADDRESS_MALFORMED, ADDRESS_CHECKSUM_WRONG. */
export function parseWay(kind: WayKind, text: string): string {
  switch (kind) {
    case 'handle':
      return parseHandle(text);
    case 'email':
      return parseEmail(text);
    case 'phone':
      return parsePhone(text);
    case 'address':
      return parseAddress(text);
    default:
      return kind satisfies never;
  }
}

/** The facts of a new contact or a changed one; `before` is what the person saw when they began to change it. */
export function changeContact(next: Contact, before?: Contact): readonly Change[] {
  const name = toLine(next.name, nameLengthMax);
  const gone = (before?.ways ?? []).filter(
    ({ kind, value }) => !next.ways.some((way) => isSameWay(way, { kind, value })),
  );
  const said = next.ways.filter(
    (way) => !before?.ways.some((other) => isSameWay(way, other) && way.label === other.label),
  );
  if (before && name === before.name && gone.length === 0 && said.length === 0) return [];
  return [
    // Said again with every change: who changes a contact while another device removes it keeps it.
    [`contact/${next.id}/name`, name],
    ...gone.map((way): Change => [nameOfWay(next.id, way), null]),
    ...said.map((way): Change => [nameOfWay(next.id, way), toLine(way.label, labelLengthMax)]),
  ];
}

/** The facts of a contact that is no more. */
export function removeContact({ id, ways }: Contact): readonly Change[] {
  return [[`contact/${id}/name`, null], ...ways.map((way): Change => [nameOfWay(id, way), null])];
}

/** The facts of what is kept about an entry; `before` is what the person saw. */
export function changeNote(entryId: string, next: EntryNote, before: EntryNote | undefined): readonly Change[] {
  const note = toNote(next.note);
  const tags = toTags(next.tags);
  const old = before?.tags ?? [];
  return [
    ...(note === (before?.note ?? '') ? [] : [[`entry/${entryId}/note`, note === '' ? null : note] satisfies Change]),
    ...old.filter((tag) => !tags.includes(tag)).map((tag): Change => [`entry/${entryId}/tag/${tag}`, null]),
    ...tags.filter((tag) => !old.includes(tag)).map((tag): Change => [`entry/${entryId}/tag/${tag}`, '']),
  ];
}

/** Tags as they are kept: one line each, short, none twice, not too many. */
export function toTags(texts: readonly string[]): string[] {
  const lines = texts.map((text) => toLine(text, text.length).replace(/^[#＃\s]+/u, ''));
  const tags = lines.map((line) => toLine(line, tagLengthMax)).filter((tag) => tag !== '');
  return [...new Set(tags)].slice(0, tagsMax);
}

/** The contact that has a way, and the way, if there is one. */
export function findByWay(
  contacts: readonly Contact[],
  kind: WayKind,
  value: string,
): { readonly contact: Contact; readonly way: Way } | undefined {
  for (const contact of contacts) {
    const way = contact.ways.find((candidate) => candidate.kind === kind && isSameText(kind, candidate.value, value));
    if (way) return { contact, way };
  }
  return undefined;
}

function toNote(text: string): string {
  return [
    ...text
      .normalize('NFC')
      .replaceAll(/(?!\n)\p{Cc}/gu, ' ')
      .trim(),
  ]
    .slice(0, noteLengthMax)
    .join('')
    .trim();
}

function parsePhone(text: string): string {
  const phone = text.replaceAll(/[\s().-]/g, '');
  if (!phoneShape.test(phone)) throw new AppError('PHONE_MALFORMED', 'Not a phone number.');
  return phone;
}

/** A way from a book in the form that it should have; undefined when it is none. */
function findWay(kind: WayKind, text: string): string | undefined {
  try {
    return parseWay(kind, text);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return undefined;
  }
}

type WayName = Pick<Way, 'kind' | 'value'>;

const nameOfWay = (id: string, { kind, value }: WayName): string => `contact/${id}/${kind}/${value}`;
const isSameWay = (left: WayName, right: WayName): boolean => left.kind === right.kind && left.value === right.value;

function isSameText(kind: WayKind, left: string, right: string): boolean {
  return kind === 'address' ? left.toLowerCase() === right.toLowerCase() : left === right;
}

function compareWays(left: Way, right: Way): number {
  const byKind = wayKinds.indexOf(left.kind) - wayKinds.indexOf(right.kind);
  return byKind === 0 ? (left.value < right.value ? -1 : 1) : byKind;
}

function rankTags(tags: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([one, left], [two, right]) => right - left || (one < two ? -1 : 1)).map(([tag]) => tag);
}
