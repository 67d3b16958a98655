import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPayCode, formatPayCode, payCodeLength, toPayCode } from './pay-code.ts';

const random = fc
  .array(fc.constantFrom(...'0123456789'), { minLength: 15, maxLength: 15 })
  .map((digits) => digits.join(''));

describe('a pay code', () => {
  it('is found as it is scanned, and as people type it', () => {
    fc.assert(
      fc.property(random, (digits) => {
        const code = toPayCode(digits);
        expect(code).toHaveLength(payCodeLength);
        expect(findPayCode(code)).toBe(code);
        expect(findPayCode(` ${formatPayCode(code)} `)).toBe(code);
        expect(findPayCode(formatPayCode(code).replaceAll(' ', '-'))).toBe(code);
      }),
    );
  });

  it('is none when one digit of it is another one', () => {
    fc.assert(
      fc.property(random, fc.nat({ max: payCodeLength - 1 }), fc.integer({ min: 1, max: 9 }), (digits, place, step) => {
        const code = [...toPayCode(digits)];
        const changed = code.with(place, `${(Number(code[place]) + step) % 10}`).join('');
        expect(findPayCode(changed)).toBeUndefined();
      }),
    );
  });

  it('is found in no other text than its eighteen digits, with blanks or dashes between', () => {
    const nearly = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 24 }),
      fc.stringMatching(/^[ -]?88[0-9]{2}[ -]{0,2}[0-9]{14}[ -]?$/),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        const code = findPayCode(text);
        if (code === undefined) return;
        expect(text.replaceAll(/[\s-]/g, '')).toBe(code);
        expect(toPayCode(code.slice(2, -1))).toBe(code);
      }),
      { numRuns: 500 },
    );
  });

  it('is checked by the formula of the standard', () => {
    expect(toPayCode('000000000000000')).toBe('880000000000000005');
    expect(() => toPayCode('1')).toThrow(RangeError);
  });
});
