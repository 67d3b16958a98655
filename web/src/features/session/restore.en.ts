import type { messages as zh } from './restore.zh.ts';

export const messages: typeof zh = {
  title: 'Restore a wallet',
  lead: 'Paste a recovery phrase, a private key or a keystore file; the wallet recognises it. It is read in this browser alone and never uploaded.',
  besideKey: 'A new wallet with a new recovery phrase is made, and this account is put into it to receive and pay.',
  besideWatched: 'A new wallet is made, and this address is added to it for watching.',
  newLogin: 'Choose an e-mail and a password to log in with; on another device they are all you need.',
  restore: 'Register and restore',
  nobodyAsks: 'Enter this only to restore your own wallet. Support never asks for it; whoever does is a thief.',
  registered: 'Registered here before? Just log in; no phrase is needed.',
};
