/** What a benchmark says: a figure beside the limit measured in the same run, because a figure alone says as much about the machine. */

/** One case of a benchmark. `ratio` is figure / limit. */
export type BenchResult = {
  readonly bench: string;
  readonly case: string;
  readonly figure: number;
  readonly limit: number;
  readonly ratio: number;
  readonly unit: string;
};

/**
 * What each module in `scripts/bench/` exports as `runBench`: measures its cases, one after the other, and reports each as soon as it is known.
 *
 * @param options.cases - Only these cases; all when empty.
 */
export type RunBench = (
  report: (result: BenchResult) => void,
  options: { readonly cases: readonly string[] },
) => Promise<void>;

/** Completes a result: the ratio is never written by hand. */
export function toBenchResult(measured: Omit<BenchResult, 'ratio'>): BenchResult {
  return { ...measured, ratio: measured.limit === 0 ? 0 : measured.figure / measured.limit };
}

/** What a case and its limit came to one right after the other, so that what else the machine did met both. */
export type Round = { readonly figure: number; readonly limit: number };

/**
 * The round whose ratio is in the middle of all: a pair that was measured together, not the middle of each apart. A round that
 * something else disturbed (another program, the database's own housekeeping) moves it by no more than one place.
 *
 * @param rounds - An odd number, or the middle would be between two.
 */
export function pickMiddleRound(rounds: readonly Round[]): Round {
  const middle = rounds.toSorted((a, b) => a.figure / a.limit - b.figure / b.limit)[(rounds.length - 1) / 2];
  if (!middle) throw new Error(`${rounds.length} rounds have no middle.`);
  return middle;
}

/** One line for people. */
export function formatBenchResult({ bench, case: name, figure, limit, ratio, unit }: BenchResult): string {
  const number = (value: number) =>
    Number.isInteger(value) ? value.toLocaleString('en') : value.toLocaleString('en', { maximumSignificantDigits: 4 });
  return `  ${`${bench} ${name}`.padEnd(32)} ${number(figure).padStart(12)} ${unit}   limit ${number(limit)}   ratio ${ratio.toFixed(3)}`;
}
