import { defineCatalog } from '../i18n/catalog.ts';

/** Words of how urgent a transaction is. */
export const speedMessages = defineCatalog({
  zh: () => import('./speed-words.zh.ts'),
  en: () => import('./speed-words.en.ts'),
});
