import { describe, expect, it } from 'vitest';
import { pickMiddleRound, toBenchResult } from './bench-result.ts';

const round = (figure: number, limit: number) => ({ figure, limit });

describe('the round in the middle', () => {
  it('is the one with the middle ratio, whole', () => {
    expect(pickMiddleRound([round(9, 10), round(2, 10), round(80, 100)])).toEqual(round(80, 100));
  });

  it('is the same when one round was disturbed', () => {
    const calm = [round(90, 100), round(91, 100), round(89, 100), round(90.5, 100)];
    const ratioWith = (disturbed: number) => pickMiddleRound([...calm, round(disturbed, 100)]).figure / 100;
    expect(ratioWith(1)).toBeCloseTo(0.9);
    expect(ratioWith(1000)).toBeCloseTo(0.905);
  });

  it('is not made up between two', () => {
    expect(() => pickMiddleRound([round(1, 1), round(2, 1)])).toThrow('no middle');
    expect(() => pickMiddleRound([])).toThrow('no middle');
  });
});

describe('a result', () => {
  it('has the ratio of its figures', () => {
    expect(toBenchResult({ bench: 'x', case: 'y', figure: 3, limit: 4, unit: 'ms' }).ratio).toBe(0.75);
  });
});
