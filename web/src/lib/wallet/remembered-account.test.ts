import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRememberedAccount } from './remembered-account.ts';

const account = { id: 'a', email: 'lin@example.com', handle: 'lin' };

describe('parseRememberedAccount', () => {
  it('reads what was written, and nothing more', () => {
    expect(parseRememberedAccount(JSON.stringify({ ...account, extra: 1 }))).toEqual(account);
  });

  it('reads back whoever was remembered, and nobody from any other text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(fc.record({ id: text, email: text, handle: text }), fc.oneof(fc.json(), text), (kept, other) => {
        expect(parseRememberedAccount(JSON.stringify(kept))).toEqual(kept);
        const read = parseRememberedAccount(other);
        if (read) expect(JSON.parse(other)).toMatchObject(read);
      }),
    );
  });

  it('takes nothing that is not whole', () => {
    for (const text of [null, '', '{', 'null', '[]', '"x"', JSON.stringify({ ...account, id: 7 })]) {
      expect(parseRememberedAccount(text)).toBeUndefined();
    }
  });
});
