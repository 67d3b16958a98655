import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the payment links. */
export const linksMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
