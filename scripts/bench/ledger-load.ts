/** Ways to post transfers as fast as they go, each for a slice of time, so that slices of different ways can take turns. */
import { randomInt, randomUUID } from 'node:crypto';
import { toAmount } from '@feiqian/domain/money';
import type { Pool } from '../../backend/src/database/pool.ts';
import { openPrisma, type Prisma } from '../../backend/src/database/prisma.ts';
import { createAccountRegistry } from '../../backend/src/ledger/account-registry.ts';
import type { AccountSpec, Command } from '../../backend/src/ledger/command.ts';
import { encodeBatch } from '../../backend/src/ledger/encode-batch.ts';
import { accountId } from '../../backend/src/ledger/ids.ts';
import type { Ledger } from '../../backend/src/ledger/ledger.ts';
import { postText } from '../../backend/src/ledger/posting.ts';
import { benchAsset } from './ledger-database.ts';

/** Who pays whom: anybody anybody, or everybody the same account. */
export type Spread = 'uniform' | 'hot';

/** Runs for about `seconds` and answers with transfers per second. */
export type Slice = (seconds: number) => Promise<number>;

const lanesMax = 2;
const batchMax = 100;
/** Batches that are made before the clock starts. A slice that uses them up ends early. */
const preparedPerSecond = 450;

/** The limit: the posting function fed ready arrays of 100 over two lanes, with nothing to do in between. */
export function measureLimit(pool: Pool, accounts: readonly AccountSpec[], spread: Spread): Slice {
  const accountOf = createAccountRegistry();
  for (const account of accounts) accountOf(account).isThere = true;
  return async (seconds) => {
    const prepared = Array.from(
      { length: Math.ceil(seconds * preparedPerSecond) },
      () =>
        encodeBatch(
          Array.from({ length: batchMax }, () => aCommand(accounts, spread)),
          accountOf,
        ).values,
    );
    return runSlice(seconds, lanesMax, async () => {
      const values = prepared.pop();
      if (!values) return 0;
      await pool.query({ name: 'ledger_post', text: postText, values });
      return batchMax;
    });
  };
}

/** The ledger as the service uses it. */
export function measureLedger(
  ledger: Ledger,
  accounts: readonly AccountSpec[],
  spread: Spread,
  callers: number,
): Slice {
  return (seconds) =>
    runSlice(seconds, callers, async () => {
      const { status } = await ledger.post(aCommand(accounts, spread));
      if (status !== 'written') throw new Error(`A transfer of the benchmark was ${status}.`);
      return 1;
    });
}

/**
 * The same work as most services write it: Prisma's interactive transaction, a statement for each row.
 *
 * @param pool - Of the owner's role, because the service's may not write transfers by itself.
 */
export function measurePrisma(pool: Pool, accounts: readonly AccountSpec[], callers: number): Slice {
  const prisma = openPrisma(pool);
  const ids = accounts.map(({ name, asset }) => accountId(name, asset));
  return (seconds) =>
    runSlice(seconds, callers, async () => {
      const [debit, credit] = aPair(ids, 'uniform');
      await prisma.$transaction((transaction) => transferWithPrisma(transaction, debit, credit), {
        maxWait: 20_000,
        timeout: 20_000,
      });
      return 1;
    });
}

async function transferWithPrisma(
  prisma: Pick<Prisma, 'ledgerTransfer' | 'ledgerAccount'>,
  debit: string,
  credit: string,
): Promise<void> {
  const amount = randomInt(1, 100);
  await prisma.ledgerTransfer.create({
    data: {
      id: randomUUID(),
      debitAccountId: debit,
      creditAccountId: credit,
      asset: benchAsset,
      amount,
      kind: 'cash_transfer',
      phase: 'posted',
      requestHash: Buffer.alloc(32),
    },
  });
  const take = () =>
    prisma.ledgerAccount.updateMany({
      where: { id: debit, creditsPosted: { gte: amount } },
      data: { debitsPosted: { increment: amount } },
    });
  const give = () =>
    prisma.ledgerAccount.updateMany({ where: { id: credit }, data: { creditsPosted: { increment: amount } } });
  // In the order of their ids, or transfers that cross would lock each other out.
  for (const update of debit < credit ? [take, give] : [give, take]) {
    const { count } = await update();
    if (count !== 1) throw new Error('A transfer of the benchmark was refused.');
  }
}

/** Callers that each begin anew as soon as they are done. `work` answers with how many transfers it posted; 0 ends the slice. */
async function runSlice(seconds: number, callers: number, work: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1000;
  let posted = 0;
  const caller = async () => {
    while (performance.now() < end) {
      const count = await work();
      if (count === 0) return;
      posted += count;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (posted * 1000) / (performance.now() - started);
}

function aCommand(accounts: readonly AccountSpec[], spread: Spread): Command {
  const [debit, credit] = aPair(accounts, spread);
  return {
    transfers: [
      {
        id: randomUUID(),
        phase: 'posted',
        debit,
        credit,
        amount: toAmount(BigInt(randomInt(1, 100))),
        kind: 'cash_transfer',
      },
    ],
  };
}

/** Two different accounts; when hot, money goes to the first account of all. */
function aPair<T>(accounts: readonly T[], spread: Spread): readonly [T, T] {
  const half = accounts.length >> 1;
  const debit = accounts[1 + randomInt(half - 1)];
  const credit = accounts[spread === 'hot' ? 0 : half + randomInt(half)];
  if (debit === undefined || credit === undefined) throw new Error('The benchmark has too few accounts.');
  return [debit, credit];
}
