import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  decodeBase64Url,
  encodeBase64Url,
  generateAesKey,
  hkdfSha256,
  importAesKey,
  open,
  openWith,
  pbkdf2Sha512,
  seal,
} from './primitives.ts';
import { fromHex, readVectors, toHexText } from './testing/read-vectors.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

type Wycheproof<Test> = { testGroups: { tests: (Test & { tcId: number; result: string })[] }[] };
const testsOf = <Test>(file: string) =>
  readVectors<Wycheproof<Test>>(`wycheproof/${file}.json.gz`).testGroups.flatMap(({ tests }) => tests);

describe('AES-256-GCM', () => {
  type Test = { key: string; iv: string; aad: string; msg: string; ct: string; tag: string };
  const tests = testsOf<Test>('aes_gcm_test').filter(({ key }) => key.length === 64);

  it('opens what Wycheproof calls valid, and nothing else', async () => {
    let opened = 0;
    for (const { key, iv, aad, msg, ct, tag, result } of tests) {
      const plain = await openWith(
        await importAesKey(fromHex(key)),
        { iv: fromHex(iv), ciphertext: fromHex(ct + tag) },
        fromHex(aad),
      );
      // Valid in the vectors, but not a nonce length that we ever write.
      const isOurs = result === 'valid' && iv.length === 24;
      expect(plain === undefined ? undefined : toHexText(plain)).toBe(isOurs ? msg : undefined);
      opened += isOurs ? 1 : 0;
    }
    expect(opened).toBeGreaterThan(15);
    expect(tests.length).toBeGreaterThan(opened);
  });

  it('opens what it sealed, under the same context only', async () => {
    const key = await generateAesKey();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.string(), async (plain, context, other) => {
        const sealed = await seal(key, plain, context);
        expect(await open(key, sealed, context)).toEqual(plain);
        if (other !== context) expect(await open(key, sealed, other)).toBeUndefined();
        expect(await open(await generateAesKey(), sealed, context)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('never opens what was altered by one bit', async () => {
    const key = await generateAesKey();
    const sealed = await seal(key, fromHex('0011223344556677'), 'context');
    for (const part of ['iv', 'ciphertext'] as const) {
      for (let bit = 0; bit < sealed[part].length * 8; bit += 1) {
        const altered = Uint8Array.from(sealed[part]);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await open(key, { ...sealed, [part]: altered }, 'context')).toBeUndefined();
      }
    }
  });

  it('takes a new nonce every time', async () => {
    const key = await generateAesKey();
    const nonces = new Set<string>();
    for (let time = 0; time < 200; time += 1) nonces.add(toHexText((await seal(key, new Uint8Array(1), '')).iv));
    expect(nonces.size).toBe(200);
  });

  it('makes keys that no code can read', async () => {
    for (const key of [await generateAesKey(), await importAesKey(new Uint8Array(32))]) {
      expect(key.extractable).toBe(false);
      await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    }
    expect(() => importAesKey(new Uint8Array(16))).toThrow(RangeError);
  });
});

describe('HKDF and PBKDF2', () => {
  it('derives what Wycheproof says with HKDF-SHA-256', async () => {
    type Test = { ikm: string; salt: string; info: string; size: number; okm: string };
    for (const { ikm, salt, info, size, okm, result } of testsOf<Test>('hkdf_sha256_test')) {
      const derived = hkdfSha256(fromHex(ikm), { salt: fromHex(salt), info: fromHex(info), length: size });
      if (result === 'valid') expect(toHexText(await derived)).toBe(okm);
      else await expect(derived).rejects.toThrow();
    }
  });

  it('derives what Wycheproof says with PBKDF2-HMAC-SHA-512', async () => {
    type Test = { password: string; salt: string; iterationCount: number; dkLen: number; dk: string };
    for (const { password, salt, iterationCount, dkLen, dk } of testsOf<Test>('pbkdf2_hmacsha512_test')) {
      const derived = await pbkdf2Sha512(fromHex(password), {
        salt: fromHex(salt),
        iterations: iterationCount,
        length: dkLen,
      });
      expect(toHexText(derived)).toBe(dk);
    }
  });
});

describe('base64 for URLs', () => {
  it('reads back what it wrote, as Node writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64Url(encodeBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  it('is read in its one spelling only, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.stringMatching(/^[A-Za-z0-9_=+/ -]{0,12}$/), fc.string({ unit: 'binary' })), (text) => {
        const bytes = decodeBase64Url(text);
        if (bytes) expect(encodeBase64Url(bytes)).toBe(text);
        else expect(Buffer.from(text, 'base64url').toString('base64url')).not.toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['A', 'AA=', 'A+', 'A/', 'A A', 'AB', 'AAB', 'é'])('does not read %j', (text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });
});
