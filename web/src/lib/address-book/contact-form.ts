import { type ErrorCode, isAppError } from '@feiqian/domain/errors';
import {
  type Contact,
  labelLengthMax,
  parseWay,
  toLine,
  type Way,
  type WayKind,
  wayKinds,
  waysMax,
} from './contacts.ts';

/** One line of the form: a way as it is typed. */
export type WayField = { readonly key: string; readonly kind: WayKind; readonly text: string; readonly label: string };

/** What a person has entered about a contact so far. */
export type ContactFields = { readonly name: string; readonly ways: readonly WayField[] };

/** What the form means: the contact, or what is wrong. */
export type ContactReading = {
  readonly ways: readonly Way[];
  /** By the key of the line. */
  readonly errors: ReadonlyMap<string, ErrorCode>;
};

/** An empty line. */
export function newField(kind: WayKind, text = '', label = ''): WayField {
  return { key: crypto.randomUUID(), kind, text, label };
}

/** The form for a contact: all of its ways, and an empty line for each kind that it has none of. */
export function toFields(contact: Pick<Contact, 'name' | 'ways'>): ContactFields {
  const ways = wayKinds.flatMap((kind) => {
    const known = contact.ways.filter((way) => way.kind === kind).map((way) => newField(kind, way.value, way.label));
    return known.length > 0 ? known : [newField(kind)];
  });
  return { name: contact.name, ways };
}

/** Reads the form. Empty lines are left out; the same way twice counts once. */
export function readContactForm({ ways }: ContactFields): ContactReading {
  const errors = new Map<string, ErrorCode>();
  const read = new Map<string, Way>();
  for (const { key, kind, text, label } of ways) {
    if (text.trim() === '') continue;
    try {
      const value = parseWay(kind, text);
      read.set(`${kind} ${value}`, { kind, value, label: toLine(label, labelLengthMax) });
    } catch (error) {
      if (!isAppError(error)) throw error;
      errors.set(key, error.code);
    }
  }
  return { ways: [...read.values()].slice(0, waysMax), errors };
}
