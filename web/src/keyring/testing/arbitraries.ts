/** Random values that fit what drafts are made of, and texts that almost are drafts. */
import fc from 'fast-check';
import { type Address, bytesToHex, getAddress, type Hex } from 'viem';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

export const anAddress: fc.Arbitrary<Address> = bytesOf(20).map((bytes) => getAddress(bytesToHex(bytes)));
/** 32 bytes. */
export const aWord: fc.Arbitrary<Hex> = bytesOf(32).map((bytes) => bytesToHex(bytes));
/** Two of them together still fit 256 bits. */
export const anAmount = fc.bigInt({ min: 0n, max: 2n ** 255n - 1n });
export const aTime = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
/** Whatever a contract calls itself; what has no UTF-8 could not be signed. */
export const aTokenName = fc.string({ unit: 'binary', maxLength: 20 }).filter((name) => name.isWellFormed());

/** What breaks programs that take JSON for what it should be. */
const nasty = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    '',
    [],
    {},
    0,
    -1,
    1.5,
    true,
    { toString: 1, valueOf: 1 },
    { length: 3 },
    { toJSON: 'x' },
  ),
);

/** JSON with one value in it exchanged, taken away or doubled, or a text with some characters in it exchanged. */
export function spoiled(json: string): fc.Arbitrary<string> {
  const root: unknown = JSON.parse(json);
  const exchanged = fc
    .tuple(fc.constantFrom(...listPaths(root)), nasty)
    .map(([path, value]) => JSON.stringify(exchange(root, path, value)));
  const blurred = fc
    .tuple(fc.nat({ max: json.length - 1 }), fc.nat({ max: 3 }), fc.string({ maxLength: 3 }))
    .map(([at, length, put]) => json.slice(0, at) + put + json.slice(at + length));
  return fc.oneof(exchanged, blurred, fc.json(), fc.string({ unit: 'binary', maxLength: 40 }));
}

type Path = readonly (string | number)[];

function listPaths(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const below = Object.entries(value).flatMap(([name, inner]) => listPaths(inner).map((path) => [name, ...path]));
  return [[], ...below];
}

function exchange(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by;
  const inner = exchange((value as Record<string | number, unknown>)[name], rest, by);
  return Array.isArray(value) ? value.with(Number(name), inner) : { ...(value as object), [name]: inner };
}
