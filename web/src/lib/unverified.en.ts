import type { messages as zh } from './unverified.zh.ts';

/** Words for tokens that nobody has checked. */
export const messages: typeof zh = {
  unverified: 'Unverified',
  takesListed: (symbol) => `This calls itself ${symbol}, but it is not the ${symbol} of this wallet`,
  takesListedBody: 'People cheat with names like this. The real one has no “Unverified” mark.',
  takesKnown: (symbol) => `This calls itself ${symbol}, which cannot be checked here`,
  takesKnownBody: 'Anybody can use that name. Compare the contract address with the issuer’s own site, digit by digit.',
};
