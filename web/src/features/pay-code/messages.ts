import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the pay code. */
export const payCodeMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
