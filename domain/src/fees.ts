/** What a transaction offers for its gas (EIP-1559), wei per gas. `maxPriorityFeePerGas` is part of `maxFeePerGas`. */
export type FeePerGas = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

/** How urgent a transaction is, cheapest first. */
export const feeSpeeds = ['slow', 'normal', 'fast'] as const;
export type FeeSpeed = (typeof feeSpeeds)[number];

/** What a speed offers at most, and what it would be charged if the next block took it. */
export type QuotedFee = FeePerGas & { readonly expectedPerGas: bigint };
export type FeeQuote = Readonly<Record<FeeSpeed, QuotedFee>>;

/** What recent blocks paid, as `eth_feeHistory` tells it for the percentiles of {@link rewardPercentiles}. */
export type FeeHistory = {
  /** Base fee of the block to come. */
  readonly nextBaseFee: bigint;
  /** Of each block that was not empty: the tips at the percentiles. */
  readonly rewards: readonly (readonly bigint[])[];
};

/** Whom each speed wants to be like: who paid least, most people, and who was in a hurry. */
export const rewardPercentiles = [10, 50, 90] as const;

// EIP-1559: the base fee rises by at most an eighth a block. A quarter on top survives one full block, double survives five, triple nine.
const headroom: Readonly<Record<FeeSpeed, { readonly times: bigint; readonly per: bigint }>> = {
  slow: { times: 5n, per: 4n },
  normal: { times: 2n, per: 1n },
  fast: { times: 3n, per: 1n },
};

/**
 * Offers for three speeds. Each is enough for the next block as it is; they differ in the tip, and in how far the base fee may rise
 * before the transaction has to wait.
 *
 * @param tipUsual - What the node suggests as a tip; taken where no recent block tells.
 */
export function quoteFees({ nextBaseFee, rewards }: FeeHistory, tipUsual: bigint): FeeQuote {
  let least = 0n;
  const quote = (speed: FeeSpeed, index: number): QuotedFee => {
    const tips = rewards.flatMap((block) => block[index] ?? []);
    const tip = tips.length === 0 ? tipUsual : medianOf(tips);
    // A slower speed never tips more.
    least = tip > least ? tip : least;
    const { times, per } = headroom[speed];
    return {
      maxPriorityFeePerGas: least,
      maxFeePerGas: (nextBaseFee * times + per - 1n) / per + least,
      expectedPerGas: nextBaseFee + least,
    };
  };
  return { slow: quote('slow', 0), normal: quote('normal', 1), fast: quote('fast', 2) };
}

/**
 * The offer that takes the place of others with the same nonce: what is usual now, and at least an eighth more than each of them in both
 * figures, because nodes replace a transaction only for 10 % more.
 */
export function raiseFees(before: readonly FeePerGas[], now: FeePerGas): FeePerGas {
  const raise = (field: keyof FeePerGas) =>
    before.reduce((least, fees) => highest(least, fees[field] + fees[field] / 8n + 1n), now[field]);
  const maxPriorityFeePerGas = raise('maxPriorityFeePerGas');
  return { maxPriorityFeePerGas, maxFeePerGas: highest(raise('maxFeePerGas'), maxPriorityFeePerGas) };
}

const highest = (one: bigint, other: bigint): bigint => (one > other ? one : other);

function medianOf(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)] ?? 0n;
}
