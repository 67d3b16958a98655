import { AppError } from '@feiqian/domain/errors';

/** The place of an item in the list: when it came, in microseconds since 1970 (as exact as the database), and its id. */
export type Place = { readonly atUs: string; readonly id: string };

const shape = /^([0-9]{1,18})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Writes a place for a URL. */
export function encodeCursor({ atUs, id }: Place): string {
  return `${atUs}_${id}`;
}

/** @throws {AppError} REQUEST_INVALID for a cursor that we did not give. */
export function decodeCursor(cursor: string): Place {
  const [, atUs, id] = shape.exec(cursor) ?? [];
  if (atUs === undefined || id === undefined)
    throw new AppError('REQUEST_INVALID', 'Not a cursor of ours.', { details: { field: 'cursor' } });
  return { atUs, id };
}
