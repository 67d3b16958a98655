import { describe, expect, it } from 'vitest';
import { parseRememberedAccount } from './remembered-account.ts';

const account = { id: 'a', email: 'lin@example.com', handle: 'lin' };

describe('parseRememberedAccount', () => {
  it('reads what was written, and nothing more', () => {
    expect(parseRememberedAccount(JSON.stringify({ ...account, extra: 1 }))).toEqual(account);
  });

  it('takes nothing that is not whole', () => {
    for (const text of [null, '', '{', 'null', '[]', '"x"', JSON.stringify({ ...account, id: 7 })]) {
      expect(parseRememberedAccount(text)).toBeUndefined();
    }
  });
});
