import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of paying a link. */
export const payMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
