import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanTokenText } from './token-text.ts';

describe('what a token says of itself', () => {
  it.each([
    ['USD Coin', 'USD Coin'],
    ['  two\n\tlines ', 'two lines'],
    ['US\u200bD\u0000F', 'USDF'],
    ['\u202eFDSU\u2066', 'FDSU'],
    ['\u3164\u2800', ''],
    ['Z\u0301\u0302\u0303\u0304\u0305', 'Z\u0301\u0302'],
    ['美元币', '美元币'],
  ])('%j becomes %j', (text, expected) => {
    expect(cleanTokenText(text, 64)).toBe(expected);
  });

  it('is cut between characters', () => {
    expect(cleanTokenText('😀😀😀', 2)).toBe('😀😀');
  });

  it('never has anything that cannot be seen, and is clean once it was cleaned', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const cleaned = cleanTokenText(text, max);
        expect([...cleaned].length).toBeLessThanOrEqual(max);
        expect(cleaned).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(cleanTokenText(cleaned, max)).toBe(cleaned);
      }),
    );
  });
});
