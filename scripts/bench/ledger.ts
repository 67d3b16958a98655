/**
 * `npm run bench -- ledger`: how many transfers a second, beside what the posting function does when it is fed ready arrays, on a database of
 * its own. Everything that is compared takes turns in short slices, so that what else the machine does meets all alike.
 */
import { openPool } from '../../backend/src/database/pool.ts';
import { type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { type BenchDatabase, startBenchDatabase } from './ledger-database.ts';
import { startHttpBench } from './ledger-http.ts';
import { measureLedger, measureLimit, measurePrisma, type Slice, type Spread } from './ledger-load.ts';

type Measured = { readonly name: string; readonly figure: Slice; readonly limit: Slice; readonly unit: string };

const rounds = 4;
const sliceSeconds = 0.8;
const warmUpSeconds = 0.3;
/** autocannon counts whole seconds. */
const httpRounds = 2;
const httpSliceSeconds = 2;

const callersOf = { uniform: [1, 32, 256], hot: [32, 256] } as const satisfies Record<Spread, readonly number[]>;

/** Measures the cases `uniform-*` and `hot-*` (by the number of callers), `prisma-interactive-32` and `http-64`. */
export const runBench: RunBench = async (report, { cases }) => {
  const isWanted = (name: string) => cases.length === 0 || cases.includes(name);
  const database = await startBenchDatabase();
  const owner = openPool({ url: database.ownerUrl, max: 16, name: 'feiqian bench', onIdleError: () => undefined });
  try {
    const posting = [...listLedgerCases(database), prismaCase(database, owner)].filter(({ name }) => isWanted(name));
    for (const result of await takeTurns(posting, rounds, sliceSeconds)) report(result);
    if (!isWanted('http-64')) return;
    const http = await startHttpBench(database);
    try {
      const measured = { name: 'http-64', figure: http.transfers, limit: http.empty, unit: 'requests/s' };
      for (const result of await takeTurns([measured], httpRounds, httpSliceSeconds)) report(result);
    } finally {
      await http.stop();
    }
  } finally {
    await owner.end();
    await database.stop();
  }
};

function listLedgerCases({ pool, ledger, accounts }: BenchDatabase): Measured[] {
  return (['uniform', 'hot'] as const).flatMap((spread) => {
    const limit = measureLimit(pool, accounts, spread);
    return callersOf[spread].map((callers) => ({
      name: `${spread}-${callers}`,
      figure: measureLedger(ledger, accounts, spread, callers),
      limit,
      unit: 'transfers/s',
    }));
  });
}

function prismaCase({ pool, accounts }: BenchDatabase, owner: Parameters<typeof measurePrisma>[0]): Measured {
  return {
    name: 'prisma-interactive-32',
    figure: measurePrisma(owner, accounts, 32),
    limit: measureLimit(pool, accounts, 'uniform'),
    unit: 'transfers/s',
  };
}

/** Each case beside its own limit, round after round; medians. */
async function takeTurns(cases: readonly Measured[], count: number, seconds: number) {
  const samples = cases.map(() => ({ figures: [] as number[], limits: [] as number[] }));
  for (const { figure, limit } of cases)
    for (const slice of [limit, figure]) await slice(Math.min(seconds, seconds >= 1 ? 1 : warmUpSeconds));
  for (let round = 0; round < count; round += 1) {
    for (const [index, { figure, limit }] of cases.entries()) {
      samples[index]?.limits.push(await limit(seconds));
      samples[index]?.figures.push(await figure(seconds));
    }
  }
  return cases.map(({ name, unit }, index) =>
    toBenchResult({
      bench: 'ledger',
      case: name,
      figure: Math.round(median(samples[index]?.figures ?? [])),
      limit: Math.round(median(samples[index]?.limits ?? [])),
      unit,
    }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
