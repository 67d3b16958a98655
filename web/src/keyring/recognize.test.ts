import type { AppError } from '@feiqian/domain/errors';
import fc from 'fast-check';
import { privateKeyToAddress } from 'viem/accounts';
import { describe, expect, it, vi } from 'vitest';
import { toPhrase } from './mnemonic.ts';
import { readOrigin, recognize } from './recognize.ts';
import { fromHex, readVectors, toHexText } from './testing/read-vectors.ts';
import { mnemonicLanguages } from './word-lists.ts';

vi.setConfig({ testTimeout: 60_000 });

const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const key = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const code = (name: string) => expect.objectContaining({ code: name });

describe('recognize', () => {
  it.each([
    ['nothing', ' \n', { kind: 'empty' }],
    ['a phrase', phrase, { kind: 'phrase', language: 'english', count: 12 }],
    [
      'a phrase in capitals, numbered',
      phrase
        .split(' ')
        .map((word, at) => `${at + 1}. ${word.toUpperCase()}`)
        .join('\n'),
      { kind: 'phrase', language: 'english', count: 12 },
    ],
    ['a phrase with commas', phrase.replaceAll(' ', ', '), { kind: 'phrase', language: 'english', count: 12 }],
    ['a key', key, { kind: 'private_key', address }],
    ['a key with 0x and blanks around', ` 0x${key.toUpperCase()}\n`, { kind: 'private_key', address }],
    ['zero', '0'.repeat(64), { kind: 'private_key_invalid' }],
    ['the order of the curve', order, { kind: 'private_key_invalid' }],
    ['an address', address, { kind: 'address', address }],
    ['an address in small letters', address.toLowerCase(), { kind: 'address', address }],
    ['an address with a wrong letter', address.replace('f39F', 'F39F'), { kind: 'address_invalid' }],
    ['half an address', address.slice(0, 20), { kind: 'unknown' }],
    ['a file of something else', '{"a":1}', { kind: 'keystore_invalid' }],
    ['half a file', '{"version":3,', { kind: 'keystore_invalid' }],
    ['a vault', '{"format":"feiqian-vault","formatVersion":1', { kind: 'vault' }],
    ['a sentence', 'Grüße aus Wien', { kind: 'unknown' }],
    ['a word of no list', 'asdfgh', { kind: 'unknown' }],
    ['endless text', 'abandon '.repeat(4_000), { kind: 'unknown' }],
  ])('knows %s', async (_what, text, expected) => {
    expect(await recognize(text)).toEqual(expected);
  });

  it('follows a phrase while it is typed, and names wrong words with what may have been meant', async () => {
    expect(await recognize('legal winner')).toEqual({
      kind: 'phrase_incomplete',
      language: 'english',
      count: 2,
      unknown: [],
    });
    expect(await recognize('legal winer thank')).toMatchObject({
      kind: 'phrase_incomplete',
      unknown: [{ position: 2, suggestions: expect.arrayContaining(['winner']) }],
    });
    const broken = phrase.replace('sausage', 'sausagge').replace('yellow', 'qqqqq');
    expect(await recognize(broken)).toMatchObject({
      kind: 'phrase_incomplete',
      count: 12,
      unknown: [
        { position: 6, suggestions: ['sausage'] },
        { position: 12, suggestions: [] },
      ],
    });
  });

  it('says plainly when words do not belong together', async () => {
    expect(await recognize(phrase.replace('yellow', 'zoo'))).toEqual({
      kind: 'phrase_checksum_wrong',
      language: 'english',
      count: 12,
    });
  });

  it('knows phrases of every language and length, Chinese ones also without blanks', async () => {
    const lengths = fc.constantFrom(16, 20, 24, 28, 32);
    const entropies = lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
    await fc.assert(
      fc.asyncProperty(entropies, fc.constantFrom(...mnemonicLanguages), async (entropy, language) => {
        const made = await toPhrase(entropy, language);
        const text = language.startsWith('chinese') ? made.replaceAll(' ', '') : made.replaceAll(' ', '\u3000');
        expect(await recognize(text)).toMatchObject({ kind: 'phrase', count: (entropy.length * 3) / 4 });
        const origin = await readOrigin(text, undefined);
        expect(origin.kind === 'phrase' && toHexText(origin.entropy)).toBe(toHexText(entropy));
      }),
      { numRuns: 40 },
    );
  });

  it('never fails and never tells any of the text', async () => {
    const word = fc.constantFrom(...phrase.split(' '), '0x', key, '{', '"crypto"', '囧', '\u0000', '\ud800', address);
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(word, { maxLength: 30 }).map((all) => all.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (pasted) => {
        const told = JSON.stringify([await recognize(pasted), await originOf(pasted)]);
        expect(told).not.toContain(key.slice(0, 16));
        expect(told).not.toMatch(
          /(?:legal|winner|thank|year|wave)[^a-z]+(?:legal|winner|thank|year|wave)[^a-z]+(?:legal|winner)/,
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** What a text is read as, without its secrets, or why it is refused. */
async function originOf(text: string): Promise<object> {
  try {
    const { kind } = await readOrigin(text, 'keystore password');
    return { kind };
  } catch (error) {
    expect(error).toMatchObject({ name: 'AppError', code: expect.any(String) });
    return { ...(error as AppError), said: String(error) };
  }
}

describe('readOrigin', () => {
  it('reads what was recognised', async () => {
    const origin = await readOrigin(` 0x${key} `, undefined);
    expect(origin).toMatchObject({ kind: 'key', address });
    if (origin.kind === 'key') origin.key.use((bytes) => expect(toHexText(bytes)).toBe(key));
    expect(await readOrigin(address.toLowerCase(), undefined)).toEqual({ kind: 'address', address });
  });

  it('recognises and opens every keystore of the vectors with the address of its key', async () => {
    type Keystore = { json: object; password: string; priv: string };
    const sources = readVectors<Record<string, Record<string, Keystore>>>('keystore-v3/keystores.json');
    for (const { json, password, priv } of Object.values(sources).flatMap((cases) => Object.values(cases))) {
      const text = JSON.stringify(json);
      expect(await recognize(text)).toMatchObject({ kind: 'keystore' });
      expect(await readOrigin(text, password)).toMatchObject({
        kind: 'key',
        address: privateKeyToAddress(`0x${priv}`),
      });
      await expect(readOrigin(text, `${password}x`)).rejects.toEqual(code('KEYSTORE_PASSWORD_WRONG'));
    }
  });

  it('recognises every account of the ethers vectors by its key and by its address', async () => {
    const rows = readVectors<{ privateKey: string; address: string }[]>('ethers/accounts.json.gz');
    for (const row of rows) {
      expect(await recognize(row.privateKey)).toEqual({ kind: 'private_key', address: row.address });
      expect(await recognize(row.address)).toEqual({ kind: 'address', address: row.address });
    }
  });

  it('recognises every phrase of the vectors in its language', async () => {
    type Row = { phrase: string; entropy: string };
    const decode = (hex: string) => new TextDecoder().decode(fromHex(hex));
    const phrases = [
      ...Object.values(readVectors<Record<string, string[][]>>('bip39-trezor/vectors.json')).flatMap((rows) =>
        rows.map(([, text]) => text ?? ''),
      ),
      ...readVectors<{ mnemonic: string }[]>('bip39-jp/test_JP_BIP39.first6.json').map(({ mnemonic }) => mnemonic),
      ...readVectors<Row[]>('ethers/mnemonics.json.gz').map((row) => decode(row.phrase)),
    ];
    expect(phrases.length).toBeGreaterThan(300);
    for (const text of phrases) expect(await recognize(text)).toMatchObject({ kind: 'phrase' });
  });

  it.each([
    ['', 'SECRET_UNRECOGNIZED'],
    ['0x12', 'SECRET_UNRECOGNIZED'],
    ['a'.repeat(30_000), 'SECRET_UNRECOGNIZED'],
    ['0'.repeat(64), 'PRIVATE_KEY_INVALID'],
    ['{"a":1}', 'KEYSTORE_INVALID'],
    [address.replace('f39F', 'F39F'), 'ADDRESS_CHECKSUM_WRONG'],
    ['hello world', 'MNEMONIC_MALFORMED'],
    [phrase.replace('yellow', 'zoo'), 'MNEMONIC_CHECKSUM_WRONG'],
    [phrase.replace('yellow', 'yelow'), 'MNEMONIC_WORD_UNKNOWN'],
  ])('refuses %.20j with %s, quoting nothing', async (text, expected) => {
    const error = await readOrigin(text, 'secret').catch((caught: unknown) => caught);
    expect(error).toEqual(code(expected));
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/winner|legal|secret/);
  });
});
