import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSealer } from './sealed.ts';

const sealer = createSealer(randomBytes(32));

it('reads back what it sealed', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      (text, context) => sealer.openText(sealer.sealText(text, context), context) === text,
    ),
  );
});

it('seals the same text differently each time, so that equal accounts do not show', () => {
  expect(sealer.sealText('6222020200112230', 'a')).not.toBe(sealer.sealText('6222020200112230', 'a'));
});

it('opens nothing that was sealed for another context, with another key, or changed by one bit', () => {
  const sealed = sealer.sealText('6222020200112230', 'withdrawal:1');
  expect(() => sealer.openText(sealed, 'withdrawal:2')).toThrow();
  expect(() => createSealer(randomBytes(32)).openText(sealed, 'withdrawal:1')).toThrow();
  const parts = sealed.split('.');
  for (const part of [2, 3]) {
    const bytes = Buffer.from(parts[part] ?? '', 'base64url');
    for (const index of [0, 13, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const text = parts.with(part, changed.toString('base64url')).join('.');
      expect(() => sealer.openText(text, 'withdrawal:1')).toThrow();
    }
  }
  for (const text of ['', 's2', 's1.x.y.z', `${sealed}.x`, parts.slice(0, 3).join('.')])
    expect(() => sealer.openText(text, 'withdrawal:1')).toThrow('Not a sealed text.');
});

it('puts a text under a new key without changing it, after which the old one opens nothing', () => {
  const [before, after] = [randomBytes(32), randomBytes(32)];
  const old = createSealer(before);
  const both = createSealer(after, before);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
      const sealed = old.sealText(text, context);
      const moved = both.rewrap(sealed);
      expect(moved.startsWith(both.currentPrefix)).toBe(true);
      expect(moved.split('.').at(-1)).toBe(sealed.split('.').at(-1));
      expect([both.openText(sealed, context), both.openText(moved, context)]).toEqual([text, text]);
      expect(createSealer(after).openText(moved, context)).toBe(text);
      expect(() => old.openText(moved, context)).toThrow(/^Sealed under the key/);
    }),
  );
});

it('seals each text under a key of its own', () => {
  const [one, other] = [sealer.sealText('a', 'x').split('.'), sealer.sealText('b', 'x').split('.')];
  // The key of one does not open the other.
  expect(() => sealer.openText([...one.slice(0, 3), other[3]].join('.'), 'x')).toThrow();
});
