import { parseEmail, parseHandle } from '@feiqian/domain/identity';
import { createLookup } from '../database/lookup.ts';
import type { Queryable } from '../database/pool.ts';
import type { Person } from './service.ts';

/** The name that somebody is asked for by, in its canonical form. */
export type PersonName = { readonly email: string } | { readonly handle: string };

/**
 * Reads what somebody typed to name a person. A handle may begin with `@`; an `@` further on makes it an e-mail address.
 *
 * @throws {AppError} EMAIL_MALFORMED, HANDLE_MALFORMED.
 */
export function readPersonName(query: string): PersonName {
  return query.trim().slice(1).includes('@') ? { email: parseEmail(query) } : { handle: parseHandle(query) };
}

type Row = { readonly id: string; readonly handle: string; readonly email: string };

/** Finds people; what many requests ask at once is asked together. */
export function createFindPerson(database: Queryable): (name: PersonName) => Promise<Person | undefined> {
  return createLookup(async (names: readonly PersonName[]) => {
    const handles = names.flatMap((name) => ('handle' in name ? [name.handle] : []));
    const emails = names.flatMap((name) => ('email' in name ? [name.email] : []));
    const { rows } = await database.query<Row>({
      name: 'find_people',
      text: 'SELECT id, handle, email FROM users WHERE handle = ANY ($1::text[]) UNION SELECT id, handle, email FROM users WHERE email = ANY ($2::text[])',
      values: [handles, emails],
    });
    const byHandle = new Map(rows.map((row) => [row.handle, row]));
    const byEmail = new Map(rows.map((row) => [row.email, row]));
    return names.map((name) => {
      const row = 'handle' in name ? byHandle.get(name.handle) : byEmail.get(name.email);
      return row && { id: row.id, handle: row.handle };
    });
  });
}
