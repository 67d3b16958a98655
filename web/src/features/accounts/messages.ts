import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the accounts of a wallet. */
export const accountMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
