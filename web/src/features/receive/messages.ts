import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the receive screen. */
export const receiveMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
