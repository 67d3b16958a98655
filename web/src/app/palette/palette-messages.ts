import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the command palette. */
export const paletteMessages = defineCatalog({
  zh: () => import('./palette.zh.ts'),
  en: () => import('./palette.en.ts'),
});
