import { type ErrorCode, isAppError } from '@feiqian/domain/errors';
import { type Amount, formatAmount, parseAmount } from '@feiqian/domain/money';

/** What stands in an amount field: nothing yet, something that cannot be used, or an amount. */
export type TypedMoney =
  | { readonly state: 'empty' }
  | { readonly state: 'wrong'; readonly code: ErrorCode }
  | { readonly state: 'ok'; readonly amount: Amount };

type Bounds = {
  /** The most that can be moved; nothing above it is accepted. */
  readonly available?: Amount | undefined;
  readonly min?: Amount | undefined;
  readonly max?: Amount | undefined;
};

/** Reads a typed amount and says by code what is wrong with it. */
export function readTypedMoney(text: string, decimals: number, { available, min, max }: Bounds = {}): TypedMoney {
  // A point at the end is somebody still typing.
  const trimmed = text.trim().replace(/\.$/, '');
  if (trimmed === '') return { state: 'empty' };
  let amount: Amount;
  try {
    amount = parseAmount(trimmed, decimals);
  } catch (error) {
    return { state: 'wrong', code: isAppError(error) ? error.code : 'AMOUNT_MALFORMED' };
  }
  if (amount === 0n) return { state: 'wrong', code: 'AMOUNT_NOT_POSITIVE' };
  if (available !== undefined && amount > available) return { state: 'wrong', code: 'INSUFFICIENT_FUNDS' };
  if (min !== undefined && amount < min) return { state: 'wrong', code: 'AMOUNT_TOO_SMALL' };
  if (max !== undefined && amount > max) return { state: 'wrong', code: 'AMOUNT_TOO_LARGE' };
  return { state: 'ok', amount };
}

/** Writes an amount the way the field keeps it. */
export function toTypedText(amount: Amount, decimals: number): string {
  return formatAmount(amount, decimals);
}
