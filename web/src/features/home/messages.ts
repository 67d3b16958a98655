import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the home screen. */
export const homeMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
