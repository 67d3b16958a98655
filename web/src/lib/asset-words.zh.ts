const currencies: Readonly<Record<string, string>> = { CNY: '人民币', USD: '美元' };

/** Names of assets as people call them. */
export const messages = {
  currency: (code: string) => currencies[code] ?? code,
  cash: (currency: string) => (currencies[currency] ? `${currencies[currency]}现金` : `${currency} 现金`),
  token: (symbol: string, currency: string | undefined) =>
    currency ? `${symbol}，1:1 兑${currencies[currency] ?? ` ${currency}`}` : symbol,
  native: (symbol: string) => `${symbol}，用来付链上网络费`,
};
