import { describe, expect, it } from 'vitest';
import { findAccountBlock, groupNumber, readBankNumber } from './bank-number.ts';

describe('readBankNumber', () => {
  it('takes the spaces and dashes that people type', () => {
    expect(readBankNumber('6222 0202 0011 2230')).toBe('6222020200112230');
    expect(readBankNumber('de89-3704-0044-0532-0130-00')).toBe('DE89370400440532013000');
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
