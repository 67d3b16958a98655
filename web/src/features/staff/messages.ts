import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the staff's screens. */
export const staffMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
