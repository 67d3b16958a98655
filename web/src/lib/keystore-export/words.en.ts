import type { messages as zh } from './words.zh.ts';

export const messages: typeof zh = {
  title: 'Export a keystore file',
  lead: 'The file holds the encrypted private key of this account; other wallets can import it. Whoever has the file and its password can move the money of this account.',
  open: 'Export a keystore file',
  password: 'Password of the wallet',
  filePassword: 'A password for the file',
  filePasswordHint: 'At least 12 characters. Other wallets ask for it; without it the file cannot be opened.',
  export: 'Export and save',
  exporting: 'Encrypting, a few seconds',
};
