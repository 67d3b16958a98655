import simplifiedChinese from 'bip39/src/wordlists/chinese_simplified.json' with { type: 'json' };
import english from 'bip39/src/wordlists/english.json' with { type: 'json' };

/** The languages that people have phrases in: those of BIP-39 by the names of the `bip39` package, and two that Trezor added. */
export const mnemonicLanguages = [
  'english',
  'chinese_simplified',
  'chinese_traditional',
  'japanese',
  'korean',
  'spanish',
  'french',
  'italian',
  'portuguese',
  'czech',
  'russian',
  'turkish',
] as const;
export type MnemonicLanguage = (typeof mnemonicLanguages)[number];

/** Whether there is a word list of that name. */
export function isMnemonicLanguage(name: string): name is MnemonicLanguage {
  return (mnemonicLanguages as readonly string[]).includes(name);
}

type ListModule = { readonly default: readonly string[] };

// English and simplified Chinese are in the bundle. The others are 13 to 40 kB each and come from our own origin when
// somebody restores such a phrase.
const lists: Record<MnemonicLanguage, () => readonly string[] | Promise<ListModule>> = {
  english: () => english,
  chinese_simplified: () => simplifiedChinese,
  chinese_traditional: () => import('bip39/src/wordlists/chinese_traditional.json', { with: { type: 'json' } }),
  japanese: () => import('bip39/src/wordlists/japanese.json', { with: { type: 'json' } }),
  korean: () => import('bip39/src/wordlists/korean.json', { with: { type: 'json' } }),
  spanish: () => import('bip39/src/wordlists/spanish.json', { with: { type: 'json' } }),
  french: () => import('bip39/src/wordlists/french.json', { with: { type: 'json' } }),
  italian: () => import('bip39/src/wordlists/italian.json', { with: { type: 'json' } }),
  portuguese: () => import('bip39/src/wordlists/portuguese.json', { with: { type: 'json' } }),
  czech: () => import('bip39/src/wordlists/czech.json', { with: { type: 'json' } }),
  russian: () => import('./words/russian.json', { with: { type: 'json' } }),
  turkish: () => import('./words/turkish.json', { with: { type: 'json' } }),
};

/** The 2,048 words of a language, in Unicode form NFKD as the lists have them. */
export async function loadWordList(language: MnemonicLanguage): Promise<readonly string[]> {
  const list = await lists[language]();
  return 'default' in list ? list.default : list;
}
