import { describe, expect, it } from 'vitest';
import { normaliseTypedAmount } from './typed-amount.ts';

describe('normaliseTypedAmount', () => {
  it('reads what a Chinese input method writes', () => {
    expect(normaliseTypedAmount('１２。５')).toBe('12.5');
    expect(normaliseTypedAmount('１，２３４．５０')).toBe('1234.50');
  });

  it('reads pasted money', () => {
    expect(normaliseTypedAmount(' ¥1,234.50 ')).toBe('1234.50');
    expect(normaliseTypedAmount('￥3')).toBe('3');
  });

  it('completes a number that begins with its point', () => {
    expect(normaliseTypedAmount('.5')).toBe('0.5');
    expect(normaliseTypedAmount('。')).toBe('0.');
  });

  it('leaves what may mean something else for the parser to refuse', () => {
    expect(normaliseTypedAmount('1,5')).toBe('1,5');
    expect(normaliseTypedAmount('1e9')).toBe('1e9');
    expect(normaliseTypedAmount('-3')).toBe('-3');
  });
});
