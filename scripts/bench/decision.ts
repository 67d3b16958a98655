/**
 * `npm run bench -- decision`: how long a cash transfer takes that is watched, beside the same one that is only posted, on a database of
 * its own: one after another, turn by turn, by people with a past.
 */
import { randomUUID } from 'node:crypto';
import { listAssets } from '@feiqian/domain/chains';
import { toAmount } from '@feiqian/domain/money';
import { createSealer } from '../../backend/src/database/sealed.ts';
import { userCash } from '../../backend/src/ledger/accounts.ts';
import type { Command } from '../../backend/src/ledger/command.ts';
import { type PostWatched, postUnwatched } from '../../backend/src/ledger/watched.ts';
import { createPostWatched } from '../../backend/src/monitoring/guard.ts';
import { type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { type BenchDatabase, type BenchPerson, benchAsset, startBenchDatabase } from './ledger-database.ts';

const pastLength = 40;
const rounds = 1500;

/** Measures the cases `p50` and `p99`, in milliseconds; the limit is a bare posting. */
export const runBench: RunBench = async (report, { cases }) => {
  const isWanted = (name: string) => cases.length === 0 || cases.includes(name);
  const database = await startBenchDatabase();
  try {
    const { watched, bare } = await measure(database);
    for (const [name, part] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      if (!isWanted(name)) continue;
      const [figure, limit] = [percentile(watched, part), percentile(bare, part)];
      report(toBenchResult({ bench: 'decision', case: name, figure, limit, unit: 'ms' }));
    }
  } finally {
    await database.stop();
  }
};

async function measure({ pool, ledger, people }: BenchDatabase) {
  const assets = listAssets([]);
  const sealer = createSealer(new Uint8Array(32));
  const watch = createPostWatched({
    database: pool,
    ledger,
    assets,
    sealer,
    clock: () => new Date(),
    sealRecipient: undefined,
  });
  const ways = { watched: watch, bare: postUnwatched(ledger) } as const;
  const times = { watched: [] as number[], bare: [] as number[] };
  const few = people.slice(0, Math.ceil(rounds / pastLength) * 2);
  for (const [index] of few.entries()) for (let i = 0; i < pastLength; i += 1) await pay(watch, few, index);
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['watched', 'bare'] as const) : (['bare', 'watched'] as const);
    for (const way of order) times[way].push(await pay(ways[way], few, round));
  }
  return times;
}

/** Pays a little to the next in the row. @returns how long it took, in milliseconds. */
async function pay(post: PostWatched, people: readonly BenchPerson[], index: number): Promise<number> {
  const userId = people[index % people.length]?.id;
  const to = people[(index + 1) % people.length];
  if (userId === undefined || !to) throw new Error('Nobody can be paid.');
  const [id, amount] = [randomUUID(), toAmount(1n)];
  const money = { asset: benchAsset, amount };
  const command: Command = {
    transfers: [
      {
        id: randomUUID(),
        phase: 'posted',
        debit: userCash(userId, benchAsset),
        credit: userCash(to.id, benchAsset),
        amount,
        kind: 'cash_transfer',
        movementId: id,
      },
    ],
    changes: [
      {
        table: 'movements',
        id,
        expectVersion: 0,
        set: {
          kind: 'cash_transfer',
          user_id: userId,
          counterparty_id: to.id,
          state: 'posted',
          asset: benchAsset,
          amount: '1',
        },
      },
    ],
    history: [id],
  };
  const watched = { movementId: id, userId, kind: 'cash_transfer', money, party: to.id, held: undefined } as const;
  const began = performance.now();
  const { status } = await post(watched, command);
  const took = performance.now() - began;
  if (status !== 'written') throw new Error(`A transfer was ${status}.`);
  return took;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
