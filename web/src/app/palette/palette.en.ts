import type { messages as zh } from './palette.zh.ts';

/** Words of the command palette. */
export const messages: typeof zh = {
  title: 'Go to',
  placeholder: 'Type what to do, or search history',
  searchHistory: (text) => `Search history for “${text}”`,
  lock: 'Lock the wallet',
  hideAmounts: 'Hide amounts',
  showAmounts: 'Show amounts',
  newLink: 'New payment link',
  counter: 'Counter',
  payCode: 'Pay code',
  items: 'Items',
  phrase: 'Recovery phrase',
  keys: 'Keys',
  hint: '↑ ↓ to choose, Enter to open, Esc to close',
  nothing: 'Nothing matches',
};
