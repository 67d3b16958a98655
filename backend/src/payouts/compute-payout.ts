import { type Amount, toAmount } from '@feiqian/domain/money';

/** The least and the most that goes out at once on some way; nothing where it sets no limit. */
export type Limits = { readonly min?: Amount; readonly max?: Amount };

type Inputs = {
  /** What the person can spend now: without what is set aside. */
  readonly available: Amount;
  readonly keep: Amount;
  /** The least that the person wants paid out at once. */
  readonly min: Amount;
  readonly limits: Limits;
};

/**
 * What a rule pays out now, in the smallest unit. Pure. Never more than what is above `keep` nor than the most that goes out at once,
 * never less than either minimum.
 *
 * @returns undefined when nothing is paid out; `isCapped` when more is to follow.
 */
export function computePayout({
  available,
  keep,
  min,
  limits,
}: Inputs): { readonly amount: Amount; readonly isCapped: boolean } | undefined {
  const excess = available - keep;
  const isCapped = limits.max !== undefined && excess > limits.max;
  const amount = isCapped ? (limits.max ?? excess) : excess;
  if (amount <= 0n || amount < min || amount < (limits.min ?? 0n)) return undefined;
  return { amount: toAmount(amount), isCapped };
}
