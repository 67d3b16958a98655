import { toAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { LedgerModel } from '../../test/support/ledger-model.ts';
import { anAnswer, aRow, aWorld, hashOf, type World, worldAsset } from '../../test/support/ledger-world.ts';
import type { Command, NewTransfer } from './command.ts';
import { voidExpired } from './expired-pendings.ts';
import { accountId } from './ids.ts';
import { createLedger, type Ledger } from './ledger.ts';

let database: TestDatabase;
let ledger: Ledger;

beforeAll(async () => {
  database = await createTestDatabase();
  ledger = createLedger({ pool: database.pool });
});
afterAll(async () => {
  // As the service does all the time: a pending transfer past its time does not stay.
  while ((await voidExpired({ database: database.pool, ledger })) > 0);
  await ledger.close();
});

type Side = keyof World['accounts'];
type Shape = {
  readonly transfers: readonly {
    readonly id: number;
    readonly phase: NewTransfer['phase'];
    readonly pair: readonly [Side, Side];
    readonly amount: bigint;
    readonly kind: string;
    readonly pendingId: number;
    readonly isLate: boolean;
  }[];
  readonly changes: readonly { readonly name: string; readonly expectVersion: number }[];
  readonly answer:
    | { readonly key: string; readonly requestHash: string; readonly body: { readonly n: number } }
    | undefined;
};

const idsMax = 9;
const pairs: [Side, Side][] = [
  ['source', 'anna'],
  ['source', 'ben'],
  ['bank', 'source'],
  ['source', 'bank'],
  ['anna', 'ben'],
  ['ben', 'anna'],
  ['anna', 'bank'],
  ['ben', 'source'],
];

/** Commands over few accounts, ids, rows and keys, so that they collide in every way. */
const shapes: fc.Arbitrary<Shape> = fc
  .record({
    transfers: fc.array(
      fc.record({
        id: fc.nat(idsMax - 1),
        phase: fc.constantFrom('posted', 'posted', 'pending', 'pending', 'post', 'void'),
        pair: fc.constantFrom<[Side, Side][]>(...pairs),
        amount: fc.bigInt(1n, 4n),
        kind: fc.constantFrom('a', 'a', 'NULL', 'it\'s "odd", {really}\\'),
        pendingId: fc.nat(idsMax - 1),
        isLate: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    changes: fc.uniqueArray(fc.record({ name: fc.constantFrom('row-1', 'row-2'), expectVersion: fc.nat(2) }), {
      maxLength: 2,
      selector: ({ name }) => name,
    }),
    answer: fc.option(
      fc.record({
        key: fc.constantFrom('key-1', 'key-2'),
        requestHash: fc.constantFrom(hashOf('a'), hashOf('a'), hashOf('b')),
        body: fc.record({ n: fc.nat(3) }),
      }),
      { nil: undefined, freq: 4 },
    ),
  })
  .filter(({ transfers, changes }) => transfers.length + changes.length > 0);

function toCommand(world: World, { transfers, changes, answer }: Shape): Command {
  const { accounts } = world;
  const command = {
    transfers: transfers.map(({ id, phase, pair: [debit, credit], amount, kind, pendingId, isLate }): NewTransfer => {
      const base = {
        id: idOf(world, id),
        phase,
        debit: accounts[debit],
        credit: accounts[credit],
        amount: toAmount(amount),
        kind,
      };
      if (phase === 'post' || phase === 'void') return { ...base, pendingId: idOf(world, pendingId) };
      return phase === 'pending' && isLate ? { ...base, timeoutAt: new Date('2020-01-01T00:00:00.123Z') } : base;
    }),
    changes: changes.map(({ name, expectVersion }) => aRow(world, expectVersion, name)),
  };
  return answer ? { ...command, answer: anAnswer(world, answer) } : command;
}

function idOf({ id }: World, index: number): string {
  return id('t', `${index}`);
}

function byKey<Row extends { readonly id?: string; readonly key?: string }>(rows: Iterable<Row>): Row[] {
  return [...rows].sort((left, right) => ((left.id ?? left.key ?? '') < (right.id ?? right.key ?? '') ? -1 : 1));
}

async function readState(world: World) {
  const ids = Array.from({ length: idsMax }, (_, index) => idOf(world, index));
  const names = `${world.name}:%`;
  const read = async (text: string, values: unknown[]) =>
    byKey((await database.pool.query<{ id?: string; key?: string }>(text, values)).rows);
  return {
    balances: await read(
      `SELECT id, debits_posted::text, debits_pending::text, credits_posted::text, credits_pending::text FROM ledger_accounts WHERE name LIKE $1`,
      [names],
    ),
    transfers: await read('SELECT id, phase, amount::text, kind FROM ledger_transfers WHERE id = ANY ($1)', [ids]),
    rows: await read('SELECT id, version, block_number::int FROM chain_cursors WHERE consumer LIKE $1', [names]),
    answers: await read('SELECT key, body FROM idempotency_keys WHERE scope = $1', [world.name]),
  };
}

function expectedState({ state }: LedgerModel) {
  return {
    balances: byKey(
      [...state.accounts.values()].map(({ spec, debits, credits }) => ({
        id: accountId(spec.name, worldAsset),
        debits_posted: `${debits.posted}`,
        debits_pending: `${debits.pending}`,
        credits_posted: `${credits.posted}`,
        credits_pending: `${credits.pending}`,
      })),
    ),
    transfers: byKey(
      [...state.transfers.values()].map(({ id, phase, amount, kind }) => ({ id, phase, amount: `${amount}`, kind })),
    ),
    rows: byKey(
      [...state.rows].map(([key, { version, set }]) => ({
        id: key.split(' ')[1] ?? '',
        version,
        block_number: set.block_number,
      })),
    ),
    answers: byKey([...state.answers].map(([key, { body }]) => ({ key: key.split(' ')[1] ?? '', body }))),
  };
}

describe('posting, against a plain model of the rules', () => {
  it('answers and leaves behind what the model does, for any commands in any batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(shapes, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          const world = aWorld();
          const model = new LedgerModel();
          for (const batch of batches) {
            const commands = batch.map((shape) => toCommand(world, shape));
            for (const { debit, credit } of commands.flatMap(({ transfers }) => transfers))
              [debit, credit].map((account) => model.account(account));
            const expected = commands.map((command) => model.apply(command));
            expect(await Promise.all(commands.map((command) => ledger.post(command)))).toEqual(expected);
          }
          expect(await readState(world)).toEqual(expectedState(model));
        },
      ),
      { numRuns: 100 },
    );
  });
});
