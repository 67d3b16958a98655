import { type Amount, splitAmount } from '@feiqian/domain/money';
import { type Language, localeOf } from './language.ts';

/** What is needed to write an amount: an asset of the deployment has it all. */
export type Unit = {
  readonly kind: 'cash' | 'token' | 'native';
  /** `CNY`, `USDF`, `ETH`. */
  readonly symbol: string;
  readonly decimals: number;
};

/** An amount ready to be set in type: the digits large, the rest smaller. */
export type MoneyParts = {
  readonly sign: '' | '+' | '−';
  /** `≈ ` when digits were left out; only summaries do that. */
  readonly approximately: '' | '≈ ';
  /** `¥` or `$` before cash, else empty. */
  readonly prefix: string;
  readonly digits: string;
  /** ` USDF` after tokens and coins, else empty. */
  readonly unit: string;
};

export type MoneyTextOptions = {
  readonly sign?: 'in' | 'out' | undefined;
  /** `summary` leaves out digits and says so; the default writes every digit, because money moves by it. */
  readonly precision?: 'exact' | 'summary' | undefined;
};

/** Stands for a covered amount. Always as long, so that it tells nothing of what it covers. */
export const amountMask = '****';

const cashSigns: Readonly<Record<string, string>> = { CNY: '¥', USD: '$' };
const signs = { in: '+', out: '−' } as const;

// Digits that are always written: people expect two for money. A coin such as ether has none to expect.
const fractionMin = { cash: 2, token: 2, native: 0 } as const;
const summaryFraction = { cash: 2, token: 2, native: 5 } as const;

/**
 * Splits an amount into the parts that are set in type. Exact for any size: the whole part is grouped as a bigint.
 *
 * @param amount - Base units of `unit`.
 */
export function formatMoneyParts(
  amount: Amount,
  unit: Unit,
  language: Language,
  { sign, precision = 'exact' }: MoneyTextOptions = {},
): MoneyParts {
  const { whole, fraction } = splitAmount(amount, unit.decimals);
  const significant = fraction.replace(/0+$/, '');
  const kept = precision === 'summary' ? significant.slice(0, summaryFraction[unit.kind]) : significant;
  const shown = kept.padEnd(Math.min(fractionMin[unit.kind], unit.decimals), '0');
  // Chinese and English both group by thousands and use a point; Intl decides, on the text of the whole part alone.
  const grouped = new Intl.NumberFormat(localeOf[language]).format(BigInt(whole));
  const prefix = unit.kind === 'cash' ? (cashSigns[unit.symbol] ?? '') : '';
  return {
    sign: sign && amount > 0n ? signs[sign] : '',
    approximately: kept.length < significant.length ? '≈ ' : '',
    prefix,
    digits: shown ? `${grouped}.${shown}` : grouped,
    unit: prefix ? '' : ` ${unit.symbol}`,
  };
}

/** Writes a round amount without its empty fraction, for a button that offers it: `¥100`. */
export function formatWholeMoney(amount: Amount, unit: Unit, language: Language): string {
  return formatMoney(amount, unit, language).replace(/\.0+(?= |$)/, '');
}

/** Writes an amount as one piece of text: `¥1,234.50`, `25.00 USDF`, `−¥3.00`. */
export function formatMoney(amount: Amount, unit: Unit, language: Language, options?: MoneyTextOptions): string {
  const { sign, approximately, prefix, digits, unit: after } = formatMoneyParts(amount, unit, language, options);
  return `${approximately}${sign}${prefix}${digits}${after}`;
}
