import type { Amount } from '@feiqian/domain/money';
import { useLanguage } from '../i18n/language-context.tsx';
import { amountMask, formatMoney, type MoneyTextOptions, type Unit } from '../i18n/money-text.ts';
import { useAmountsHidden } from './amounts-hidden.ts';

/** Writes what somebody has as one piece of text, covered where amounts are covered. What is being typed is written by `formatMoney`. */
export function useMoneyText(): (amount: Amount, unit: Unit, options?: MoneyTextOptions) => string {
  const language = useLanguage();
  const hidden = useAmountsHidden();
  return (amount, unit, options) => (hidden ? amountMask : formatMoney(amount, unit, language, options));
}
