import type { messages as zh } from './holdings-aside.zh.ts';

/** Words of the holdings beside a form. */
export const messages: typeof zh = {
  title: 'What you have',
  cash: 'Cash, held by the operator',
  tokens: 'Tokens, held by you',
  nothing: 'Nothing yet',
};
