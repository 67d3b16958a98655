import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, type Cells, changeCells, decodeCells, encodeCells, isSameBook, mergeCells } from './cells.ts';

const cell: fc.Arbitrary<Cell> = fc.record({
  changedIn: fc.integer({ min: 1, max: 4 }),
  value: fc.option(fc.string({ maxLength: 3 })),
});
const cells: fc.Arbitrary<Cells> = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), cell), { maxLength: 6 })
  .map((facts) => new Map(facts));
const said = (book: Cells, name: string) => book.get(name)?.value;

describe('joining two books', () => {
  it('does not depend on which comes first, on the order of three, or on how often', () => {
    fc.assert(
      fc.property(cells, cells, cells, (one, two, three) => {
        const joined = mergeCells(one, two);
        expect(isSameBook(joined, mergeCells(two, one))).toBe(true);
        expect(isSameBook(mergeCells(joined, three), mergeCells(one, mergeCells(two, three)))).toBe(true);
        expect(isSameBook(mergeCells(joined, one), joined)).toBe(true);
      }),
    );
  });

  it('keeps of every fact the later word, and loses no fact', () => {
    fc.assert(
      fc.property(cells, cells, (one, two) => {
        const joined = mergeCells(one, two);
        expect(new Set(joined.keys())).toEqual(new Set([...one.keys(), ...two.keys()]));
        for (const [name, { changedIn }] of joined) {
          expect(changedIn).toBe(Math.max(one.get(name)?.changedIn ?? 0, two.get(name)?.changedIn ?? 0));
        }
      }),
    );
  });

  it('keeps what was removed removed, unless it was said again later or at the same time', () => {
    const before = changeCells(new Map(), [['a', 'x']], 1);
    const removed = changeCells(before, [['a', null]], 2);
    expect(said(mergeCells(before, removed), 'a')).toBeNull();
    expect(said(mergeCells(removed, changeCells(before, [['a', 'y']], 2)), 'a')).toBe('y');
    expect(
      said(mergeCells(changeCells(removed, [['a', null]], 4), changeCells(before, [['a', 'y']], 3)), 'a'),
    ).toBeNull();
  });
});

describe('changing a book', () => {
  it('leaves no trace of taking back what was never said', () => {
    expect(changeCells(new Map(), [['a', null]], 1).size).toBe(0);
  });

  it('stands above everything that it was made on', () => {
    fc.assert(
      fc.property(cells, fc.option(fc.string()), (before, value) => {
        const after = changeCells(before, [['a', value]], 5);
        expect(isSameBook(mergeCells(before, after), after)).toBe(true);
      }),
    );
  });
});

describe('the text of a book', () => {
  it('is read back, and equal books are equal texts', () => {
    fc.assert(
      fc.property(cells, (book) => {
        expect(decodeCells(encodeCells(book))).toEqual(book);
        expect(encodeCells(new Map([...book].reverse()))).toBe(encodeCells(book));
      }),
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '{"contentVersion":2,"facts":[]}',
    '{"contentVersion":1,"facts":[["a",0,"x"]]}',
    '{"contentVersion":1,"facts":[["a",1]]}',
    '{"contentVersion":1,"facts":[["a",1,7]]}',
    '{"contentVersion":1,"facts":[[1,1,"x"]]}',
  ])('is refused when it is something else: %s', (text) => {
    expect(() => decodeCells(text)).toThrow(expect.objectContaining({ code: 'ADDRESS_BOOK_CORRUPT' }));
  });

  it('never throws anything but that', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          decodeCells(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ADDRESS_BOOK_CORRUPT' });
        }
      }),
    );
  });
});
