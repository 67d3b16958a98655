import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the tokens that a person has added. */
export const tokenMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
