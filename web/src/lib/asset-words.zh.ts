/** Names of assets as people call them. */
export const messages = {
  cash: (currency: string) => ({ CNY: '人民币现金', USD: '美元现金' })[currency] ?? `${currency} 现金`,
  token: (symbol: string, currency: string | undefined) =>
    currency ? `${symbol}，1:1 兑${{ CNY: '人民币', USD: '美元' }[currency] ?? currency}` : symbol,
  native: (symbol: string) => `${symbol}，链上的网络费用它付`,
};
