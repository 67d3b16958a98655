import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import {
  checkSiweMessage,
  formatSiweMessage,
  parseInstant,
  parseSiweMessage,
  type SiweMessage,
  siweLengthMax,
  verifySiweMessage,
} from './siwe.ts';

type Loose = Record<string, unknown>;
const load = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../vectors/siwe/${name}.json`, import.meta.url), 'utf8'));
/** The vectors write an absent scheme as null, and some carry the signature and the time beside the fields. */
const toFields = ({ signature: _signature, time: _time, scheme, ...fields }: Loose): SiweMessage =>
  ({ ...fields, ...(typeof scheme === 'string' ? { scheme } : {}) }) as unknown as SiweMessage;
const malformed = expect.objectContaining({ code: 'SIWE_MALFORMED' });

describe('the vectors of spruceid/siwe', () => {
  const positive = Object.entries(load('parsing_positive')) as [string, { message: string; fields: Loose }][];
  it.each(positive)('reads and writes: %s', (_name, { message, fields }) => {
    const parsed = parseSiweMessage(message);
    expect(parsed).toEqual(toFields(fields));
    expect(formatSiweMessage(parsed)).toBe(message);
  });

  it.each(Object.entries(load('parsing_negative')) as [string, string][])('refuses to read: %s', (_name, message) => {
    expect(() => parseSiweMessage(message)).toThrow(malformed);
  });

  it.each(Object.entries(load('parsing_negative_objects')) as [string, Loose][])(
    'refuses to write: %s',
    (_name, fields) => {
      expect(() => formatSiweMessage(toFields(fields))).toThrow(malformed);
    },
  );

  const verify = async ({ signature, time, ...fields }: Loose) =>
    verifySiweMessage(formatSiweMessage(toFields(fields)), signature as Hex, {
      now: new Date((time as string) ?? '2023-01-01T00:00:00Z'),
    });

  it.each(Object.entries(load('verification_positive')) as [string, Loose][])('verifies: %s', async (_name, vector) => {
    await expect(verify(vector)).resolves.toMatchObject({ nonce: vector.nonce });
  });

  it.each(Object.entries(load('verification_negative')) as [string, Loose][])(
    'does not verify: %s',
    async (_name, vector) => {
      await expect(verify(vector)).rejects.toMatchObject({
        code: expect.stringMatching(/^(SIWE_|SIGNATURE_|CHALLENGE_)/),
      });
    },
  );
});

const account = privateKeyToAccount(`0x${'33'.repeat(32)}`);
const aMessage = (changes: Partial<SiweMessage> = {}): SiweMessage => ({
  scheme: 'https',
  domain: 'wallet.example:8080',
  address: account.address,
  statement: 'Link this address to your history.',
  uri: 'https://wallet.example:8080/v1/me/addresses',
  version: '1',
  chainId: 31_337,
  nonce: 'abcdef0123456789',
  issuedAt: '2026-11-22T10:00:00.000Z',
  expirationTime: '2026-11-22T10:10:00.000Z',
  ...changes,
});
const now = new Date('2026-11-22T10:05:00Z');

describe('formatSiweMessage', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
  const message = fc.record(
    {
      scheme: fc.constantFrom('https', 'http', 'app+x'),
      domain: fc.constantFrom(
        'a.example',
        'localhost:1',
        '[::1]:8080',
        'user:pw@host',
        '1.2.3.4',
        '[::ffff:1.2.3.4]',
        '[v1.a:b]',
      ),
      address: fc.constant(account.address),
      statement: fc.stringMatching(/^[A-Za-z0-9 ,.:/?#@!]{0,60}$/),
      uri: word.map((path) => `https://a.example/${path}?q=%20#f`),
      version: fc.constant('1' as const),
      chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      nonce: fc.stringMatching(/^[A-Za-z0-9]{8,20}$/),
      issuedAt: fc
        .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      expirationTime: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01t00:00:00+08:00'),
      notBefore: fc.constant('2026-01-01T00:00:00.123456Z'),
      requestId: fc.constantFrom('', 'some_id', 'a@b:c', '%41'),
      resources: fc.array(
        word.map((name) => `ipfs://${name}`),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ['domain', 'address', 'uri', 'version', 'chainId', 'nonce', 'issuedAt'] },
  );

  it('is the inverse of parseSiweMessage', () => {
    fc.assert(
      fc.property(message, (fields) => {
        expect(parseSiweMessage(formatSiweMessage(fields as SiweMessage))).toEqual(fields);
      }),
    );
  });

  it.each([
    ['a line break in the statement', { statement: 'Yes\nURI: https://evil.example' }],
    ['a line break in the uri', { uri: 'https://a.example\nVersion: 1' }],
    ['a line break in the nonce', { nonce: 'abcdefgh\nIssued At: x' }],
    ['letters outside ASCII in the statement', { statement: '同意' }],
    ['a percent sign in the statement', { statement: '100%' }],
    ['an address without checksum', { address: account.address.toLowerCase() as Hex }],
    ['a domain with a path', { domain: 'wallet.example/x' }],
    ['an empty domain', { domain: '' }],
    ['a chain id that is no integer', { chainId: 1.5 }],
    ['a negative chain id', { chainId: -1 }],
    ['a chain id beyond exact numbers', { chainId: 2 ** 53 }],
    ['a null nonce', { nonce: null as unknown as string }],
    ['resources that are no list', { resources: 'ipfs://a' as unknown as string[] }],
    ['a broken resource', { resources: ['no uri'] }],
    ['a request id with a blank', { requestId: 'a b' }],
    ['a text time', { notBefore: 'tomorrow' }],
  ])('refuses %s', (_what, change) => {
    expect(() => formatSiweMessage(aMessage(change))).toThrow(malformed);
  });
});

