import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of where a shop is told of payments. */
export const webhookMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
