import { describe, expect, it } from 'vitest';
import { joinPasskeys } from './passkey-list.ts';

const login = (credentialId: string) => ({
  id: credentialId,
  credentialId,
  name: `login ${credentialId}`,
  addedAt: '2026-11-30T08:00:00Z',
  lastUsedAt: null,
  isBackedUp: false,
});
const unlocking = (credentialId: string) => ({ credentialId, salt: 'salt', name: `vault ${credentialId}` });

describe('the passkeys of somebody', () => {
  it('are each listed once, with what it does', () => {
    const joined = joinPasskeys([login('a'), login('b')], [unlocking('b'), unlocking('c')]);
    expect(joined.map(({ name, login: known, unlocks }) => [name, known !== undefined, unlocks])).toEqual([
      ['login a', true, false],
      ['login b', true, true],
      ['vault c', false, true],
    ]);
  });
});
