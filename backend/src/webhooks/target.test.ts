import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowed, parseTarget } from './target.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/ssrf-urls/must_refuse.json', import.meta.url), 'utf8'),
) as readonly string[];
const refusal = expect.objectContaining({ code: 'WEBHOOK_URL_REFUSED' });
const reasonOf = (text: string, allowsLoopback = false): string | undefined => {
  try {
    parseTarget(text, allowsLoopback);
    return undefined;
  } catch (error) {
    return (error as { details?: { reason?: string } }).details?.reason;
  }
};
// Names are judged when they are looked up (client.test.ts).
const named = /localtest\.me|nip\.io|1u\.ms|[oq]177/;

describe('a URL for webhooks', () => {
  it.each([
    'https://shop.example/hooks?a=b#c',
    'https://shop.example:8443/',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/x',
    'https://SHOP.example',
    'https://bücher.example/',
  ])('may be %s', (text) => {
    expect(parseTarget(text, false).side).toBe('public');
  });

  it.each(vectors.filter((text) => !named.test(text)))('may not be %s, also with https', (text) => {
    expect(() => parseTarget(text, false)).toThrow(refusal);
    expect(() => parseTarget(text.replace(/^http:/, 'https:'), false)).toThrow(refusal);
  });

  it.each([
    ['http://shop.example/', 'scheme'],
    ['ftp://shop.example/', 'scheme'],
    ['not a url', 'malformed'],
    [`https://shop.example/${'a'.repeat(2000)}`, 'malformed'],
    ['https://user@shop.example/', 'credentials'],
    ['https://:secret@shop.example/', 'credentials'],
    ['https://shop.example\\@10.0.0.1/', 'malformed'],
    ['https://shop.example/a b', 'malformed'],
    ['https://shop%2eexample/', 'malformed'],
    ['https://shop.example:22/', 'port'],
    ['https://shop.example:6667/', 'port'],
    ['https://134744072/', 'address_spelling'],
    ['https://0x08080808/', 'address_spelling'],
    ['https://[2606:2800:220:0001:248:1893:25c8:1946]/', 'address_spelling'],
    ['https://10.1.2.3/', 'address'],
    ['https://[::1]/', 'address'],
    ['https://[::ffff:a00:1]/', 'address'],
  ])('%s is refused: %s', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  it('may be on this machine, over plain HTTP, where the deployment itself is', () => {
    for (const text of [
      'http://localhost:3000/hook',
      'http://127.0.0.1:3000/',
      'http://[::1]:3000/',
      'http://shop.localhost:3000/',
    ])
      expect(parseTarget(text, true).side).toBe('loopback');
    expect(parseTarget('https://shop.example/', true).side).toBe('public');
  });

  it('is nowhere else in its network even there, and plain HTTP stays on the machine', () => {
    const elsewhere = vectors.filter((text) => !named.test(text) && !/127\.|localhost|::1[:/]|0177|7f00/.test(text));
    expect(elsewhere.length).toBeGreaterThan(10);
    for (const text of [
      ...elsewhere,
      'http://shop.example/',
      'http://0.0.0.0/',
      'http://10.0.0.1:3000/',
      'http://192.168.1.1:3000/',
    ])
      expect(() => parseTarget(text, true), text).toThrow(refusal);
    for (const text of [
      'http://127.0.1:3000/',
      'http://0177.0.0.1:3000/',
      'http://127.0.0.1:22/',
      'http://me@localhost:3000/',
    ])
      expect(() => parseTarget(text, true), text).toThrow(refusal);
  });
});

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:a00:1::',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'nonsense',
    '',
  ])('%s is not public', (address) => {
    expect(isAllowed(address, 'public')).toBe(false);
  });

  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    '%s is public',
    (address) => {
      expect(isAllowed(address, 'public')).toBe(true);
      expect(isAllowed(address, 'loopback')).toBe(false);
    },
  );

  it('is never both public and of this machine, and the same inside IPv6 as without', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isAllowed(address, 'public') && isAllowed(address, 'loopback')).toBe(false);
        for (const side of ['public', 'loopback'] as const)
          expect(isAllowed(`::ffff:${address}`, side)).toBe(isAllowed(address, side));
      }),
    );
  });
});
