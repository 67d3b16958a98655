import { defineCatalog } from '../../i18n/catalog.ts';

/** Words about events of the history; every screen that shows one uses them. */
export const historyMessages = defineCatalog({ zh: () => import('./words.zh.ts'), en: () => import('./words.en.ts') });
