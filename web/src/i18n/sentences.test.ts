import { describe, expect, it } from 'vitest';

type Module = { readonly messages: object };
type Sentence = { readonly where: string; readonly text: string };

const zhModules = import.meta.glob<Module>('../**/*.zh.ts', { eager: true });
const enModules = import.meta.glob<Module>('../**/*.en.ts', { eager: true });

/** Sample values for sentences with something in them. */
const samples = ['CNYF', '25.00', '@lin', 'x'];

/** Every sentence of a module, functions called with sample values. */
function collect(value: unknown, where: string): Sentence[] {
  if (typeof value === 'string') return [{ where, text: value }];
  if (typeof value === 'function') return collect(value(...samples), `${where}()`);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => collect(inner, `${where}.${key}`));
}

const all = (modules: Record<string, Module>) =>
  Object.entries(modules).flatMap(([path, { messages }]) => collect(messages, path));
const zh = all(zhModules);
const en = all(enModules);

const failing = (sentences: readonly Sentence[], isWrong: (text: string) => boolean) =>
  sentences.filter(({ text }) => isWrong(text)).map(({ where, text }) => `${where}: ${text}`);

describe('sentences', () => {
  it('exist in both languages, file by file', () => {
    const names = (modules: Record<string, Module>) =>
      Object.keys(modules).map((path) => path.replace(/\.(zh|en)\.ts$/, ''));
    expect(names(zhModules).sort()).toEqual(names(enModules).sort());
    expect(zh.length).toBeGreaterThan(400);
  });

  it('have the same keys in both languages, records of any key included', () => {
    const keys = (sentences: readonly Sentence[]) => sentences.map(({ where }) => where.replace(/\.(zh|en)\.ts/, ''));
    expect(keys(zh).sort()).toEqual(keys(en).sort());
  });

  it('are never empty', () => {
    expect(failing([...zh, ...en], (text) => text.trim() === '')).toEqual([]);
  });

  it('do not shout', () => {
    expect(failing([...zh, ...en], (text) => /[!！]/.test(text))).toEqual([]);
  });

  it('use full-width punctuation between Chinese characters', () => {
    expect(
      failing(zh, (text) => /\p{Script=Han}[,;:?()]|[,;:?()]\p{Script=Han}|\p{Script=Han}\.(?:\s|$)/u.test(text)),
    ).toEqual([]);
  });

  it('leave no English in the Chinese files but names, symbols and what is typed as it stands', () => {
    const asItStands = new Set([
      'CNY',
      'USD',
      'WalletConnect',
      'Wi',
      'Fi',
      'Solana',
      'CNYF',
      'lin',
      'Esc',
      'name',
      'example',
      'com',
      'xpub',
      'https',
      'API',
      'JSON',
      'Ledger',
      'Live',
      'MetaMask',
      'MyEtherWallet',
      'passphrase',
      'Permit',
      // What authenticator apps are called, and what they call us.
      'Microsoft',
      'Google',
      'Authenticator',
      'Feiqian',
    ]);
    const isLeftOver = (text: string) => (text.match(/[A-Za-z]{2,}/g) ?? []).some((word) => !asItStands.has(word));
    expect(failing(zh, isLeftOver)).toEqual([]);
    expect(failing([{ where: 'x', text: '请 review 一下' }], isLeftOver)).toHaveLength(1);
  });

  it('put a space between Chinese and a number or a symbol, as the whole wallet does', () => {
    // What a sentence is given may be Chinese itself, such as a provider's name, and is joined without a space.
    const written = zh.filter(({ where }) => !where.includes('()'));
    const isTight = (text: string) => /\p{Script=Han}[\dA-Za-z]|[\dA-Za-z]\p{Script=Han}/u.test(text);
    expect(failing(written, isTight)).toEqual([]);
  });

  it('are English in the English files', () => {
    const isName = ({ text }: Sentence) => text === '中文';
    expect(
      failing(
        en.filter((sentence) => !isName(sentence)),
        (text) => /\p{Script=Han}|[，。；：？（）]/u.test(text),
      ),
    ).toEqual([]);
  });

  it('never ask anybody for the recovery phrase outside of showing and checking it', () => {
    const asks = /(?:enter|type|give|tell us).{0,20}recovery phrase|(?:输入|填写|提供|告诉我们).{0,10}助记词/i;
    expect(failing([...zh, ...en], (text) => asks.test(text) && !/never|不|除了/.test(text))).toEqual([]);
  });
});
