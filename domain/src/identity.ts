import { findEmail } from './email.ts';
import { AppError } from './errors.ts';

const handleShape = /^[a-z][a-z0-9_]{2,19}$/;

/**
 * Reads an e-mail address as people type it and gives the one form under which it is kept (trimmed, lower case, NFKC).
 *
 * @throws {AppError} EMAIL_MALFORMED when it is not an address that could be delivered to.
 */
export function parseEmail(text: string): string {
  const email = findEmail(text);
  if (email === undefined) throw new AppError('EMAIL_MALFORMED', 'Not an e-mail address.');
  return email;
}

/**
 * Reads a handle, with or without its @: 3 to 20 of a-z, 0-9 and _, beginning with a letter.
 *
 * @throws {AppError} HANDLE_MALFORMED otherwise.
 */
export function parseHandle(text: string): string {
  const handle = text.trim().toLowerCase().replace(/^@/, '');
  if (!handleShape.test(handle)) throw new AppError('HANDLE_MALFORMED', 'Not a handle.');
  return handle;
}
