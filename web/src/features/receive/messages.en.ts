import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Receive',
  asset: 'What to receive',
  addressOnly: 'Any token',
  amount: 'How much they should pay',
  amountHint: 'It goes into the code, so that whoever scans it need not type it.',
  qr: (what) => `QR code to receive ${what}`,
  yours: 'Your address',
  chain: (names) => `On ${names.join(' and ')} only. Tokens sent on another chain are lost.`,
  copyAddress: 'Copy address',
  copyLink: 'Copy the code’s content',
  note: 'Note',
  noteHint: 'It goes with the text that you share, not into the code. A payment link has the note in it.',
  between: ', ',
  share: 'Share',
  linkTitle: 'Get paid by link',
  linkBody: 'Set an amount and what it is for; it can be paid in tokens or cash.',
  linkAction: 'Create a payment link',
  cashTitle: 'Receive cash',
  cashBody: (handle) => `Ask them to send cash to @${handle} in Feiqian. It arrives at once.`,
  copyHandle: 'Copy username',
};
