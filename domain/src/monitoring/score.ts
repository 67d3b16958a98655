import type { Amount } from '../money.ts';

/** Fewer movements than this say nothing about what is usual. */
export const usualMin = 20;
/** The least spread that anybody is granted: a person who always pays the same may pay half as much again without standing out. */
const spreadMin = 0.4;
// The median absolute deviation of a normal distribution is this part of its standard deviation.
const madOfDeviation = 0.6745;

/**
 * How far above a person's usual amounts one lies, in tenths of a robust standard deviation of their logarithms: median and median
 * absolute deviation, so that a single large payment of the past does not make the next one usual. Floats are used for this score alone
 * and no amount is ever made from one.
 *
 * @param usual - What the person moved before, in one currency.
 * @returns a whole number; 0 at or below the median, and where too little is known ({@link usualMin}).
 */
export function scoreAmount(amount: Amount, usual: readonly Amount[]): number {
  if (usual.length < usualMin || amount === 0n) return 0;
  const logs = usual.map(logOf);
  const middle = medianOf(logs);
  const spread = medianOf(logs.map((log) => Math.abs(log - middle))) / madOfDeviation;
  const distance = (logOf(amount) - middle) / Math.max(spread, spreadMin);
  return Math.max(0, Math.round(distance * 10));
}

/** The natural logarithm of a whole number of any length; of nothing it is that of one. */
function logOf(amount: Amount): number {
  const digits = amount.toString();
  // The first digits carry all that a float can hold, the others only their number.
  const head = Number.parseFloat(`0.${digits.slice(0, 15)}`);
  return amount === 0n ? 0 : Math.log(head) + digits.length * Math.LN10;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
