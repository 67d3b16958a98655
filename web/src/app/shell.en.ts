import type { messages as zh } from './shell.zh.ts';

/** Words around every screen. */
export const messages: typeof zh = {
  nav: 'Main navigation',
  home: 'Home',
  history: 'History',
  links: 'Payment links',
  settings: 'Settings',
  topUp: 'Top up',
  send: 'Send',
  receive: 'Receive',
  scan: 'Scan',
  cashTransfer: 'Send cash',
  convert: 'Convert',
  withdraw: 'Withdraw',
  payAndMove: 'Move money',
  lock: 'Lock',
  palette: 'Search',
  offlineTitle: 'No network',
  offlineBody:
    'You can still see your addresses and what was read before. Sending and topping up wait for the network.',
  serviceDownTitle: 'The service cannot be reached',
  serviceDownBody:
    'Your keys and addresses are on this device. Balances and history may be out of date; no money was moved.',
  chainDownTitle: (chain) => `${chain} cannot be reached`,
  chainDownBody: 'Cash works as usual. Token balances may be out of date, and sending tokens must wait.',
  chainHaltedTitle: (chain) => `${chain} is halted`,
  chainHaltedBody:
    'Something changed on it that must not. Sending tokens waits until a person has looked. Cash works as usual.',
  notFoundTitle: 'No such page',
  notFoundBody: 'The link may be incomplete, or the page has moved.',
  showAddress: 'Show my address',
  goHome: 'Go home',
  failedTitle: 'Not available just now',
  crashTitle: 'This page failed',
  crashEffect: 'No money was moved.',
  crashBody: 'Try again, or go home. The other pages work.',
  staleTitle: 'There is a new version',
  staleBody: 'Reload to go on.',
  tryAgain: 'Try again',
  reload: 'Reload',
};
