import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAccountBlock, groupNumber, readBankNumber } from './bank-number.ts';

describe('readBankNumber', () => {
  it('takes the spaces and dashes that people type', () => {
    expect(readBankNumber('6222 0202 0011 2230')).toBe('6222020200112230');
    expect(readBankNumber('de89-3704-0044-0532-0130-00')).toBe('DE89370400440532013000');
  });

  it('reads back what is written in groups, in whichever letters', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{6,34}$/), (number) => {
        const written = groupNumber(number);
        expect(written.split(' ').every((group) => group.length <= 4)).toBe(true);
        for (const text of [number, written, written.toLowerCase(), written.replaceAll(' ', '-'), ` ${written}\n`])
          expect(readBankNumber(text)).toBe(number);
      }),
    );
  });

  it('takes no other text for a number, and never more of it than letters and digits', () => {
    const nearly = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.stringMatching(/^[0-9A-Za-z -]{4,40}$/));
    fc.assert(
      fc.property(nearly, (text) => {
        const number = readBankNumber(text);
        if (number === undefined) return;
        expect(number).toMatch(/^[0-9A-Z]{6,34}$/);
        expect(readBankNumber(number)).toBe(number);
        expect(number).toBe(text.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase());
      }),
    );
  });

  it.each(['', '12345', 'a'.repeat(35), '6222_0202', '６２２２０２０２'])('does not take %j', (text) => {
    expect(readBankNumber(text)).toBeUndefined();
  });
});

it('findAccountBlock names the first thing that is missing', () => {
  expect(findAccountBlock({ holder: '  ', number: '' })).toBe('holder');
  expect(findAccountBlock({ holder: '李伟', number: '' })).toBe('number');
  expect(findAccountBlock({ holder: '李伟', number: '12' })).toBe('numberWrong');
  expect(findAccountBlock({ holder: '李伟', number: '6222 0202 0011 2230' })).toBeUndefined();
});

it('groupNumber writes groups of four without a blank at the end', () => {
  expect(groupNumber('6222020200112230')).toBe('6222 0202 0011 2230');
  expect(groupNumber('622202020')).toBe('6222 0202 0');
});
