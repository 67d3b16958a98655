import { describe, expect, it } from 'vitest';
import type { Recognized } from '../../keyring/protocol.ts';
import { nameWords } from './name-words.ts';

const incomplete = (...positions: number[]): Recognized => ({
  kind: 'phrase_incomplete',
  language: 'english',
  count: 3,
  unknown: positions.map((position) => ({ position, suggestions: [] })),
});

describe('nameWords', () => {
  it('names wrong words as they stand in the box', () => {
    expect(nameWords(incomplete(2), '1. legal 2. wimner 3. thank ')).toEqual([
      { position: 2, suggestions: [], word: 'wimner' },
    ]);
  });

  it('leaves the word in peace that is being typed, until a blank follows or the phrase is long enough', () => {
    expect(nameWords(incomplete(3), 'legal winner tha')).toEqual([]);
    expect(nameWords(incomplete(3), 'legal winner tha ')).toHaveLength(1);
    const twelve = `${'legal '.repeat(11)}tha`;
    expect(nameWords(incomplete(12), twelve)).toMatchObject([{ word: 'tha' }]);
  });

  it('has nothing to say of anything else, nor of words that are gone meanwhile', () => {
    expect(nameWords({ kind: 'unknown' }, 'legal')).toEqual([]);
    expect(nameWords(incomplete(9), 'legal winner ')).toEqual([]);
  });
});
