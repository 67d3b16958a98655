import type { messages as zh } from './words.zh.ts';

/** Words about contacts that several screens share. */
export const messages: typeof zh = {
  contacts: 'Contacts',
  all: 'All contacts',
  add: 'Add a contact',
  addTitle: 'Add a contact',
  editTitle: 'Edit contact',
  name: 'Name',
  nameHint: 'Only you see it.',
  enterName: 'Enter a name',
  handle: 'Feiqian username',
  email: 'E-mail',
  phone: 'Phone',
  address: 'Address on chain',
  addressLabel: 'Label of the address',
  addressLabelHint: 'Such as “office” or “exchange”.',
  anotherAddress: 'Another address',
  enterWay: 'Enter at least one way to reach or pay them',
  takenBy: (name) => `Already saved with “${name}”; please check`,
  save: 'Save',
  saving: 'Saving',
  saved: 'Saved',
  notSaved: 'Nothing was saved; what was there is unchanged.',
  saveAs: 'Save as contact',
  open: 'See contact',
};
