import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the sheet that asks for a second factor. */
export const secondFactorMessages = defineCatalog({
  zh: () => import('./words.zh.ts'),
  en: () => import('./words.en.ts'),
});
