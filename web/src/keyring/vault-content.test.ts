import fc from 'fast-check';
import { type Address, getAddress } from 'viem';
import { describe, expect, it, vi } from 'vitest';
import { accountPath } from './derivation-paths.ts';
import {
  type AddedAccount,
  decodeContent,
  encodeContent,
  mergeSummaries,
  toAccountName,
  type VaultContent,
  type VaultSummary,
} from './vault-content.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

const account = fc.record({
  path: fc.nat({ max: 12 }).map(accountPath),
  name: fc.string({ unit: 'binary', maxLength: 80 }).map(toAccountName),
  changedIn: fc.integer({ min: 1, max: 9 }),
});
const address: fc.Arbitrary<Address> = fc.nat({ max: 9 }).map((digit) => getAddress(`0x${`${digit}b`.repeat(20)}`));
const changedIn = fc.integer({ min: 1, max: 9 });
const added: fc.Arbitrary<readonly AddedAccount[]> = fc.uniqueArray(
  fc.record({ address, name: fc.constantFrom('', 'a', '旧'), changedIn }),
  { maxLength: 4, selector: (one) => one.address },
);
const summary: fc.Arbitrary<VaultSummary> = fc.record(
  {
    language: fc.constant('english' as const),
    accounts: fc.uniqueArray(account, { minLength: 1, maxLength: 6, selector: ({ path }) => path }),
    isPhraseChecked: fc.boolean(),
    imported: added,
    watched: added,
    primary: fc.record({ address, changedIn }),
  },
  { requiredKeys: ['language', 'accounts', 'isPhraseChecked', 'imported', 'watched'] },
);
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const content: fc.Arbitrary<VaultContent> = summary.chain((chosen) =>
  fc.record({
    summary: fc.constant(chosen),
    entropy: fc.constantFrom(16, 20, 24, 28, 32).chain(bytesOf),
    passphrase: fc.uint8Array({ maxLength: 512 }),
    keys: fc.tuple(...chosen.imported.map(() => bytesOf(32))),
  }),
);
const simple: VaultContent = {
  entropy: new Uint8Array(16).fill(65),
  passphrase: new Uint8Array(0),
  keys: [],
  summary: {
    language: 'english',
    accounts: [{ path: accountPath(0), name: '', changedIn: 1 }],
    isPhraseChecked: false,
    imported: [],
    watched: [],
  },
};
const plain = ({ entropy, passphrase, keys, summary: rest }: VaultContent) => [
  [...entropy],
  [...passphrase],
  keys.map((key) => [...key]),
  rest,
];
const corrupt = expect.objectContaining({ code: 'VAULT_CORRUPT' });

