import { defineCatalog } from '../i18n/catalog.ts';
import type { Language } from '../i18n/language.ts';
import type { ErrorWords } from './error-text.zh.ts';

/** A sentence for every error code in both languages; a code without one does not compile. */
export const errorMessages = defineCatalog({
  zh: () => import('./error-text.zh.ts'),
  en: () => import('./error-text.en.ts'),
});

/** Both parts in one line, for the place below a field. */
export function toErrorLine({ title, advice }: ErrorWords, language: Language): string {
  return language === 'zh' ? `${title}。${advice}` : `${title}. ${advice}`;
}
