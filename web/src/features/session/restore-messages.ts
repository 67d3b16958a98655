import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of restoring a wallet. */
export const restoreMessages = defineCatalog({
  zh: () => import('./restore.zh.ts'),
  en: () => import('./restore.en.ts'),
});
