import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the conversion screen. */
export const convertMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
