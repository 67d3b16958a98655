import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the list of approvals. */
export const approvalMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});
