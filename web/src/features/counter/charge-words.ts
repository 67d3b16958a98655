import type { MoneyWire } from '@feiqian/domain/api/common';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { type CashAsset, cashAssets } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount, formatAmount } from '@feiqian/domain/money';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney, formatMoneyParts } from '../../i18n/money-text.ts';
import { toChargeState } from './charge-state.ts';
import { counterMessages } from './messages.ts';

/** Money of a payment request as the counter writes and says it. Never covered: the one who pays must see it. */
export type ChargeWords = {
  /** `¥12.00` */
  readonly written: string;
  /** That it is there, to be read from afar. */
  readonly received: string;
  /** The same to be heard: voices stumble over signs and over noughts at the end. */
  readonly spoken: string;
};

/**
 * Cash needs no list of the deployment's assets, so that the counter can be typed into before that list is here.
 *
 * @throws {AppError} ASSET_UNKNOWN for anything but cash.
 */
export function getCash(assetId: string): CashAsset {
  const cash = cashAssets.find(({ id }) => id === assetId);
  if (!cash) throw new AppError('ASSET_UNKNOWN', 'A counter takes cash that the wallet knows.');
  return cash;
}

/** What is left to pay while somebody can, else what was asked for. */
export const dueOf = (request: PaymentRequestWire): MoneyWire =>
  toChargeState(request) === 'waiting' ? { ...request.money, amount: request.missing } : request.money;

/** What came for a request, which need not be what was asked for. */
export const receivedOf = ({ money, received }: PaymentRequestWire): MoneyWire => ({ ...money, amount: received });

/** Describes money in the person's language. */
export function useChargeWords(): (money: MoneyWire) => ChargeWords {
  const words = useMessages(counterMessages);
  const language = useLanguage();
  return (money) => {
    const cash = getCash(money.asset);
    const amount = decodeAmount(money.amount);
    const written = formatMoney(amount, cash, language);
    const { digits } = formatMoneyParts(amount, cash, language);
    return {
      written,
      received: words.received(digits, cash.symbol, written),
      spoken: words.spoken(formatAmount(amount, cash.decimals), cash.symbol),
    };
  };
}
