import type { messages as zh } from './form-words.zh.ts';

/** Words that every form about money shares. */
export const messages: typeof zh = {
  amount: 'Amount',
  enterAmount: 'Enter an amount',
  available: 'Available',
  atPar: '1:1',
  review: 'Review',
  youSend: 'You send',
  theyReceive: 'They receive',
  from: 'From',
  to: 'To',
  fee: 'Fee',
  noFee: 'Free',
  when: 'Arrives',
  atOnce: 'At once, and final',
  note: 'Note',
  noteHint: 'The recipient sees it; up to 140 characters.',
  raw: 'Show the raw data that is signed',
  signing: 'Signing',
  sending: 'Sending',
  checking: 'Checking',
  goBack: 'Go back and change',
  nothingMoved: 'No money was moved.',
  notKnown: 'It is not known yet whether it went through. Trying again is safe: it happens only once.',
  doneTitle: 'On its way',
  inReviewTitle: 'Being checked',
  inReviewBody:
    'The money is set aside. The operator checks it first; it then goes on or comes back to you. Your history shows how it stands.',
  sentTitle: 'Sent, being confirmed',
  follow: 'Follow the money',
  another: 'Another one',
};
