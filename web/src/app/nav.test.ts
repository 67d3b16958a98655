import { describe, expect, it } from 'vitest';
import { isAtOrBelow } from './nav.tsx';

describe('isAtOrBelow', () => {
  it('marks the section that a screen belongs to', () => {
    expect(isAtOrBelow('/history/123', '/history')).toBe(true);
    expect(isAtOrBelow('/history', '/history')).toBe(true);
    expect(isAtOrBelow('/historic', '/history')).toBe(false);
  });

  it('marks home only at home', () => {
    expect(isAtOrBelow('/', '/')).toBe(true);
    expect(isAtOrBelow('/send', '/')).toBe(false);
  });
});
