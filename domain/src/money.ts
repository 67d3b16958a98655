import { AppError } from './errors.ts';

declare const baseUnits: unique symbol;
/** A count of an asset's smallest unit (wei, fen, cents). Never negative. */
export type Amount = bigint & { readonly [baseUnits]: true };

/** An amount together with the asset that it counts; the only form in which money leaves a function. */
export type Money<Asset extends string = string> = { readonly asset: Asset; readonly amount: Amount };

/** The largest amount that any asset can have: a uint256 (EVM), which `numeric(78,0)` holds. */
export const amountMax = 2n ** 256n - 1n;

/** Digits after the point that an asset can have at most. ERC-20 allows a uint8; nothing real exceeds this. */
export const decimalsMax = 36;

// At most 78 digits each side: longer text is refused before any work is done on it.
const typedAmount = /^([0-9]{1,78})(?:\.([0-9]{1,78}))?$/;
const wireAmount = /^(?:0|[1-9][0-9]{0,77})$/;

/**
 * Brands a bigint as an amount.
 *
 * @throws {AppError} AMOUNT_MALFORMED when negative, AMOUNT_TOO_LARGE above a uint256.
 */
export function toAmount(value: bigint): Amount {
  if (value < 0n) throw new AppError('AMOUNT_MALFORMED', 'An amount is never negative.');
  if (value > amountMax) throw new AppError('AMOUNT_TOO_LARGE', 'An amount fits 256 bits.');
  return value as Amount;
}

/** Nothing of an asset. */
export const zeroAmount = 0n as Amount;

/**
 * Reads what a person typed as an exact number of base units.
 *
 * @param text - Decimal digits with at most one point: no sign, grouping, exponent, blank or non-ASCII digit.
 * @param decimals - Digits after the point that the asset has: 18 for ether, 6 for USDF, 2 for CNY.
 * @throws {AppError} AMOUNT_MALFORMED when `text` is not of that form.
 * @throws {AppError} AMOUNT_TOO_PRECISE when `text` names less than one base unit; never rounded.
 * @throws {AppError} AMOUNT_TOO_LARGE when the result exceeds a uint256.
 * @example parseAmount('1.5', 6) // 1_500_000n
 */
export function parseAmount(text: string, decimals: number): Amount {
  const match = typedAmount.exec(text);
  if (!match) throw new AppError('AMOUNT_MALFORMED', 'An amount is digits with at most one point.');
  const [, whole = '0', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > decimals) {
    throw new AppError('AMOUNT_TOO_PRECISE', 'The asset has fewer decimals.', { details: { decimals: `${decimals}` } });
  }
  return toAmount(BigInt(whole + significant.padEnd(decimals, '0')));
}

/** Writes base units as the shortest exact decimal: the inverse of {@link parseAmount}. */
export function formatAmount(amount: Amount, decimals: number): string {
  const { whole, fraction } = splitAmount(amount, decimals);
  const shown = fraction.replace(/0+$/, '');
  return shown ? `${whole}.${shown}` : whole;
}

/** Splits base units into the digits before and after the point; `fraction` has exactly `decimals` digits. */
export function splitAmount(amount: Amount, decimals: number): { whole: string; fraction: string } {
  const digits = amount.toString().padStart(decimals + 1, '0');
  return { whole: digits.slice(0, digits.length - decimals), fraction: digits.slice(digits.length - decimals) };
}

/**
 * Reads an amount from JSON or a query: a canonical decimal string of base units.
 *
 * @throws {AppError} AMOUNT_MALFORMED for signs, leading zeros, points, exponents; AMOUNT_TOO_LARGE above a uint256.
 */
export function decodeAmount(text: string): Amount {
  if (!wireAmount.test(text)) throw new AppError('AMOUNT_MALFORMED', 'A wire amount is a canonical decimal integer.');
  return toAmount(BigInt(text));
}

/** Writes an amount for JSON: a decimal string of base units. */
export function encodeAmount(amount: Amount): string {
  return amount.toString();
}

/**
 * Adds money of one asset.
 *
 * @throws {AppError} ASSET_MISMATCH when the assets differ.
 */
export function addMoney<Asset extends string>(left: Money<Asset>, right: Money<Asset>): Money<Asset> {
  if (left.asset !== right.asset) throw new AppError('ASSET_MISMATCH', 'Only money of one asset can be added.');
  return { asset: left.asset, amount: toAmount(left.amount + right.amount) };
}

/**
 * Changes the unit of an amount between two assets at par, such as cash with 2 decimals and a token with 6.
 *
 * @throws {AppError} AMOUNT_TOO_PRECISE when the amount is not a whole number of the coarser unit; par never rounds.
 * @example convertAtPar(100_00n, 2, 6) // 100_000_000n
 */
export function convertAtPar(amount: Amount, fromDecimals: number, toDecimals: number): Amount {
  if (toDecimals >= fromDecimals) return toAmount(amount * 10n ** BigInt(toDecimals - fromDecimals));
  const unit = 10n ** BigInt(fromDecimals - toDecimals);
  if (amount % unit !== 0n) {
    throw new AppError('AMOUNT_TOO_PRECISE', 'Not a whole number of the coarser unit.', {
      details: { decimals: `${toDecimals}` },
    });
  }
  return toAmount(amount / unit);
}
