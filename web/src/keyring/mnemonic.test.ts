import { HDNodeWallet } from 'ethers';
import fc from 'fast-check';
import { afterEach, assert, describe, expect, it, vi } from 'vitest';
import { defaultParentPath } from './derivation-paths.ts';
import { HdAccounts } from './hd-accounts.ts';
import { createEntropy, parsePhrase, phraseLengths, toPhrase, toSeed } from './mnemonic.ts';
import { splitPhrase } from './split-phrase.ts';
import { fromHex, readVectors, toHexText } from './testing/read-vectors.ts';
import { isMnemonicLanguage, loadWordList, type MnemonicLanguage, mnemonicLanguages } from './word-lists.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

type Case = { entropy: string; phrase: string; passphrase: string; seed: string; xprv: string };
const firstAccount = `${defaultParentPath}/0`;

async function checkSeed({ phrase, passphrase, seed, xprv }: Case): Promise<void> {
  const made = await toSeed(phrase, passphrase);
  expect(toHexText(made)).toBe(seed);
  const expected = HDNodeWallet.fromExtendedKey(xprv).derivePath(firstAccount.slice(2)).address;
  expect(new HdAccounts(made, [firstAccount]).address(firstAccount)).toBe(expected);
}

async function checkWords({ entropy, phrase }: Case, language: MnemonicLanguage): Promise<void> {
  const made = await toPhrase(fromHex(entropy), language);
  expect(made.normalize('NFKD')).toBe(phrase.normalize('NFKD'));
  const read = await parsePhrase(phrase);
  expect(toHexText(read.entropy)).toBe(entropy);
  // A phrase can be written in the words of two languages; either gives the same words and so the same seed.
  expect((await toPhrase(read.entropy, read.language)).normalize('NFKD')).toBe(phrase.normalize('NFKD'));
}

describe('the vectors of trezor/python-mnemonic', () => {
  const vectors = readVectors<Record<string, [string, string, string, string][]>>('bip39-trezor/vectors.json');
  for (const [language, rows] of Object.entries(vectors)) {
    assert(isMnemonicLanguage(language));
    const cases = rows.map(
      ([entropy, phrase, seed, xprv]): Case => ({ entropy, phrase, passphrase: 'TREZOR', seed, xprv }),
    );

    it(`gives the seed and the keys of every phrase in ${language}`, async () => {
      for (const vector of cases) await checkSeed(vector);
    });

    it(`writes and reads every phrase in ${language}`, async () => {
      for (const vector of cases) await checkWords(vector, language);
    });
  }
});

describe('the vectors of bip32JP', () => {
  it.each([
    ['test_JP_BIP39.first6.json', 'japanese', ''],
    ['test_EN_BIP39.json', 'english', 'TREZOR'],
  ] as const)(
    '%s: words, seeds and keys, with ideographic blanks and composed letters',
    async (file, language, passphrase) => {
      for (const row of readVectors<Record<string, string>[]>(`bip39-jp/${file}`)) {
        const { entropy = '', mnemonic: phrase = '', seed = '', bip32_xprv: xprv = '' } = row;
        const vector: Case = { entropy, phrase, passphrase: row.passphrase ?? passphrase, seed, xprv };
        await checkSeed(vector);
        await checkWords(vector, language);
      }
    },
  );
});

describe('the mnemonic vectors of ethers', () => {
  type Row = {
    name: string;
    locale: string;
    phrase: string;
    password: string;
    entropy: string;
    seed: string;
    nodes: { path: string; privateKey: string }[];
  };
  const rows = readVectors<Row[]>('ethers/mnemonics.json.gz');
  const text = (hex: string) => new TextDecoder().decode(fromHex(hex));

  it(`reads ${rows.length} phrases of ten languages back to their entropy and makes their seeds`, async () => {
    expect(new Set(rows.map((row) => row.locale)).size).toBe(10);
    for (const row of rows) {
      const { entropy, language } = await parsePhrase(text(row.phrase));
      expect(toHexText(entropy)).toBe(row.entropy.slice(2));
      expect((await toPhrase(entropy, language)).normalize('NFKD')).toBe(text(row.phrase).normalize('NFKD'));
      expect(toHexText(await toSeed(text(row.phrase), text(row.password)))).toBe(row.seed.slice(2));
    }
  });

  it('derives the private key of every node', async () => {
    for (const row of rows) {
      const nodes = row.nodes.filter(({ path }) => path !== 'm');
      const accounts = new HdAccounts(
        fromHex(row.seed),
        nodes.map(({ path }) => path),
      );
      for (const { path, privateKey } of nodes) {
        await accounts.withKey(path, async (key) =>
          key.use((bytes) => expect(`0x${toHexText(bytes)}`).toBe(privateKey)),
        );
      }
    }
  });
});

