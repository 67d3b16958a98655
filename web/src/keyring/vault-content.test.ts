import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { accountPath } from './hd-accounts.ts';
import { decodeContent, encodeContent, mergeSummaries, toAccountName, type VaultSummary } from './vault-content.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

const account = fc.record({
  path: fc.nat({ max: 12 }).map(accountPath),
  name: fc.string({ unit: 'binary', maxLength: 80 }).map(toAccountName),
  changedIn: fc.integer({ min: 1, max: 9 }),
});
const summary: fc.Arbitrary<VaultSummary> = fc.record({
  language: fc.constant('english' as const),
  accounts: fc.uniqueArray(account, { minLength: 1, maxLength: 6, selector: ({ path }) => path }),
  isPhraseChecked: fc.boolean(),
});
const entropy = fc
  .constantFrom(16, 20, 24, 28, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const corrupt = expect.objectContaining({ code: 'VAULT_CORRUPT' });

describe('a vault content', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(entropy, summary, (bytes, written) => {
        const read = decodeContent(encodeContent(bytes, written));
        expect([[...read.entropy], read.summary]).toEqual([[...bytes], written]);
      }),
    );
  });

  it('never becomes text with the entropy in it', () => {
    const content = encodeContent(new Uint8Array(16).fill(65), {
      language: 'english',
      accounts: [{ path: accountPath(0), name: '', changedIn: 1 }],
      isPhraseChecked: false,
    });
    expect(new TextDecoder().decode(content.subarray(18))).toBe(
      `{"language":"english","accounts":[{"path":"m/44'/60'/0'/0/0","name":"","changedIn":1}],"isPhraseChecked":false}`,
    );
  });

  it('lends the entropy as a view, so that wiping the content wipes it', () => {
    const content = encodeContent(new Uint8Array(16).fill(65), {
      language: 'english',
      accounts: [{ path: accountPath(0), name: '', changedIn: 1 }],
      isPhraseChecked: false,
    });
    const { entropy: view } = decodeContent(content);
    content.fill(0);
    expect([...view].every((byte) => byte === 0)).toBe(true);
  });

  const layout = (bytes: number[], json: string) =>
    Uint8Array.from([...bytes, ...Array.from({ length: bytes[1] ?? 0 }, () => 1), ...new TextEncoder().encode(json)]);
  const good = `{"language":"english","accounts":[{"path":"m/0","name":"","changedIn":1}],"isPhraseChecked":false}`;
  it.each([
    ['nothing', new Uint8Array()],
    ['another layout', layout([2, 16], good)],
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
        expect(merged.isPhraseChecked).toBe(one.isPhraseChecked || two.isPhraseChecked);
        const indexes = merged.accounts.map(({ path }) => Number(path.split('/').at(-1)));
        expect(indexes).toEqual([...indexes].sort((left, right) => left - right));
      }),
    );
  });
});
