/** A summary of an amount: its first digits, rounded up, so that nothing turns out dearer than it said. */
export function roundUp(amount: bigint, digits: number): bigint {
  const step = 10n ** BigInt(Math.max(`${amount}`.length - digits, 0));
  return ((amount + step - 1n) / step) * step;
}
