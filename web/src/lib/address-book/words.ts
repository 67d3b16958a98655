import { defineCatalog } from '../../i18n/catalog.ts';

/** Words about contacts that several screens share. */
export const contactMessages = defineCatalog({ zh: () => import('./words.zh.ts'), en: () => import('./words.en.ts') });
