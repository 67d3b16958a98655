import { plural } from '../../i18n/formats.ts';
import type { messages as zh } from './messages.zh.ts';

const accounts = (count: number) => `${count} ${plural('en', count, { one: 'account', other: 'accounts' })}`;

export const messages: typeof zh = {
  title: 'Accounts',
  lead: 'A wallet can have several accounts, each with its own address and balance. The marked one receives and pays by default.',
  unnamed: (position) => `Account ${position}`,
  primary: 'Receives and pays',
  kinds: { derived: 'From your phrase', imported: 'Imported key', watched: 'Watch only' },
  watchedWhy:
    'Its private key is not in this wallet: you can see its balance, but it cannot pay or sign. Import the key to use it.',
  importedWhy: 'Your recovery phrase does not bring this account back. Keep its private key or keystore file as well.',
  importKey: 'Import its private key',
  add: 'New account',
  adding: 'Saving',
  importTitle: 'Import an account',
  importDetail: 'A private key, a keystore file, or an address to watch',
  importLead: 'Paste a private key, a keystore file or an address to add it to this wallet.',
  importPhrase:
    'This wallet has a recovery phrase of its own, and an account has one. To restore another, log out and choose “Restore a wallet”.',
  importAction: 'Import',
  watchAction: 'Watch',
  importing: 'Importing',
  imported: 'Added to the wallet',
  findTitle: 'Find used accounts',
  findDetail: 'If another wallet used the same phrase',
  findLead:
    'Derives one address after the other and asks the chains whether it was used; stops after 20 unused ones in a row.',
  scheme: 'The wallet used before',
  schemes: {
    bip44: 'MetaMask and most others',
    ledger_live: 'Ledger Live',
    mew: 'MyEtherWallet and old Ledger',
  },
  find: 'Look for them',
  finding: 'Looking',
  foundNone: 'No other used accounts',
  found: (count) => `${accounts(count)} found`,
  addFound: (count) => `Add ${accounts(count)}`,
  name: 'Name',
  nameHint: 'Only you can see it.',
  save: 'Save the name',
  saving: 'Saving',
  saved: 'Saved',
  makePrimary: 'Receive and pay with it',
  madePrimary: 'Receives and pays from now on',
  copyAddress: 'Copy address',
  holdings: 'Balance',
  nothingHeld: 'Nothing',
  holdingsFailed: 'The balance cannot be read just now',
  path: 'Derivation path',
  backToAccounts: 'Back to accounts',
};
