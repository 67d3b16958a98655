import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, suggestWords } from './near-words.ts';
import { loadWordList } from './word-lists.ts';

const english = await loadWordList('english');
const word = fc.constantFrom(...english);

describe('suggestWords', () => {
  it.each([
    ['abandn', 'abandon'],
    ['aban', 'abandon'],
    ['wniter', 'winter'],
    ['sausages', 'sausage'],
    ['yelow', 'yellow'],
  ])('finds for %s what was meant', (written, meant) => {
    expect(suggestWords(written, english)[0]).toBe(meant);
  });

  it('finds a word again of which one letter is missing, changed or swapped', () => {
    const mistake = fc.tuple(
      word.filter(({ length }) => length >= 5),
      fc.nat(),
      fc.constantFrom('drop', 'change', 'swap'),
    );
    fc.assert(
      fc.property(mistake, ([meant, place, how]) => {
        const at = place % (meant.length - 1);
        const [before, here, next, after] = [meant.slice(0, at), meant[at], meant[at + 1], meant.slice(at + 2)];
        const written = {
          drop: before + next + after,
          change: `${before}q${next}${after}`,
          swap: before + next + here + after,
        }[how];
        fc.pre(!english.includes(written));
        const suggested = suggestWords(written, english);
        expect(suggested.length).toBeLessThanOrEqual(3);
        // Others may be as near; all that are suggested are, or begin alike.
        const distance = editDistance(written, meant);
        expect(distance).toBe(1);
        expect(
          suggested.includes(meant) ||
            suggested.every(
              (other) => other.startsWith(written.slice(0, 4)) || editDistance(written, other) <= distance,
            ),
        ).toBe(true);
      }),
    );
  });

  it('suggests nothing where any word could be meant', () => {
    expect(suggestWords('x', english)).toEqual([]);
    expect(suggestWords('zzzzzzzz', english)).toEqual([]);
    expect(suggestWords('囧', english)).toEqual([]);
  });
});

describe('editDistance', () => {
  it('is zero for equal words only, the same both ways, and never more than the longer word', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
    fc.assert(
      fc.property(text, text, (one, two) => {
        const distance = editDistance(one, two);
        expect(distance === 0).toBe(one === two);
        expect(editDistance(two, one)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(one.length, two.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(one.length - two.length));
      }),
    );
  });
});
