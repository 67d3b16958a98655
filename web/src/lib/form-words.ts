import { defineCatalog } from '../i18n/catalog.ts';

/** Words that every form about money shares. */
export const formMessages = defineCatalog({
  zh: () => import('./form-words.zh.ts'),
  en: () => import('./form-words.en.ts'),
});
