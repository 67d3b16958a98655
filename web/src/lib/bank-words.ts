import { defineCatalog } from '../i18n/catalog.ts';

/** Words of the account that money is paid out to. */
export const bankMessages = defineCatalog({
  zh: () => import('./bank-words.zh.ts'),
  en: () => import('./bank-words.en.ts'),
});
