import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of paying out by rule. */
export const payoutMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
