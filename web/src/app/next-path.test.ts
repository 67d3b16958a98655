import { describe, expect, it } from 'vitest';
import { isEntrance, readNextPath } from './next-path.ts';

describe('readNextPath', () => {
  it('returns to where one wanted to go', () => {
    expect(readNextPath('next=%2Fpay%2F1')).toBe('/pay/1');
    expect(readNextPath('next=/history?kind=top_up')).toBe('/history?kind=top_up');
  });

  it('goes home without one, and never in circles', () => {
    expect(readNextPath('')).toBe('/');
    expect(readNextPath('next=/login')).toBe('/');
    expect(readNextPath('next=/register?next=/x')).toBe('/');
  });

  it('never leaves this wallet', () => {
    for (const next of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/ /evil',
      '\\\\evil',
    ]) {
      expect(readNextPath(`next=${encodeURIComponent(next)}`)).toBe('/');
    }
  });
});

describe('isEntrance', () => {
  it('knows the screens before one is in', () => {
    expect(isEntrance('/login')).toBe(true);
    expect(isEntrance('/pay/1')).toBe(false);
  });
});
