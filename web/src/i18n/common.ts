import { defineCatalog } from './catalog.ts';
import { messages as en } from './common.en.ts';
import { messages as zh } from './common.zh.ts';

/** Words that many screens share; small, so both languages come with the first load. */
export const commonMessages = defineCatalog({ zh, en });
