import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Withdraw',
  currency: 'Currency',
  noGateway: 'No provider pays out this amount',
  review: 'Check the withdrawal',
  leaves: 'Leaves your cash',
  arrives: 'Arrives',
  to: 'To',
  when: 'When',
  whenValue: 'Once the bank confirms. If it is returned, the money is back in your cash.',
  accepted: 'Withdrawal accepted',
  action: (amount) => `Withdraw ${amount}`,
  emptyTitle: 'No cash to withdraw',
  emptyBody: 'Withdrawals come from your cash. Tokens can be converted to cash first.',
  emptyAll: 'Top up first; you can withdraw at any time after that.',
  convert: 'Convert',
  topUp: 'Top up',
};
