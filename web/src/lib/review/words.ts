import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the review before signing; a warning without words does not compile. */
export const reviewMessages = defineCatalog({ zh: () => import('./words.zh.ts'), en: () => import('./words.en.ts') });
