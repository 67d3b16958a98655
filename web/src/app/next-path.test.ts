import fc from 'fast-check';
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

describe('whatever a link asks for', () => {
  it('is a path of this wallet, as it was asked for, or home', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      'evil.example',
      '@',
      ':',
      'https:',
      'pay',
      '?',
      '#',
      '..',
      '.',
      '\t',
      '\n',
      ' ',
      '%2f',
      '%5c',
    );
    const asked = fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
      fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('')}`),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.webPath(),
    );
    fc.assert(
      fc.property(asked, (next) => {
        const search = `${new URLSearchParams({ next })}`;
        const path = readNextPath(search);
        expect(['/', new URLSearchParams(search).get('next')]).toContain(path);
        expect(new URL(path, 'https://wallet.example').origin).toBe('https://wallet.example');
      }),
      { numRuns: 2_000 },
    );
    expect(readNextPath(`next=${encodeURIComponent('/pay/1?x=1#y')}`)).toBe('/pay/1?x=1#y');
  });
});

describe('isEntrance', () => {
  it('knows the screens before one is in', () => {
    expect(isEntrance('/login')).toBe(true);
    expect(isEntrance('/pay/1')).toBe(false);
  });
});
