import { defineCatalog } from '../i18n/catalog.ts';
import { messages as en } from './mishap.en.ts';
import { messages as zh } from './mishap.zh.ts';

/** Words for what is shown in place of a screen. Both are there: when they are needed, the network may be gone. */
export const mishapMessages = defineCatalog({ zh, en });
