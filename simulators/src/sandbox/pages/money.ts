import { decodeAmount, splitAmount } from '@feiqian/domain/money';

const signs: Readonly<Record<string, string>> = { CNY: '¥', USD: '$' };

/** Writes an amount as people read it: `¥1,234.50`, always with the currency's two decimals (ISO 4217). */
export function formatMoney(currency: string, amount: string): string {
  const { whole, fraction } = splitAmount(decodeAmount(amount), 2);
  return `${signs[currency] ?? `${currency} `}${whole.replace(/\B(?=(?:[0-9]{3})+$)/g, ',')}.${fraction}`;
}

/** The same with the currency's code, which no reader can mistake. */
export function formatMoneyWithCode(currency: string, amount: string): string {
  return `${formatMoney(currency, amount)} ${currency}`;
}
