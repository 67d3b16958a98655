import { AppError } from '../errors.ts';

/** Data objects of an EMVCo code, by their two-digit ids. */
export type Tlv = ReadonlyMap<string, string>;

const valueLengthMax = 99;

/**
 * Splits data objects: a two-digit id, a two-digit length in characters, and the value.
 *
 * @throws {AppError} CODE_MALFORMED when something is left over, or an id is there twice.
 */
export function parseTlv(text: string): Tlv {
  const characters = [...text];
  const objects = new Map<string, string>();
  for (let at = 0; at < characters.length; ) {
    const head = characters.slice(at, at + 4).join('');
    const end = at + 4 + Number(head.slice(2));
    if (!/^[0-9]{4}$/.test(head) || end > characters.length || objects.has(head.slice(0, 2)))
      throw new AppError('CODE_MALFORMED', 'Not data objects of EMVCo.');
    objects.set(head.slice(0, 2), characters.slice(at + 4, end).join(''));
    at = end;
  }
  return objects;
}

/**
 * Writes data objects in the order in which they are given.
 *
 * @throws {AppError} CODE_MALFORMED when a value has more than 99 characters or none.
 */
export function formatTlv(objects: Iterable<readonly [id: string, value: string]>): string {
  return Array.from(objects, ([id, value]) => {
    const { length } = [...value];
    if (length === 0 || length > valueLengthMax)
      throw new AppError('CODE_MALFORMED', 'A value has 1 to 99 characters.');
    return `${id}${`${length}`.padStart(2, '0')}${value}`;
  }).join('');
}