describe('parseSiweMessage', () => {
  const text = formatSiweMessage(aMessage());

  it.each([
    ['nothing', ''],
    ['a trailing line break', `${text}\n`],
    ['carriage returns', text.replaceAll('\n', '\r\n')],
    ['a line after the end', `${text}\nHello: you`],
    ['a missing version', text.replace('Version: 1\n', '')],
    ['a chain id with a leading zero', text.replace('Chain ID: ', 'Chain ID: 0')],
    ['a blank before a value', text.replace('Nonce: ', 'Nonce:  ')],
    ['another account kind', text.replace('Ethereum', 'Solana')],
    ['a message longer than the limit', text.replace('abcdef', 'a'.repeat(siweLengthMax))],
    ['an IPv6 host with two runs of zeros', text.replace('wallet.example:8080 wants', '[1::2::3] wants')],
    ['an IPv6 host with nine groups', text.replace('wallet.example:8080 wants', '[1:2:3:4:5:6:7:8:9] wants')],
    ['an IPv6 host with a broken IPv4 tail', text.replace('wallet.example:8080 wants', '[::256.1.1.1] wants')],
  ])('refuses %s', (_what, broken) => {
    expect(() => parseSiweMessage(broken)).toThrow(malformed);
  });

  it('tells an empty statement from none', () => {
    const { statement: _statement, ...without } = aMessage();
    expect(parseSiweMessage(formatSiweMessage(aMessage({ statement: '' }))).statement).toBe('');
    expect('statement' in parseSiweMessage(formatSiweMessage(without))).toBe(false);
  });

  it('refuses or reproduces whatever it is given', () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.string({ maxLength: 3 }), (at, insert) => {
        const altered = text.slice(0, at) + insert + text.slice(at + 1);
        let parsed: SiweMessage;
        try {
          parsed = parseSiweMessage(altered);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SIWE_MALFORMED' });
          return;
        }
        expect(formatSiweMessage(parsed)).toBe(altered);
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseInstant', () => {
  it('reads every instant of four digits of years, by whichever clock it is written', () => {
    const [min, max] = [new Date('0001-01-02T00:00:00Z'), new Date('9999-12-30T00:00:00Z')];
    const minutes = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate: true }), minutes, (date, offset) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime());
        const clock = new Date(date.getTime() + offset * 60_000).toISOString().replace('Z', '');
        const two = (number: number) => `${number}`.padStart(2, '0');
        const far = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`;
        expect(parseInstant(`${clock}${zone}`)).toBe(date.getTime());
      }),
    );
  });

  it('refuses every other text', () => {
    const nearly = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.stringMatching(
        /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{0,4})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?$/,
      ),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        let at: number;
        try {
          at = parseInstant(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SIWE_MALFORMED' });
          return;
        }
        expect(Number.isSafeInteger(at)).toBe(true);
        // The platform reads leap seconds as nothing; the rest alike.
        if (!text.includes(':60')) expect(at).toBe(Date.parse(text.toUpperCase()));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22t10:00:00.5z', '2026-11-22T10:00:00.500Z'],
    ['2026-11-22T18:00:00.123999+08:00', '2026-11-22T10:00:00.123Z'],
    ['2026-11-22T04:30:00-05:30', '2026-11-22T10:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(new Date(parseInstant(text)).toISOString()).toBe(iso);
  });

  it.each([
    '2025-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-01-01',
    '2025-01-01T24:00:00Z',
    '2025-01-01T00:00:00',
  ])('refuses %s', (text) => {
    expect(() => parseInstant(text)).toThrow(malformed);
  });
});

describe('verifySiweMessage', () => {
  const text = formatSiweMessage(aMessage());
  const expected = {
    now,
    domain: 'wallet.example:8080',
    uri: aMessage().uri,
    nonce: aMessage().nonce,
    chainId: 31_337,
    address: account.address,
  };

  it('accepts what the holder of the key signed', async () => {
    const signature = await account.signMessage({ message: text });
    await expect(verifySiweMessage(text, signature, expected)).resolves.toEqual(aMessage());
  });

  it.each([
    ['scheme', 'http'],
    ['domain', 'evil.example'],
    ['uri', 'https://evil.example'],
    ['nonce', 'anothernonce'],
    ['chainId', 1],
    ['address', '0x52908400098527886E0F7030069857D2E4169EE7'],
  ])('refuses another %s than asked for', (field, value) => {
    expect(() => checkSiweMessage(aMessage(), { ...expected, [field]: value })).toThrow(
      expect.objectContaining({ code: 'SIWE_MISMATCH', details: { field } }),
    );
  });

  it('refuses a message at and after its end, and before its beginning', () => {
    const expired = expect.objectContaining({ code: 'CHALLENGE_EXPIRED' });
    expect(() => checkSiweMessage(aMessage(), { now: new Date('2026-11-22T10:10:00Z') })).toThrow(expired);
    expect(() => checkSiweMessage(aMessage({ notBefore: '2026-11-22T10:05:00.001Z' }), { now })).toThrow(expired);
    expect(() => checkSiweMessage(aMessage({ notBefore: '2026-11-22T10:05:00Z' }), { now })).not.toThrow();
  });

  it.each(['0x', `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`, `0x${'01'.repeat(64)}1b`] as const)(
    'refuses a signature that recovers nobody: %s',
    async (signature) => {
      await expect(verifySiweMessage(text, signature, expected)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    },
  );

  it('refuses a signature of a text that differs by one letter', async () => {
    const signature = await account.signMessage({ message: text.replace('Link', 'link') });
    await expect(verifySiweMessage(text, signature, expected)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});
