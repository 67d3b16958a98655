import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { describe, expect, it } from 'vitest';
import { judgeStream } from './judge-stream.ts';
import { createStream } from './stream.ts';

const small = { seed: 7, size: 6000, people: 60, incidents: 8 };

describe('the rules that are built in, on a stream of everyday life and fraud', () => {
  const judged = judgeStream(createStream(small), defaultRules);
  const scores = Object.entries(judged.scores);
  const sumOf = (part: 'incidents' | 'caught' | 'flagged' | 'right') =>
    scores.reduce((sum, [, score]) => sum + score[part], 0);

  it.each(scores)('see %s more often than not, and are right more often than not where they speak', (_, score) => {
    expect(score.incidents).toBe(small.incidents);
    expect(score.caught / score.incidents).toBeGreaterThanOrEqual(0.5);
    expect(score.right / score.flagged).toBeGreaterThanOrEqual(0.5);
  });

  it('see most of all fraud, and disturb less than one in three hundred movements of everyday life', () => {
    expect(sumOf('caught') / sumOf('incidents')).toBeGreaterThanOrEqual(0.8);
    expect(sumOf('right') / sumOf('flagged')).toBeGreaterThanOrEqual(0.9);
    expect(judged.everyday).toBeGreaterThan(3000);
    expect(judged.disturbed / judged.everyday).toBeLessThan(1 / 300);
  });

  it('see the same in the same stream, and nothing without rules', () => {
    expect(judgeStream(createStream(small), defaultRules)).toEqual(judged);
    const blind = judgeStream(createStream(small), { ...defaultRules, rules: [] });
    expect(Object.values(blind.scores).every(({ caught }) => caught === 0)).toBe(true);
  });
});
