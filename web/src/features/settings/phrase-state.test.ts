import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePositions, forgetPhrase, type PhraseEvent, type PhraseState, reducePhrase } from './phrase-state.ts';

const phrase = { words: ['abandon', 'ability', 'able'] };
const run = (...events: PhraseEvent[]) => events.reduce<PhraseState>(reducePhrase, { step: 'asking' });

describe('reducePhrase', () => {
  it('shows, checks and is done', () => {
    expect(run({ type: 'revealed', phrase })).toEqual({ step: 'shown', phrase });
    const checking = run({ type: 'revealed', phrase }, { type: 'written', positions: [1, 2, 3] });
    expect(checking).toEqual({ step: 'checking', positions: [1, 2, 3], isWrong: false });
    expect(reducePhrase(checking, { type: 'judged', isCorrect: true })).toEqual({ step: 'checked' });
    expect(reducePhrase(checking, { type: 'judged', isCorrect: false })).toMatchObject({
      step: 'checking',
      isWrong: true,
    });
  });

  it('holds the words only while they are shown', () => {
    const event: fc.Arbitrary<PhraseEvent> = fc.constantFrom<PhraseEvent>(
      { type: 'revealed', phrase },
      { type: 'written', positions: [1, 2, 3] },
      { type: 'judged', isCorrect: true },
      { type: 'judged', isCorrect: false },
      { type: 'hidden' },
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const state = run(...events);
        if (state.step !== 'shown') expect(JSON.stringify(state)).not.toContain('abandon');
      }),
    );
  });
});

describe('forgetPhrase', () => {
  it('leaves nothing of it to whoever still holds it', () => {
    const held = { words: ['abandon', 'ability'], passphrase: 'a further word' };
    const { words } = held;
    forgetPhrase(held);
    expect([held, words]).toEqual([{ words: [] }, []]);
  });
});

describe('choosePositions', () => {
  it('asks for different words in order', () => {
    const random = fc.func(fc.nat());
    fc.assert(
      fc.property(fc.constantFrom(12, 24), random, (count, pick) => {
        const positions = choosePositions(count, 4, (below) => pick(below) % below);
        expect(new Set(positions).size).toBe(4);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
        expect(positions.every((position) => position >= 1 && position <= count)).toBe(true);
      }),
    );
  });
});
