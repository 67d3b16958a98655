import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the box that recognises what is pasted. */
export const secretBoxMessages = defineCatalog({
  zh: () => import('./words.zh.ts'),
  en: () => import('./words.en.ts'),
});
