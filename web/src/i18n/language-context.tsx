import { createContext, use } from 'react';
import type { Catalog } from './catalog.ts';
import type { Language } from './language.ts';

/** The language that the screens below are written in. */
export const LanguageContext = createContext<Language>('zh');

/** The language in use. */
export function useLanguage(): Language {
  return use(LanguageContext);
}

/** What stands between two sentences: a space, unless they end with a mark that brings its own room, as in Chinese. */
export function SentenceSpace() {
  return useLanguage() === 'zh' ? null : ' ';
}

/** The sentences of a feature in the language in use. Suspends until they are here. */
export function useMessages<Messages>(catalog: Catalog<Messages>): Messages {
  return use(catalog.load(useLanguage()));
}
