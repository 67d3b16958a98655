import fc from 'fast-check';
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

/** What a parser makes of a text, or undefined. */
function tryTo(parse: (text: string) => string, text: string): string | undefined {
  try {
    return parse(text);
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/_MALFORMED$/) });
    return undefined;
  }
}

describe('whatever is typed', () => {
  const nearly = fc.oneof(
    fc.emailAddress(),
    fc.stringMatching(/^@?[a-zA-Z][a-zA-Z0-9_]{2,19}$/),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );

  it.each([
    ['e-mail address', parseEmail],
    ['handle', parseHandle],
  ] as const)('is refused as an %s, or has one form that is read as itself again', (_what, parse) => {
    fc.assert(
      fc.property(nearly, fc.constantFrom('', ' ', '\u3000', '\n'), (text, blank) => {
        const form = tryTo(parse, text);
        if (form === undefined) return;
        expect(parse(form)).toBe(form);
        expect(parse(`${blank}${text.toUpperCase()}${blank}`)).toBe(form);
      }),
    );
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
