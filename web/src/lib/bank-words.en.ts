import type { messages as zh } from './bank-words.zh.ts';

/** Words of the account that money is paid out to. */
export const messages: typeof zh = {
  method: 'Paid out by',
  holder: 'Account holder',
  holderHint: 'As printed on the bank card.',
  number: 'Card or account number',
  numberHint: '6 to 34 digits or capital letters; spaces are fine.',
  numberWrong: 'Use 6 to 34 digits or letters.',
  blocks: {
    holder: 'Enter the account holder',
    number: 'Enter the card or account number',
    numberWrong: 'Check the card or account number',
  },
};
