import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the counter. Some of them are for the one who pays, who looks at the same screen. */
export const counterMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
