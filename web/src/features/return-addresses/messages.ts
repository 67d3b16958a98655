import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of where a shop has its payers sent back to. */
export const returnAddressMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
