import { toRlp } from 'viem';
import { AppError } from './errors.ts';

/** A node of Recursive Length Prefix encoding: a byte string or a list of nodes (Yellow Paper, appendix B). */
export type RlpItem = Uint8Array | readonly RlpItem[];

// A transaction nests four lists: itself, its access list, an entry, the entry's keys. More is an attack on the stack.
const depthMax = 8;

const refuse = (reason: string): AppError =>
  new AppError('TRANSACTION_INVALID', 'Not canonical RLP.', { details: { reason } });

/**
 * Decodes RLP and accepts only the one canonical spelling: shortest length prefixes, single small bytes without prefix,
 * nothing after the end. Therefore `encodeRlp(decodeRlp(bytes))` is always `bytes`.
 *
 * @returns views into `bytes`, not copies.
 * @throws {AppError} TRANSACTION_INVALID.
 */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  const { item, end } = decodeItem(bytes, 0, bytes.length, 0);
  if (end !== bytes.length) throw refuse('bytes after the end');
  return item;
}

/** Encodes RLP. */
export function encodeRlp(item: RlpItem): Uint8Array {
  return toRlp(item as Parameters<typeof toRlp>[0], 'bytes');
}

type Span = { readonly isList: boolean; readonly start: number; readonly end: number };

/** Reads the prefix at `at`: where the payload lies. Prefix ranges are those of the Yellow Paper, equations 183 to 190. */
function readSpan(bytes: Uint8Array, at: number, limit: number): Span {
  const prefix = bytes[at];
  if (prefix === undefined || at >= limit) throw refuse('nothing where an item should begin');
  if (prefix < 0x80) return { isList: false, start: at, end: at + 1 };
  const isList = prefix >= 0xc0;
  const short = prefix - (isList ? 0xc0 : 0x80);
  const span =
    short < 56 ? { isList, start: at + 1, end: at + 1 + short } : readLongSpan(bytes, at, isList, short - 55);
  if (span.end > limit) throw refuse('length beyond the end');
  const first = bytes[span.start];
  if (!isList && span.end - span.start === 1 && first !== undefined && first < 0x80) {
    throw refuse('a small byte needs no prefix');
  }
  return span;
}

function readLongSpan(bytes: Uint8Array, at: number, isList: boolean, lengthSize: number): Span {
  // Four bytes of length are four gigabytes: more than anything that reaches us.
  if (lengthSize > 4) throw refuse('length beyond the end');
  let length = 0;
  for (let index = 0; index < lengthSize; index += 1) {
    const byte = bytes[at + 1 + index];
    if (byte === undefined) throw refuse('length beyond the end');
    if (index === 0 && byte === 0) throw refuse('length with a leading zero');
    length = length * 256 + byte;
  }
  if (length < 56) throw refuse('a short length needs the short prefix');
  const start = at + 1 + lengthSize;
  return { isList, start, end: start + length };
}

function decodeItem(bytes: Uint8Array, at: number, limit: number, depth: number): { item: RlpItem; end: number } {
  if (depth > depthMax) throw refuse('nested too deep');
  const { isList, start, end } = readSpan(bytes, at, limit);
  if (!isList) return { item: bytes.subarray(start, end), end };
  const items: RlpItem[] = [];
  for (let next = start; next < end; ) {
    const decoded = decodeItem(bytes, next, end, depth + 1);
    items.push(decoded.item);
    next = decoded.end;
  }
  return { item: items, end };
}