describe('a vault content', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(content, (written) => {
        expect(plain(decodeContent(encodeContent(written)))).toEqual(plain(written));
      }),
    );
  });

  it('is refused with one code when bytes of it are others, or says exactly that', () => {
    const altered = content.chain((written) => {
      const bytes = encodeContent(written);
      return fc
        .tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 3 }))
        .map(([at, length, put]) => Uint8Array.from([...bytes.slice(0, at), ...put, ...bytes.slice(at + length)]));
    });
    fc.assert(
      fc.property(fc.oneof(altered, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        let read: VaultContent;
        try {
          read = decodeContent(bytes);
        } catch (error) {
          expect(error).toEqual(corrupt);
          return;
        }
        expect(plain(decodeContent(encodeContent(read)))).toEqual(plain(read));
      }),
      { numRuns: 500 },
    );
  });

  it('is written as older programs read it, as long as it has nothing that they do not know', () => {
    const old = encodeContent(simple);
    expect(old[0]).toBe(1);
    expect(new TextDecoder().decode(old.subarray(18))).toBe(
      `{"language":"english","accounts":[{"path":"m/44'/60'/0'/0/0","name":"","changedIn":1}],"isPhraseChecked":false}`,
    );
    expect(plain(decodeContent(old))).toEqual(plain(simple));
    const watched = [{ address: getAddress(`0x${'1b'.repeat(20)}`), name: '', changedIn: 2 }];
    expect(encodeContent({ ...simple, summary: { ...simple.summary, watched } })[0]).toBe(2);
    expect(encodeContent({ ...simple, passphrase: new Uint8Array([97]) })[0]).toBe(2);
  });

  it('never becomes text with a secret in it', () => {
    const imported = [{ address: getAddress(`0x${'1b'.repeat(20)}`), name: '', changedIn: 2 }];
    const keys = [new Uint8Array(32).fill(66)];
    const passphrase = new Uint8Array(8).fill(67);
    const bytes = encodeContent({ ...simple, keys, passphrase, summary: { ...simple.summary, imported } });
    const json = new TextDecoder().decode(bytes).slice(new TextDecoder().decode(bytes).indexOf('{'));
    expect(JSON.parse(json)).toMatchObject({ language: 'english', imported });
    expect(json).not.toMatch(/AAAA|BBBB|CCCC|4141|4242|4343/);
  });

  it('lends the secrets as views, so that wiping the content wipes them', () => {
    const imported = [{ address: getAddress(`0x${'1b'.repeat(20)}`), name: '', changedIn: 2 }];
    const keys = [new Uint8Array(32).fill(66)];
    const passphrase = new Uint8Array(8).fill(67);
    const bytes = encodeContent({ ...simple, keys, passphrase, summary: { ...simple.summary, imported } });
    const read = decodeContent(bytes);
    bytes.fill(0);
    expect(
      [...read.entropy, ...read.passphrase, ...read.keys.flatMap((key) => [...key])].every((byte) => byte === 0),
    ).toBe(true);
  });

  it('is never written with another number of keys than of accounts for them', () => {
    expect(() => encodeContent({ ...simple, keys: [new Uint8Array(32)] })).toThrow(corrupt);
  });

  const layout = (bytes: number[], json: string) =>
    Uint8Array.from([...bytes, ...Array.from({ length: bytes[1] ?? 0 }, () => 1), ...new TextEncoder().encode(json)]);
  const good = `{"language":"english","accounts":[{"path":"m/0","name":"","changedIn":1}],"isPhraseChecked":false}`;
  it.each([
    ['nothing', new Uint8Array()],
    ['another layout', layout([3, 16], good)],
    ['the end in the middle of the keys', Uint8Array.from([2, 16, ...new Uint8Array(16), 0, 0, 0, 9, 1, 2, 3])],
    [
      'a key without its account',
      Uint8Array.from([
        2,
        16,
        ...new Uint8Array(16),
        0,
        0,
        0,
        1,
        ...new Uint8Array(32),
        ...new TextEncoder().encode(good.replace('}', ',"imported":[],"watched":[]}')),
      ]),
    ],
    ['an odd length', layout([1, 17], good)],
    ['a short entropy', layout([1, 12], good)],
    ['no JSON', layout([1, 16], 'x')],
    ['bytes that are no text', Uint8Array.from([1, 16, ...new Uint8Array(16), 0xff])],
    ['an unknown language', layout([1, 16], good.replace('english', 'klingon'))],
    ['no accounts', layout([1, 16], good.replace(/\[.*\]/, '[]'))],
    ['an account twice', layout([1, 16], good.replace(/\[(.*)\]/, '[$1,$1]'))],
    ['a path that is none', layout([1, 16], good.replace('m/0', 'm/x'))],
    ['a name with a line break', layout([1, 16], good.replace('"name":""', '"name":"a\\nb"'))],
    ['an account without version', layout([1, 16], good.replace('"changedIn":1', '"changedIn":0'))],
    ['no mark', layout([1, 16], good.replace('false', '0'))],
  ])('is refused: %s', (_what, bytes) => {
    expect(() => decodeContent(bytes)).toThrow(corrupt);
  });
});

describe('mergeSummaries', () => {
  it('does not mind the order, repetition or grouping', () => {
    fc.assert(
      fc.property(summary, summary, summary, (one, two, three) => {
        const both = mergeSummaries(one, two);
        expect(mergeSummaries(two, one)).toEqual(both);
        expect(mergeSummaries(both, two)).toEqual(both);
        expect(mergeSummaries(mergeSummaries(one, two), three)).toEqual(
          mergeSummaries(one, mergeSummaries(two, three)),
        );
      }),
    );
  });

  it('keeps every account of both and nothing else', () => {
    fc.assert(
      fc.property(summary, summary, (one, two) => {
        const paths = new Set([...one.accounts, ...two.accounts].map(({ path }) => path));
        const merged = mergeSummaries(one, two);
        expect(new Set(merged.accounts.map(({ path }) => path))).toEqual(paths);
        expect(merged.accounts).toHaveLength(paths.size);
        for (const kind of ['imported', 'watched'] as const) {
          const addresses = new Set([...one[kind], ...two[kind]].map((account) => account.address));
          expect(merged[kind].map((account) => account.address).sort()).toEqual([...addresses].sort());
        }
        expect([one.primary, two.primary]).toContainEqual(merged.primary);
        expect(merged.isPhraseChecked).toBe(one.isPhraseChecked || two.isPhraseChecked);
        const indexes = merged.accounts.map(({ path }) => Number(path.split('/').at(-1)));
        expect(indexes).toEqual([...indexes].sort((left, right) => left - right));
      }),
    );
  });
});