describe('parsePhrase', () => {
  const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

  it('reads what people type: capitals, tabs, line breaks, blanks around', async () => {
    const { entropy, language } = await parsePhrase(`\n ${phrase.toUpperCase().replaceAll(' ', '\t \n')} `);
    expect([toHexText(entropy), language]).toEqual(['7f'.repeat(16), 'english']);
  });

  it('is the inverse of toPhrase in every language and length', async () => {
    const lengths = fc.constantFrom(...phraseLengths.map((words) => (words / 3) * 4));
    const entropies = lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
    await fc.assert(
      fc.asyncProperty(entropies, fc.constantFrom(...mnemonicLanguages), async (entropy, language) => {
        const made = await toPhrase(entropy, language);
        expect(phraseLengths).toContain(splitPhrase(made).length);
        expect((await parsePhrase(made)).entropy).toEqual(entropy);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['nothing', '', 'MNEMONIC_MALFORMED'],
    ['eleven words', phrase.slice(0, -7), 'MNEMONIC_MALFORMED'],
    ['thirteen words', `${phrase} zoo`, 'MNEMONIC_MALFORMED'],
    ['a wrong last word', phrase.replace('yellow', 'zoo'), 'MNEMONIC_CHECKSUM_WRONG'],
    ['words in another order', phrase.replace('winner thank', 'thank winner'), 'MNEMONIC_CHECKSUM_WRONG'],
    ['an unknown word', phrase.replace('sausage', 'sausages'), 'MNEMONIC_WORD_UNKNOWN'],
  ])('refuses %s', async (_what, text, code) => {
    await expect(parsePhrase(text)).rejects.toMatchObject({ code });
  });

  it('says where the unknown word stands and never which it is', async () => {
    const error = await parsePhrase(phrase.replace('sausage', 'sausages')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ details: { position: '6' } });
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toMatch(/sausage|winner/);
  });
});

describe('word lists', () => {
  it.each(mnemonicLanguages)('%s has 2,048 different words in Unicode form NFKD', async (language) => {
    const list = await loadWordList(language);
    expect(new Set(list).size).toBe(2_048);
    expect(list.every((word) => word === word.normalize('NFKD'))).toBe(true);
  });
});

describe('createEntropy', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('asks the system once, for 16 bytes', () => {
    const asked = vi.spyOn(crypto, 'getRandomValues');
    expect(createEntropy()).toHaveLength(16);
    expect(asked.mock.calls.map(([array]) => (array as Uint8Array).length)).toEqual([16]);
  });

  it('gives exactly the phrase of the bytes that the system gave', async () => {
    vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
      (array as unknown as Uint8Array).fill(0x7f);
      return array;
    });
    expect(await toPhrase(createEntropy(), 'english')).toBe(
      'legal winner thank year wave sausage worth useful legal winner thank yellow',
    );
  });

  it('fails when the system fails, and asks nothing else', () => {
    const weak = vi.spyOn(Math, 'random');
    vi.spyOn(crypto, 'getRandomValues').mockImplementation(() => {
      throw new DOMException('no entropy', 'QuotaExceededError');
    });
    expect(() => createEntropy()).toThrow(expect.objectContaining({ code: 'RANDOM_UNAVAILABLE' }));
    expect(weak).not.toHaveBeenCalled();
  });

  it('does not need the weak generator or the clock', async () => {
    const forbidden = () => {
      throw new Error('A key must not depend on this.');
    };
    vi.spyOn(Math, 'random').mockImplementation(forbidden);
    vi.spyOn(Date, 'now').mockImplementation(forbidden);
    expect(splitPhrase(await toPhrase(createEntropy(), 'english'))).toHaveLength(12);
  });

  it('never repeats the first 64 bits and draws every word equally often', async () => {
    const draws = 8_000;
    const prefixes = new Set<string>();
    const counts = new Map<string, number>();
    for (let draw = 0; draw < draws; draw += 1) {
      const entropy = createEntropy();
      prefixes.add(toHexText(entropy.subarray(0, 8)));
      for (const word of (await toPhrase(entropy, 'english')).split(' ').slice(0, 11))
        counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const mean = (draws * 11) / 2_048;
    const deviations = (await loadWordList('english')).map(
      (word) => Math.abs((counts.get(word) ?? 0) - mean) / Math.sqrt(mean),
    );
    expect(prefixes.size).toBe(draws);
    // One word in 2,048 is beyond 6 σ about once in 250,000 runs.
    expect(Math.max(...deviations)).toBeLessThan(6);
  });
});
