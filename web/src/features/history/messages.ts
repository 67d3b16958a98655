import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the history screens. */
export const historyScreenMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
