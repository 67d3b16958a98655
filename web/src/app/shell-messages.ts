import { defineCatalog } from '../i18n/catalog.ts';
import { messages as zh } from './shell.zh.ts';

/** Words around every screen. Chinese comes with the first load, English when it is the language in use. */
export const shellMessages = defineCatalog({ zh, en: () => import('./shell.en.ts') });
