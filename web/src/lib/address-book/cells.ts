import { AppError } from '@feiqian/domain/errors';

/** One fact of the address book: what was last said of it and in which version; `null` once it was taken back. */
export type Cell = { readonly changedIn: number; readonly value: string | null };

/**
 * The address book as facts by name, such as `contact/<id>/name`. Two devices' books join fact by fact, so whoever changes
 * one thing loses nothing of what another device changed. Names that this program does not know are kept as they are.
 */
export type Cells = ReadonlyMap<string, Cell>;

/** What is to be said anew: a text, or `null` to take it back. */
export type Change = readonly [name: string, value: string | null];

const contentVersion = 1;

/**
 * Joins two books: of each fact the later word. Between two of the same version, one that says something stands above one
 * that takes back, and the greater text above the lesser. The order of the two does not matter, nor does joining again.
 */
export function mergeCells(left: Cells, right: Cells): Cells {
  const merged = new Map(left);
  for (const [name, cell] of right) {
    const other = merged.get(name);
    merged.set(name, other ? laterCell(other, cell) : cell);
  }
  return merged;
}

/** The book after some changes, made in the version `changedIn`. What already stands so is left alone. */
export function changeCells(cells: Cells, changes: readonly Change[], changedIn: number): Cells {
  const changed = new Map(cells);
  for (const [name, value] of changes) {
    const before = changed.get(name);
    if (value === null && before === undefined) continue;
    changed.set(name, { changedIn, value });
  }
  return changed;
}

/** Whether two books say the same, down to who said it when. */
export function isSameBook(left: Cells, right: Cells): boolean {
  return encodeCells(left) === encodeCells(right);
}

/** Writes a book: equal books are equal texts. */
export function encodeCells(cells: Cells): string {
  const facts = [...cells]
    .sort(([left], [right]) => (left < right ? -1 : Number(left > right)))
    .map(([name, { changedIn, value }]) => [name, changedIn, value]);
  return JSON.stringify({ contentVersion, facts });
}

/** Reads a book. @throws {AppError} ADDRESS_BOOK_CORRUPT. */
export function decodeCells(text: string): Cells {
  try {
    const { contentVersion: version, facts } = JSON.parse(text) as { contentVersion?: unknown; facts?: unknown };
    if (version !== contentVersion || !Array.isArray(facts)) throw refuse();
    return new Map(facts.map(checkFact));
  } catch {
    // A parser's message quotes what it read.
    throw refuse();
  }
}

const refuse = () => new AppError('ADDRESS_BOOK_CORRUPT', 'The content is not an address book.');

function checkFact(fact: unknown): [string, Cell] {
  if (!Array.isArray(fact) || fact.length !== 3) throw refuse();
  const [name, changedIn, value] = fact as readonly unknown[];
  if (typeof name !== 'string' || typeof changedIn !== 'number' || !Number.isSafeInteger(changedIn) || changedIn < 1)
    throw refuse();
  if (value !== null && typeof value !== 'string') throw refuse();
  return [name, { changedIn, value }];
}

function laterCell(left: Cell, right: Cell): Cell {
  if (left.changedIn !== right.changedIn) return left.changedIn > right.changedIn ? left : right;
  if (left.value === null || right.value === null) return left.value === null ? right : left;
  return left.value >= right.value ? left : right;
}
