import { defineCatalog } from '../i18n/catalog.ts';
import { messages as zh } from './shell.zh.ts';

/** Words around every screen of an open wallet. Chinese comes along, English when it is the language in use. */
export const shellMessages = defineCatalog({ zh, en: () => import('./shell.en.ts') });
