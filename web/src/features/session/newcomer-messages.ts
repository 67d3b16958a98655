import { defineCatalog } from '../../i18n/catalog.ts';
import { messages as en } from './newcomer.en.ts';
import { messages as zh } from './newcomer.zh.ts';

/** Words for somebody who is new here. Both languages come with the screen: asking for one would cost a way there and back. */
export const newcomerMessages = defineCatalog({ zh, en });
