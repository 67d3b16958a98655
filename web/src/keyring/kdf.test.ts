import { argon2Sync } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkKdf, createKdf, deriveCredentials, isBelowFloor, strengthen } from './kdf.ts';
import { hkdfSha256 } from './primitives.ts';
import { toHexText } from './testing/read-vectors.ts';

const weak = expect.objectContaining({ code: 'KDF_PARAMETERS_WEAK' });
// The cheapest that is allowed, so that the tests are quick.
const cheap = { ...createKdf(), memoryKib: 47_104, iterations: 1 };

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  vi.restoreAllMocks();
});

describe('checkKdf', () => {
  it('accepts what it creates', () => {
    expect(() => checkKdf(createKdf())).not.toThrow();
    expect(createKdf()).toMatchObject({
      algorithm: 'argon2id',
      version: 19,
      memoryKib: 65_536,
      iterations: 3,
      parallelism: 1,
    });
    expect(createKdf().salt).not.toBe(createKdf().salt);
  });

  it.each([
    ['less memory than the floor', { memoryKib: 47_103 }],
    ['no pass', { iterations: 0 }],
    ['a fraction', { iterations: 1.5 }],
    ['not a number', { memoryKib: Number.NaN }],
    ['more memory than a browser has', { memoryKib: 1_048_577 }],
    ['more passes than patience', { iterations: 17 }],
    ['many lanes', { parallelism: 5 }],
    ['a short salt', { salt: 'AAAA' }],
    ['a salt that is no base64', { salt: '!'.repeat(22) }],
    ['another algorithm', { algorithm: 'argon2i' as never }],
    ['another version', { version: 16 as never }],
  ])('refuses %s', (_what, change) => {
    expect(() => checkKdf({ ...createKdf(), ...change })).toThrow(weak);
  });

  it('refuses less than this device has seen, in any part', () => {
    const seen = { memoryKib: 65_536, iterations: 3 };
    expect(() => checkKdf(createKdf(), seen)).not.toThrow();
    expect(() => checkKdf({ ...createKdf(), iterations: 2 }, seen)).toThrow(weak);
    expect(() => checkKdf({ ...createKdf(), memoryKib: 65_535 }, seen)).toThrow(weak);
    expect(strengthen(seen, { memoryKib: 47_104, iterations: 9 })).toEqual({ memoryKib: 65_536, iterations: 9 });
    expect(strengthen(undefined, seen)).toEqual(seen);
    expect([isBelowFloor(cheap), isBelowFloor({ memoryKib: 19_456, iterations: 2 })]).toEqual([false, true]);
  });
});

describe('deriveCredentials', () => {
  it('is Argon2id and then HKDF, as another implementation computes them', async () => {
    const root = argon2Sync('argon2id', {
      message: 'a long pass phrase',
      nonce: Buffer.from(cheap.salt, 'base64url'),
      parallelism: 1,
      tagLength: 32,
      memory: cheap.memoryKib,
      passes: cheap.iterations,
    });
    const auth = await hkdfSha256(root, {
      salt: new Uint8Array(),
      info: new TextEncoder().encode('feiqian/1/auth'),
      length: 32,
    });
    const { authSecret } = await deriveCredentials('a long pass phrase', cheap);
    expect(authSecret).toBe(Buffer.from(auth).toString('base64url'));
    expect(authSecret).toHaveLength(43);
  });

  it('gives a vault key that no code can read', async () => {
    const { vaultKey } = await deriveCredentials('a long pass phrase', cheap);
    expect(vaultKey.extractable).toBe(false);
  });

  it('takes the same password from every keyboard, and another result for every other password, salt and strength', async () => {
    const secretOf = async (password: string, kdf = cheap) => (await deriveCredentials(password, kdf)).authSecret;
    expect(await secretOf('pass\u00e9word ﬁne')).toBe(await secretOf('passe\u0301word fine'));
    const others = [
      await secretOf('password'),
      await secretOf('Password'),
      await secretOf('password', { ...cheap, salt: createKdf().salt }),
      await secretOf('password', { ...cheap, iterations: 2 }),
    ];
    expect(new Set(others).size).toBe(4);
  });

  it('overwrites the root and everything between', async () => {
    const wiped: Uint8Array[] = [];
    const fill = Uint8Array.prototype.fill;
    vi.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function (this: Uint8Array, value, ...rest) {
      if (value === 0 && rest.length === 0) wiped.push(Uint8Array.from(this));
      return fill.call(this, value, ...rest);
    });
    const { authSecret } = await deriveCredentials('a long pass phrase', cheap);
    const auth = toHexText(Buffer.from(authSecret, 'base64url'));
    const seen = wiped.map(toHexText);
    expect(seen).toContain(auth);
    expect(seen).toContain(toHexText(new TextEncoder().encode('a long pass phrase')));
    // Password, root, authentication secret, vault key.
    expect(wiped.filter(({ length }) => length === 32)).toHaveLength(3);
  });

  it('refuses an empty password', async () => {
    await expect(deriveCredentials('', cheap)).rejects.toMatchObject({ code: 'PASSWORD_WRONG' });
  });
});
