import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the withdrawal screen. */
export const withdrawMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
