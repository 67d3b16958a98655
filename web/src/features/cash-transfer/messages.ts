import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the cash transfer. */
export const cashTransferMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
