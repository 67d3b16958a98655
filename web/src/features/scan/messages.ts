import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the scanner. */
export const scanMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
