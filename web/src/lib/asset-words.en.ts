import type { messages as zh } from './asset-words.zh.ts';

/** Names of assets as people call them. */
export const messages: typeof zh = {
  currency: (code) => code,
  cash: (currency) => ({ CNY: 'Chinese yuan', USD: 'US dollars' })[currency] ?? currency,
  token: (symbol, currency) => (currency ? `${symbol}, 1:1 with ${currency}` : symbol),
  native: (symbol) => `${symbol}, pays network fees on the chain`,
};
