import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Send',
  what: 'What to send',
  tokens: 'Tokens',
  tokensDetail: 'held by you',
  cash: 'Cash',
  cashDetail: 'to people on Feiqian',
  currency: 'Currency',
  to: 'To',
  toPlaceholder: 'E-mail or @username',
  toHint: 'They must be on Feiqian already. It arrives at once.',
  enterRecipient: 'Enter a recipient',
  looking: 'Looking them up',
  found: (handle) => `Found @${handle}`,
  review: 'Review and send',
  sent: (handle) => `@${handle} has it`,
  send: (amount, handle) => `Send ${amount} to @${handle}`,
  nothingTitle: 'You have no cash',
  nothingBody: 'Top up first, then send.',
  topUp: 'Top up',
};
