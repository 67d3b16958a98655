import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the send screen. */
export const sendMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
