import { defineCatalog } from '../i18n/catalog.ts';

/** Words for tokens that nobody has checked. */
export const unverifiedMessages = defineCatalog({
  zh: () => import('./unverified.zh.ts'),
  en: () => import('./unverified.en.ts'),
});
