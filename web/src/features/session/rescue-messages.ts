import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of opening a vault file without any service. */
export const rescueMessages = defineCatalog({
  zh: () => import('./rescue.zh.ts'),
  en: () => import('./rescue.en.ts'),
});
