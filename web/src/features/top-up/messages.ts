import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the top-up screen. */
export const topUpMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
