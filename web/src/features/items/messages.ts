import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of what a shop sells again and again. */
export const itemMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
