import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { spoiled } from './testing/arbitraries.ts';
import { createMemorySessionKeys } from './testing/memory-session-keys.ts';
import { createVaultId, unwrapFromSession, wrapForSession } from './vault-crypto.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

describe('a session', () => {
  it('gives back the key that it was made of', async () => {
    const keys = createMemorySessionKeys();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (dataKey) => {
        const vaultId = createVaultId();
        const session = await wrapForSession(Uint8Array.from(dataKey), vaultId, keys);
        expect(await unwrapFromSession(session, vaultId, keys)).toEqual(dataKey);
      }),
    );
  });

  it('has ended when anything of its text is another', async () => {
    const keys = createMemorySessionKeys();
    const vaultId = createVaultId();
    const session = await wrapForSession(new Uint8Array(32).fill(7), vaultId, keys);
    await fc.assert(
      fc.asyncProperty(spoiled(session), async (text) => {
        const outcome = await unwrapFromSession(text, vaultId, keys).catch((caught: unknown) => caught);
        // Blanks and further fields change nothing of it.
        if (outcome instanceof Uint8Array) expect(outcome).toEqual(new Uint8Array(32).fill(7));
        else expect(outcome).toMatchObject({ code: 'KEYRING_LOCKED' });
      }),
      { numRuns: 500 },
    );
  });
});
