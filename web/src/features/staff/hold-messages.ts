import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the staff's screens of held movements. */
export const holdMessages = defineCatalog({
  zh: () => import('./hold-messages.zh.ts'),
  en: () => import('./hold-messages.en.ts'),
});
