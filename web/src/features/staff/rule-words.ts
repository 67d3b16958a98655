import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the staff's screen of monitoring's rules. */
export const ruleMessages = defineCatalog({
  zh: () => import('./rule-words.zh.ts'),
  en: () => import('./rule-words.en.ts'),
});
