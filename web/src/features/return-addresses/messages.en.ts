import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Return addresses',
  lead: 'After paying, payers are sent back to your shop, but only to addresses registered here.',
  emptyTitle: 'No address yet',
  emptyBody: 'Enter the page of your shop that comes after a payment, and payers return to it.',
  create: 'Add an address',
  list: 'Return addresses',
  url: 'Page of your shop',
  urlHint: 'An https address, such as https://shop.example/paid. Payment requests must name it exactly as it is here.',
  enterUrl: 'Enter an address',
  making: 'Adding',
  notMade: 'No address was added.',
  madeTitle: 'Copy the signing secret now',
  madeBody:
    'It is shown only once. Your shop uses it to check the result that payers bring back; trust nothing without a signature.',
  secret: 'Signing secret',
  copySecret: 'Copy secret',
  lostBody: 'The secret did not arrive and can’t be shown again. Remove this address and add it again.',
  saved: 'I saved it',
  added: (when) => `Added: ${when}`,
  remove: 'Remove',
  removeTitle: 'Remove the return address',
  removeBody: 'Payers are no longer sent there, not even from payment requests made before. Payments are not affected.',
  removing: 'Removing',
  notRemoved: 'The address has not changed.',
};
