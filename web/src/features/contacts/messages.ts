import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the contacts screens. */
export const contactsScreenMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
