import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of exporting one account as a keystore file. */
export const keystoreExportMessages = defineCatalog({
  zh: () => import('./words.zh.ts'),
  en: () => import('./words.en.ts'),
});
