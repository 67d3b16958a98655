import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the settings. */
export const settingsMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
