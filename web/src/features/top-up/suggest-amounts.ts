import type { AssetWire } from '@feiqian/domain/api/chain';
import { type Amount, toAmount } from '@feiqian/domain/money';

// Whole units: what people pay in with by habit.
const habits: Readonly<Record<string, readonly bigint[]>> = { CNY: [100n, 500n, 1_000n, 5_000n] };
const otherHabits: readonly bigint[] = [20n, 50n, 100n, 500n];

/** Amounts to choose from with one press, within what the providers move. */
export function suggestAmounts(cash: AssetWire, min: Amount | undefined, max: Amount | undefined): Amount[] {
  const unit = 10n ** BigInt(cash.decimals);
  return (habits[cash.symbol] ?? otherHabits)
    .map((whole) => toAmount(whole * unit))
    .filter((amount) => (min === undefined || amount >= min) && (max === undefined || amount <= max));
}
