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
  contacts: 'Contacts',
  convert: 'Convert',
  withdraw: 'Withdraw',
  payAndMove: 'Move money',
  lock: 'Lock',
  palette: 'Search',
  serviceDownTitle: 'The service cannot be reached',
  serviceDownBody:
    'Your keys and addresses are on this device. Balances and history may be out of date; no money was moved.',
  chainDownTitle: (chain) => `${chain} cannot be reached`,
  chainDownBody: 'Cash works as usual. Token balances may be out of date, and sending tokens must wait.',
  chainHaltedTitle: (chain) => `${chain} is halted`,
  chainHaltedBody:
    'Something changed on it that must not. Sending tokens waits until a person has looked. Cash works as usual.',
  resentTitle: 'Something that had no answer was sent again',
  resentBody: 'It happens once; the history shows how it goes.',
  notResentTitle: 'Something that had no answer was refused; no money was moved',
  seeHistory: 'See the history',
};
