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
  const [prefix, body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (const index of [0, 13, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(() => sealer.openText(`${prefix}.${changed.toString('base64url')}`, 'withdrawal:1')).toThrow();
  }
  expect(() => sealer.openText('', 'withdrawal:1')).toThrow();
});
