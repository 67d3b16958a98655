import type { messages as zh } from './rescue.zh.ts';

export const messages: typeof zh = {
  title: 'Open a backup file',
  lead: 'Choose a backup file that you have saved, and enter its password. All of it happens in this browser, without a network, and nothing is uploaded.',
  choose: 'Choose the backup file',
  chosen: (version) => `Backup file, version ${version}`,
  wrongFile: 'That is not a backup file of Feiqian',
  wrongFileAdvice: 'Choose the JSON file that was saved in Settings → Backup file; nothing in it may be changed.',
  password: 'Password',
  open: 'Open',
  opening: 'Opening',
  opened: 'Opened',
  addresses: 'Accounts in it',
  watched: 'Watch only; its private key is not in the file.',
  phraseTitle: 'Recovery phrase',
  phraseLead: 'Write it on paper; any wallet can restore from it. Be alone, and take no screenshot.',
  passwordAgain: 'Your password again',
  reveal: 'Show the phrase',
  revealing: 'Checking the password',
  passphrase: 'Passphrase',
  close: 'Close and forget',
};
