import type { messages as zh } from './mishap.zh.ts';

/** Words for what is shown in place of a screen. */
export const messages: typeof zh = {
  offlineBody:
    'You can still see your addresses and what was loaded before. Sending and topping up wait for the network.',
  notFoundTitle: 'No such page',
  notFoundBody: 'The link may be incomplete, or the page has moved',
  showAddress: 'Show my address',
  goHome: 'Go home',
  crashTitle: 'This page failed',
  crashEffect: 'No money was moved.',
  crashBody: 'Try again, or go home. The other pages work.',
  staleTitle: 'There is a new version',
  staleBody: 'Reload to continue.',
  tryAgain: 'Try again',
  reload: 'Reload',
};
