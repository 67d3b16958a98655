import { describe, expect, it } from 'vitest';
import { parseEmail, parseHandle } from './identity.ts';

describe('parseEmail', () => {
  it('gives one form to every spelling', () => {
    expect(parseEmail('  Li.Wei@Example.COM ')).toBe('li.wei@example.com');
    expect(parseEmail('ｌｉ@example.com')).toBe('li@example.com');
  });

  it.each([
    '',
    'a',
    'a@b',
    '@example.com',
    'a b@example.com',
    'a@example..com',
    'a@-example.com',
    'a@b@example.com',
    `${'a'.repeat(65)}@example.com`,
    'a@exa_mple.com',
  ])('refuses %j', (text) => {
    expect(() => parseEmail(text)).toThrow(expect.objectContaining({ code: 'EMAIL_MALFORMED' }));
  });
});

describe('parseHandle', () => {
  it('takes it with or without its @', () => {
    expect(parseHandle('@Li_Wei')).toBe('li_wei');
  });

  it.each(['', 'ab', '1abc', 'a-b-c', 'has space', `a${'b'.repeat(20)}`, '李伟'])('refuses %j', (text) => {
    expect(() => parseHandle(text)).toThrow(expect.objectContaining({ code: 'HANDLE_MALFORMED' }));
  });
});
