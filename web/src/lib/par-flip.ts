import { type Amount, convertAtPar, toAmount } from '@feiqian/domain/money';
import type { Language } from '../i18n/language.ts';
import { formatMoney, type Unit } from '../i18n/money-text.ts';
import { type TypedMoney, toTypedText } from './typed-money.ts';

/** How an amount field turns to the other unit. */
export type ParFlip = {
  readonly to: Unit;
  /** The amount in the other unit, or what one unit is worth while there is none. */
  readonly equivalent: string;
  readonly onFlip: () => void;
};

type FlipTerms = {
  /** The unit of the field now, and the one at par with it. */
  readonly unit: Unit;
  readonly to: Unit;
  readonly text: string;
  readonly typed: TypedMoney;
  readonly language: Language;
  /** Told what stands in the field after the turn. */
  readonly onFlip: (text: string) => void;
};

/**
 * The other unit of an amount at par, in whole numbers only. An amount that the other unit cannot say exactly is shown
 * with ≈ and stays as typed when the field turns: then the field says what is wrong, and nothing was rounded in silence.
 */
export function flipAtPar({ unit, to, text, typed, language, onFlip }: FlipTerms): ParFlip {
  const step = 10n ** BigInt(Math.max(0, unit.decimals - to.decimals));
  const amount = typed.state === 'ok' ? typed.amount : undefined;
  if (amount === undefined) return { to, equivalent: `1 ${unit.symbol} = 1 ${to.symbol}`, onFlip: () => onFlip(text) };
  const isExact = amount % step === 0n;
  const other: Amount = convertAtPar(toAmount(amount - (amount % step)), unit.decimals, to.decimals);
  return {
    to,
    equivalent: `${isExact ? '=' : '≈'} ${formatMoney(other, to, language)}`,
    onFlip: () => onFlip(isExact ? toTypedText(other, to.decimals) : text),
  };
}
