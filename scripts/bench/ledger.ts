/**
 * `npm run bench -- ledger`: how many transfers a second, beside what the posting function does when it is fed ready arrays, on a database of
 * its own. Everything that is compared takes turns in short slices, so that what else the machine does meets all alike.
 */
import { openPool } from '../../backend/src/database/pool.ts';
import { pickMiddleRound, type Round, type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { type BenchDatabase, startBenchDatabase } from './ledger-database.ts';
import { startHttpBench } from './ledger-http.ts';
import { measureLedger, measureLimit, measurePrisma, type Slice, type Spread } from './ledger-load.ts';

type Measured = { readonly name: string; readonly figure: Slice; readonly limit: Slice; readonly unit: string };

const rounds = 15;
const sliceSeconds = 0.6;
const warmUpSeconds = 0.3;
/** autocannon counts whole seconds. */
const httpRounds = 3;
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

/** Each case beside its own limit, round after round, now the one first and now the other; the round in the middle. */
async function takeTurns(cases: readonly Measured[], count: number, seconds: number) {
  const taken = cases.map((measured) => ({ ...measured, rounds: [] as Round[] }));
  for (const { figure, limit } of cases)
    for (const slice of [limit, figure]) await slice(Math.min(seconds, seconds >= 1 ? 1 : warmUpSeconds));
  for (let round = 0; round < count; round += 1) {
    for (const one of taken) one.rounds.push(await takeRound(one, round % 2 === 0, seconds));
  }
  return taken.map(({ name, unit, rounds: all }) => {
    const { figure, limit } = pickMiddleRound(all);
    return toBenchResult({
      bench: 'ledger',
      case: name,
      figure: Math.round(figure),
      limit: Math.round(limit),
      unit,
    });
  });
}

async function takeRound(measured: Measured, isLimitFirst: boolean, seconds: number): Promise<Round> {
  if (isLimitFirst) {
    const limit = await measured.limit(seconds);
    return { limit, figure: await measured.figure(seconds) };
  }
  const figure = await measured.figure(seconds);
  return { figure, limit: await measured.limit(seconds) };
}
