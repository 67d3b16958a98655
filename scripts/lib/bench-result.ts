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

/** One line for people. */
export function formatBenchResult({ bench, case: name, figure, limit, ratio, unit }: BenchResult): string {
  const number = (value: number) =>
    Number.isInteger(value) ? value.toLocaleString('en') : value.toLocaleString('en', { maximumSignificantDigits: 4 });
  return `  ${`${bench} ${name}`.padEnd(32)} ${number(figure).padStart(12)} ${unit}   limit ${number(limit)}   ratio ${ratio.toFixed(3)}`;
}
