import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { describe, expect, it } from 'vitest';
import { judgeStream } from './judge-stream.ts';
import { createStream } from './stream.ts';

const small = { seed: 7, size: 6000, people: 60, incidents: 3 };

describe('the rules that are built in, on a stream of everyday life and fraud', () => {
  const judged = judgeStream(createStream(small), defaultRules);

  it.each(Object.entries(judged.scores))('see %s, and are right where they speak', (_, score) => {
    expect(score.incidents).toBe(small.incidents);
    expect(score.caught / score.incidents).toBeGreaterThanOrEqual(0.9);
    expect(score.right / score.flagged).toBeGreaterThanOrEqual(0.8);
  });

  it('disturb less than one in five hundred movements of everyday life', () => {
    expect(judged.everyday).toBeGreaterThan(3000);
    expect(judged.disturbed / judged.everyday).toBeLessThan(0.002);
  });

  it('see the same in the same stream, and nothing without rules', () => {
    expect(judgeStream(createStream(small), defaultRules)).toEqual(judged);
    const blind = judgeStream(createStream(small), { ...defaultRules, rules: [] });
    expect(Object.values(blind.scores).every(({ caught }) => caught === 0)).toBe(true);
  });
});
