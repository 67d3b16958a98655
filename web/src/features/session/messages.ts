import { defineCatalog } from '../../i18n/catalog.ts';
import { messages as en } from './messages.en.ts';
import { messages as zh } from './messages.zh.ts';

/** Words of getting in. Both languages come with the first load: asking for one would cost a way there and back. */
export const sessionMessages = defineCatalog({ zh, en });
