import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the keys for a shop's server. */
export const apiKeyMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
