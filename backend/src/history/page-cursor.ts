import { AppError } from '@feiqian/domain/errors';

/** A place in somebody's history, newest first: just after (that is, older than) this entry. */
export type PageCursor = {
  /** When the entry occurred, RFC 3339 with microseconds. */
  readonly occurredAt: string;
  readonly id: string;
};

const shape = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Writes a cursor for a URL. */
export function encodePageCursor({ occurredAt, id }: PageCursor): string {
  return `${occurredAt}_${id}`;
}

/**
 * Reads a cursor that we gave.
 *
 * @throws {AppError} REQUEST_INVALID for anything else.
 */
export function decodePageCursor(text: string): PageCursor {
  const [, occurredAt, id] = shape.exec(text) ?? [];
  if (occurredAt === undefined || id === undefined || Number.isNaN(Date.parse(occurredAt))) {
    throw new AppError('REQUEST_INVALID', 'Not a cursor of ours.', { details: { field: 'cursor' } });
  }
  return { occurredAt, id };
}
