import type { messages as zh } from './backup-words.zh.ts';

/** Words that ask for the recovery phrase to be written down. */
export const messages: typeof zh = {
  pill: 'Recovery phrase not written down',
  stripTitle: 'Your recovery phrase is not written down',
  stripBody: 'If you forget the password, only the phrase brings back the tokens that you hold.',
  action: 'Write it down',
  cardTitle: 'Write down your recovery phrase first',
  cardBody: (amount) =>
    `You hold ${amount} in tokens yourself. If you forget the password, only the phrase brings them back; we cannot.`,
  cardSteps: 'It takes two minutes: read it, write it on paper, check three words.',
  cardAction: 'Write it down',
  defer: 'Not now',
};
