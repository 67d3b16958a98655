import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of registering, logging in and unlocking. */
export const sessionMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
