import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  search: 'Search by name, phone or address',
  emptyTitle: 'People you pay often are kept here',
  emptyBody:
    'Save a username, e-mail, phone or address once, and pay by name from then on. It is encrypted; only your devices can read it.',
  noneTitle: 'No such contact',
  noneBody: 'Try other words.',
  chooseTitle: 'Choose a contact',
  chooseBody: 'Pay them, change what is saved, or see what went between you.',
  count: (count) => (count === 1 ? '1 contact' : `${count} contacts`),
  sendCash: 'Send cash',
  sendTokens: 'Send tokens',
  call: 'Call',
  history: 'History with them',
  edit: 'Edit',
  remove: 'Remove',
  removeTitle: (name) => `Remove “${name}”`,
  removeBody:
    'History shows their username or address again and stays as it is. They are removed on your other devices too.',
  removing: 'Removing',
  removed: 'Removed',
  notRemoved: 'The contact is still there.',
  gone: 'This contact was removed',
  waiting: 'Saved on this device; your other devices get it as soon as the service can be reached.',
  takeOlder: 'Use the older contacts',
  takeOlderBody:
    'If you have no other device, you can take the older contacts from the service; later changes are then lost.',
};
