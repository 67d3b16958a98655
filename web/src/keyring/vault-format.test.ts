import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createKdf } from './kdf.ts';
import { encodeBase64Url } from './primitives.ts';
import { spoiled } from './testing/arbitraries.ts';
import {
  contentContext,
  formatVault,
  getPasswordSlot,
  parseVault,
  passwordSlotContext,
  readVaultHead,
  type Vault,
  type VaultSlot,
} from './vault-format.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

const text = (length: number) => encodeBase64Url(new Uint8Array(length).fill(7));
const aVault = (changes: Partial<Vault> = {}): Vault => ({
  format: 'feiqian-vault',
  formatVersion: 1,
  vaultId: text(16),
  version: 3,
  slots: [{ kind: 'password', kdf: createKdf(), iv: text(12), wrappedKey: text(48) }],
  iv: text(12),
  ciphertext: text(100),
  ...changes,
});
const binary = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map(encodeBase64Url);
const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const passwordSlot = fc.record({
  kind: fc.constant('password' as const),
  kdf: fc.record({
    algorithm: fc.constant('argon2id' as const),
    version: fc.constant(19 as const),
    memoryKib: count,
    iterations: count,
    parallelism: count,
    salt: binary(16),
  }),
  iv: binary(12),
  wrappedKey: binary(48),
});
const otherSlot = fc
  .tuple(
    fc.string({ maxLength: 8 }),
    fc.dictionary(
      fc.string({ maxLength: 8 }).filter((name) => name !== 'kind'),
      fc.string({ unit: 'binary', maxLength: 20 }),
      { noNullPrototype: true },
    ),
  )
  .map(([name, rest]): VaultSlot => ({ ...rest, kind: `x-${name}` }));
const anyVault: fc.Arbitrary<Vault> = fc.record({
  format: fc.constant('feiqian-vault' as const),
  formatVersion: fc.constant(1 as const),
  vaultId: binary(16),
  version: count,
  slots: fc.array(fc.oneof(passwordSlot, otherSlot), { maxLength: 16 }),
  iv: binary(12),
  ciphertext: binary(0, 300),
});
const corrupt = expect.objectContaining({ code: 'VAULT_CORRUPT' });

describe('parseVault', () => {
  it('is the inverse of formatVault', () => {
    const vault = aVault();
    expect(parseVault(formatVault(vault))).toEqual(vault);
    expect(readVaultHead(formatVault(vault))).toEqual({
      vaultId: vault.vaultId,
      version: 3,
      vault: formatVault(vault),
    });
  });

  it('reads back every vault as it was written', () => {
    fc.assert(
      fc.property(anyVault, (vault) => {
        expect(parseVault(formatVault(vault))).toEqual(vault);
      }),
    );
  });

  it('refuses every other text with one code, or reads exactly it', () => {
    fc.assert(
      fc.property(
        anyVault.chain((vault) => spoiled(formatVault(vault))),
        (text) => {
          let vault: Vault;
          try {
            vault = parseVault(text);
          } catch (error) {
            expect(error).toMatchObject({ code: 'VAULT_CORRUPT' });
            return;
          }
          expect(formatVault(vault)).toBe(text);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('keeps ways to open that a newer program added', () => {
    const slots = [...aVault().slots, { kind: 'x-passkey', credentialId: 'abc', wrappedKey: 'def' }] as const;
    expect(parseVault(formatVault(aVault({ slots }))).slots).toEqual(slots);
  });

  it('accepts one spelling only', () => {
    const original = formatVault(aVault());
    fc.assert(
      fc.property(fc.nat({ max: original.length - 1 }), fc.string({ maxLength: 2 }), (at, insert) => {
        const altered = original.slice(0, at) + insert + original.slice(at + 1);
        try {
          expect(formatVault(parseVault(altered))).toBe(altered);
        } catch (error) {
          expect(error).toMatchObject({ code: 'VAULT_CORRUPT' });
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['another format', { format: 'other' as never }],
    ['another format version', { formatVersion: 2 as never }],
    ['a short id', { vaultId: text(15) }],
    ['version zero', { version: 0 }],
    ['half a version', { version: 1.5 }],
    ['many slots', { slots: Array.from({ length: 17 }, () => aVault().slots[0] as never) }],
    ['an unknown slot', { slots: [{ kind: 'y' } as never] }],
    ['a slot with numbers', { slots: [{ kind: 'x-a', count: 1 } as never] }],
    ['a long nonce', { iv: text(16) }],
    ['a ciphertext that is no base64', { ciphertext: '!' }],
    [
      'another derivation',
      { slots: [{ ...getPasswordSlot(aVault()), kdf: { ...createKdf(), algorithm: 'argon2d' as never } }] },
    ],
  ])('refuses %s', (_what, change) => {
    expect(() => parseVault(formatVault(aVault(change)))).toThrow(corrupt);
  });

  it('has no password slot where there is none', () => {
    expect(() => getPasswordSlot(aVault({ slots: [] }))).toThrow(corrupt);
  });
});

describe('what is authenticated', () => {
  it('is every part of a vault but its encryption', () => {
    const vault = aVault();
    const changes: Partial<Vault>[] = [
      { vaultId: text(16).replace('B', 'C') },
      { version: 4 },
      { slots: [] },
      { slots: [...vault.slots, { kind: 'x-a' }] },
    ];
    const contexts = [vault, ...changes.map((change) => ({ ...vault, ...change }))].map(contentContext);
    expect(new Set(contexts).size).toBe(contexts.length);
    expect(contentContext(aVault({ iv: text(12), ciphertext: text(5), slots: vault.slots }))).toBe(
      contentContext(vault),
    );
  });

  it('is every parameter of a slot', () => {
    const kdf = createKdf();
    const changes = [{ memoryKib: 1 }, { iterations: 9 }, { parallelism: 2 }, { salt: createKdf().salt }];
    const contexts = [kdf, ...changes.map((change) => ({ ...kdf, ...change }))].map((each) =>
      passwordSlotContext('id', each),
    );
    expect(new Set([...contexts, passwordSlotContext('other', kdf)]).size).toBe(contexts.length + 1);
  });
});
