import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Return addresses',
  lead: 'After paying, the payment page sends payers back to your shop, and only to addresses that are registered here.',
  emptyTitle: 'No address yet',
  emptyBody: 'Give the page of your shop that follows a payment, and payers get back to it.',
  create: 'Add an address',
  list: 'Return addresses',
  url: 'Page of your shop',
  urlHint: 'An https address, such as https://shop.example/paid. Payment requests name it exactly as it is here.',
  enterUrl: 'Enter an address',
  making: 'Adding',
  notMade: 'No address was added.',
  madeTitle: 'Copy the signing secret now',
  madeBody:
    'It is shown this once. With it your shop checks what payers bring back; believe nothing without a signature.',
  secret: 'Signing secret',
  copySecret: 'Copy the secret',
  lostBody: 'The secret did not get here and can’t be shown again. Remove this address and add it once more.',
  saved: 'I have saved it',
  added: (when) => `Added ${when}`,
  remove: 'Remove',
  removeTitle: 'Remove the return address',
  removeBody:
    'Nobody is sent there any more, from requests that are out there already either. Payments are not affected.',
  removing: 'Removing',
  notRemoved: 'The address is as it was.',
};
