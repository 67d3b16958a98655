import { defineCatalog } from '../i18n/catalog.ts';

/** Words of the page that payers are sent to; they come while the request itself is asked for. */
export const paymentPageMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
