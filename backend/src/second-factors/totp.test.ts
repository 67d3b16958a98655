import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecoveryCodes, hashRecoveryCode } from './recovery-codes.ts';
import { computeTotp, encodeBase32, findStep, stepAt, toOtpauthUri } from './totp.ts';

type Vector = { alg: 'SHA1' | 'SHA256' | 'SHA512'; secretHex: string; digits: number; time: number; totp: string };
const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/totp/rfc6238.json', import.meta.url), 'utf8'),
) as Vector[];
const secret = Buffer.from('12345678901234567890');
const now = new Date('2026-11-30T12:00:10Z');

describe('a code of an authenticator app', () => {
  it.each(vectors)('is the one of RFC 6238: $alg at $time', ({ alg, secretHex, digits, time, totp }) => {
    const algorithm = alg.toLowerCase() as 'sha1' | 'sha256' | 'sha512';
    expect(computeTotp(Buffer.from(secretHex, 'hex'), stepAt(new Date(time * 1000)), { algorithm, digits })).toBe(totp);
  });

  it('has six digits for an app, with zeros in front', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(2 ** 31 - 1), (key, step) => {
        expect(computeTotp(key, step)).toMatch(/^[0-9]{6}$/);
      }),
    );
  });

  it.each([
    [-90, false],
    [-60, false],
    [-30, true],
    [0, true],
    [30, true],
    [60, false],
    [90, false],
  ])('of a clock that is %i seconds off is taken: %s', (seconds, isTaken) => {
    const step = stepAt(new Date(now.getTime() + seconds * 1000));
    expect(findStep(secret, computeTotp(secret, step), now)).toBe(isTaken ? step : undefined);
  });

  it('is no other text', () => {
    const code = computeTotp(secret, stepAt(now));
    for (const text of ['', code.slice(1), `${code}0`, ` ${code}`, '１２３４５６'])
      expect(findStep(secret, text, now)).toBeUndefined();
  });

  it('is set up by an address that apps read', () => {
    const uri = new URL(toOtpauthUri(secret, { issuer: 'Feiqian wallet.example', account: 'anna+1@example.com' }));
    expect(uri.href).toContain('otpauth://totp/Feiqian%20wallet.example:anna%2B1%40example.com?');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      issuer: 'Feiqian wallet.example',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it.each([
    // RFC 4648, section 10, without padding.
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('base32 of "%s" is "%s"', (text, encoded) => {
    expect(encodeBase32(Buffer.from(text))).toBe(encoded);
  });
});

describe('recovery codes', () => {
  const key = Buffer.alloc(32, 1);

  it('are ten different ones of 80 bits that nobody misreads', () => {
    const codes = createRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  it('are known however somebody types them', () => {
    const code = 'AB01-CD23-EF45-GH67';
    const hash = hashRecoveryCode(key, 'anna', code);
    for (const typed of ['ab01cd23ef45gh67', ' abo1 cd23 ef45 gh67 ', 'ABOI–CD23–EF45–GH67', 'ＡＢ０１ cd23ef45gh67'])
      expect(hashRecoveryCode(key, 'anna', typed)).toEqual(hash);
    expect(hashRecoveryCode(key, 'ben', code)).not.toEqual(hash);
    expect(hashRecoveryCode(Buffer.alloc(32, 2), 'anna', code)).not.toEqual(hash);
  });

  it.each(['', '123456', 'AB01-CD23-EF45-GH6', 'AB01-CD23-EF45-GH678', 'UUUU-CD23-EF45-GH67'])(
    '"%s" is none',
    (text) => {
      expect(hashRecoveryCode(key, 'anna', text)).toBeUndefined();
    },
  );
});
