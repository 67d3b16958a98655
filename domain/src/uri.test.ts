import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAuthority, isScheme, isSegment, isUri, uriLengthMax } from './uri.ts';

const percent = fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
const textOf = (characters: string, limits: { minLength?: number; maxLength: number }) =>
  fc.array(fc.oneof(fc.constantFrom(...characters), percent), limits).map((parts) => parts.join(''));
const segment = textOf("abcXYZ019-._~!$&'()*+,;=:@", { maxLength: 8 });
const query = textOf("aZ9-._~!$&'()*+,;=:@/?", { maxLength: 8 });
const host = fc.oneof(
  textOf("aZ9-._~!$&'()*+,;=", { maxLength: 8 }),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
);
const scheme = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9+.-]{0,8}$/);
const port = fc
  .option(fc.nat({ max: 65_535 }), { nil: undefined })
  .map((digits) => (digits === undefined ? '' : `:${digits}`));
const authority = fc
  .tuple(fc.option(textOf("aZ9-._~!$&'()*+,;=:", { maxLength: 6 }), { nil: undefined }), host, port)
  .map(([user, name, digits]) => `${user === undefined ? '' : `${user}@`}${name}${digits}`);

/** Components put together as RFC 3986, 5.3, has it. */
const uri = fc
  .record({
    scheme,
    authority,
    segments: fc.array(segment, { maxLength: 4 }),
    query: fc.option(query, { nil: undefined }),
    fragment: fc.option(query, { nil: undefined }),
  })
  .map((parts) => {
    const path = parts.segments.map((one) => `/${one}`).join('');
    const search = parts.query === undefined ? '' : `?${parts.query}`;
    const hash = parts.fragment === undefined ? '' : `#${parts.fragment}`;
    return `${parts.scheme}://${parts.authority}${path}${search}${hash}`;
  });

describe('a URI', () => {
  it('is known by its parts, whatever they are', () => {
    fc.assert(
      fc.property(uri, scheme, authority, segment, (whole, ...[a, b, c]) => {
        expect([whole, isUri(whole)]).toEqual([whole, true]);
        expect([a, isScheme(a)]).toEqual([a, true]);
        expect([b, isAuthority(b)]).toEqual([b, b !== '']);
        expect([c, isSegment(c)]).toEqual([c, true]);
      }),
    );
  });

  it('is none with a character in it that no URI has, wherever it stands', () => {
    const never = fc.constantFrom(...' "<>\\^`{|}\n\t\u0000é茶', '%', '%4', '%zz');
    fc.assert(
      fc.property(uri, fc.nat(), never, (whole, place, character) => {
        const at = place % (whole.length + 1);
        const broken = `${whole.slice(0, at)}${character}#${whole.slice(at)}`;
        expect([broken, isUri(broken)]).toEqual([broken, false]);
      }),
    );
  });

  it('has an IPv6 address for its host exactly where Node sees one', () => {
    const group = fc.oneof(
      fc.stringMatching(/^[0-9a-fA-F]{1,5}$/),
      fc.constantFrom('', '0', '::', '1.2.3.4', '256.1.1.1', '01.2.3.4'),
    );
    const nearly = fc.array(group, { maxLength: 10 }).map((groups) => groups.join(':'));
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), nearly), (address) => {
        expect([address, isAuthority(`[${address}]`)]).toEqual([address, isIPv6(address)]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is judged without a failure, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const judge of [isUri, isAuthority, isScheme, isSegment]) expect(judge(text)).toBeTypeOf('boolean');
        // Only these characters, each percent sign with its two digits.
        if (isUri(text))
          expect(text).toMatch(/^[a-zA-Z][a-zA-Z0-9+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*$/i);
      }),
    );
  });

  it('is not read when it is endless', () => {
    const long = 'a'.repeat(uriLengthMax + 1);
    expect([isUri(`a:${long}`), isAuthority(long), isScheme(long), isSegment(long)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
