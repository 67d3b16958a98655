import { randomUUID } from 'node:crypto';
import { toAmount } from '@feiqian/domain/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { anAnswer, aRow, aTransfer, aWorld, hashOf, type World, worldAsset } from '../../test/support/ledger-world.ts';
import { gatewayReceivable, userCash } from './accounts.ts';
import { readBalances } from './balances.ts';
import type { AccountSpec, Command } from './command.ts';
import { voidExpired } from './expired-pendings.ts';
import { accountId } from './ids.ts';
import { createLedger, type Ledger } from './ledger.ts';

let database: TestDatabase;
let ledger: Ledger;
let other: Ledger;

beforeAll(async () => {
  database = await createTestDatabase();
  ledger = createLedger({ pool: database.pool });
  other = createLedger({ pool: database.connect('service') });
});
afterAll(async () => {
  await ledger.close();
  await other.close();
});

const written = (...transfers: string[]) => ({ status: 'written', transfers });
const refused = (...transfers: string[]) => ({ status: 'refused', transfers });

/** Posts all at once, so that they share batches. */
const postAll = (commands: readonly Command[], target = ledger) =>
  Promise.all(commands.map((command) => target.post(command)));

async function balanceOf({ name, asset }: AccountSpec): Promise<bigint> {
  const { rows } = await database.pool.query<{ balance: string }>(
    'SELECT (credits_posted - debits_posted)::text AS balance FROM ledger_accounts WHERE id = $1',
    [accountId(name, asset)],
  );
  return BigInt(rows[0]?.balance ?? 0);
}

async function countTransfers(world: World): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM ledger_transfers t JOIN ledger_accounts a ON a.id = t.debit_account_id WHERE a.name LIKE $1',
    [`${world.name}:%`],
  );
  return rows[0]?.n ?? 0;
}

/** Anna with 100. */
async function aFundedWorld(): Promise<World> {
  const world = aWorld();
  await ledger.post({ transfers: [aTransfer(world, 'fund')] });
  return world;
}

const pay = (world: World, key: string, amount = 100n) =>
  aTransfer(world, key, {
    debit: world.accounts.anna,
    credit: world.accounts.ben,
    amount: toAmount(amount),
    kind: 'cash_transfer',
  });

describe('transfers', () => {
  it('move money between accounts that are made when first named', async () => {
    const world = aWorld();
    expect(await ledger.post({ transfers: [aTransfer(world, '1')] })).toEqual(written('created'));
    expect(await balanceOf(world.accounts.anna)).toBe(100n);
    expect(await balanceOf(world.accounts.source)).toBe(-100n);
  });

  it('need the same new account in many transactions at the same moment, and all find it', async () => {
    const owner = database.connect('owner', 8);
    for (let round = 0; round < 400; round += 1) {
      const name = `race:${randomUUID()}`;
      const account = { id: accountId(name, worldAsset), name, asset: worldAsset, floor: 'none' };
      await Promise.all(
        Array.from({ length: 8 }, () => owner.query('SELECT ledger_ensure_accounts($1)', [JSON.stringify([account])])),
      );
    }
    const { rows } = await owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ledger_accounts WHERE name LIKE 'race:%'`,
    );
    expect(rows[0]?.n).toBe(400);
  });

  it('with equal ids in one batch are one transfer, and the rest exist', async () => {
    const world = aWorld();
    const results = await postAll(Array.from({ length: 5 }, () => ({ transfers: [aTransfer(world, 'same')] })));
    expect(results).toEqual([written('created'), ...Array.from({ length: 4 }, () => written('exists'))]);
    expect(await balanceOf(world.accounts.anna)).toBe(100n);
  });

  it('with an id that stands for something else are refused', async () => {
    const world = await aFundedWorld();
    for (const changes of [
      { amount: toAmount(101n) },
      { kind: 'other' },
      { phase: 'pending' },
      { movementId: randomUUID() },
      { credit: world.accounts.ben },
    ] as const) {
      expect(await ledger.post({ transfers: [aTransfer(world, 'fund', changes)] })).toEqual(
        refused('exists_with_different_content'),
      );
    }
  });

  it('of one command are all or none, and the refused one says why', async () => {
    const world = await aFundedWorld();
    expect(await ledger.post({ transfers: [pay(world, '1', 60n), pay(world, '2', 60n)] })).toEqual(
      refused('linked_refused', 'exceeds_credits'),
    );
    expect(await countTransfers(world)).toBe(1);
    expect(await balanceOf(world.accounts.ben)).toBe(0n);
  });

  it('of one command see one another, in their order', async () => {
    const world = aWorld();
    expect(await ledger.post({ transfers: [aTransfer(world, '1'), pay(world, '2')] })).toEqual(
      written('created', 'created'),
    );
    expect(await balanceOf(world.accounts.ben)).toBe(100n);
  });

  it('that are half there are refused: two commands meant different things by one id', async () => {
    const world = await aFundedWorld();
    expect(await ledger.post({ transfers: [aTransfer(world, 'fund'), pay(world, 'new')] })).toEqual(
      refused('exists', 'linked_refused'),
    );
  });

  it('to and from a closed account are refused, but what is pending on it may end', async () => {
    const world = await aFundedWorld();
    const hold = (phase: 'pending' | 'post') =>
      aTransfer(world, phase, {
        phase,
        debit: world.accounts.anna,
        credit: world.accounts.ben,
        ...(phase === 'post' ? { pendingId: world.id('transfer', 'pending') } : {}),
      });
    await ledger.post({ transfers: [hold('pending')] });
    await database
      .connect('owner', 1)
      .query('UPDATE ledger_accounts SET closed = true WHERE id = $1', [
        accountId(world.accounts.anna.name, worldAsset),
      ]);
    expect(await ledger.post({ transfers: [aTransfer(world, 'more')] })).toEqual(refused('account_closed'));
    expect(await ledger.post({ transfers: [hold('post')] })).toEqual(written('created'));
  });

  it('keep any amount of a uint256 exactly', async () => {
    const world = aWorld();
    const amount = toAmount(2n ** 256n - 1n);
    await ledger.post({ transfers: [aTransfer(world, '1', { amount })] });
    expect(await balanceOf(world.accounts.anna)).toBe(amount);
  });
});

describe('many callers', () => {
  it('spend a balance once, when 200 want all of it', async () => {
    const world = await aFundedWorld();
    const commands = Array.from({ length: 200 }, (_, index) => ({ transfers: [pay(world, `${index}`)] }));
    const results = [
      ...(await Promise.all([postAll(commands.slice(0, 100)), postAll(commands.slice(100), other)])),
    ].flat();
    expect(results.filter(({ status }) => status === 'written')).toHaveLength(1);
    expect(results.filter(({ status }) => status === 'refused')).toHaveLength(199);
    expect(await balanceOf(world.accounts.anna)).toBe(0n);
    expect(await balanceOf(world.accounts.ben)).toBe(100n);
  });

  it('of two ledgers that send money in circles lose and gain nothing, and every id is created once', async () => {
    const world = aWorld();
    const people = Array.from({ length: 6 }, (_, index) => ({
      ...world.accounts.anna,
      name: `${world.name}:person-${index}`,
    }));
    await postAll(people.map((credit, index) => ({ transfers: [aTransfer(world, `fund-${index}`, { credit })] })));
    const commands = Array.from({ length: 300 }, (_, index) => {
      const [debit, credit] = [people[index % 6], people[(index * 5 + 1 + (index % 4)) % 6]];
      return {
        transfers: [
          aTransfer(
            world,
            `${index % 200}`,
            debit && credit && debit !== credit
              ? { debit, credit, amount: toAmount(BigInt(1 + ((index % 200) % 37))) }
              : {},
          ),
        ],
      };
    });
    const results = (await Promise.all([postAll(commands), postAll(commands.toReversed(), other)])).flatMap(
      (list, ledgerIndex) =>
        list.map((result, index) => ({
          result,
          id: (ledgerIndex === 0 ? commands : commands.toReversed())[index]?.transfers[0]?.id,
        })),
    );
    const created = results
      .filter(({ result }) => result.status === 'written' && result.transfers[0] === 'created')
      .map(({ id }) => id);
    expect(new Set(created).size).toBe(created.length);
    expect(await countTransfers(world)).toBe(created.length + people.length);
    // That the balances are what the transfers say is checked after the file, by the verifier.
  });

  it('that change one row and pay one request at once: one does, the others read again', async () => {
    const world = aWorld();
    await ledger.post({
      transfers: [aTransfer(world, 'fund', { amount: toAmount(10_000n) })],
      changes: [aRow(world, 0)],
    });
    const commands = Array.from({ length: 40 }, (_, index) => ({
      transfers: [pay(world, `${index}`)],
      changes: [aRow(world, 1)],
    }));
    const results = (await Promise.all([postAll(commands.slice(0, 20)), postAll(commands.slice(20), other)])).flat();
    expect(results.filter(({ status }) => status === 'written')).toHaveLength(1);
    expect(results.filter(({ status }) => status === 'version_conflict')).toHaveLength(39);
    expect(await balanceOf(world.accounts.ben)).toBe(100n);
  });
});

describe('answers', () => {
  it('are given again to the same request, and refused to another', async () => {
    const world = aWorld();
    const command = { transfers: [aTransfer(world, '1')], answer: anAnswer(world) };
    expect(await ledger.post(command)).toEqual(written('created'));
    const repeated = {
      transfers: [aTransfer(world, '2')],
      answer: anAnswer(world, { status: 200, body: { id: 'other' } }),
    };
    expect(await ledger.post(repeated)).toEqual({ status: 'answered', answer: { status: 201, body: { id: 'x' } } });
    expect(await ledger.post({ ...repeated, answer: anAnswer(world, { requestHash: hashOf('b') }) })).toEqual({
      status: 'key_reused',
    });
    expect(await balanceOf(world.accounts.anna)).toBe(100n);
  });

  it('are one when a request comes twice at once, to two replicas', async () => {
    const world = aWorld();
    const twins = ['1', '2', '3', '4'].map((key) => ({ transfers: [aTransfer(world, key)], answer: anAnswer(world) }));
    const results = await Promise.all(twins.map((command, index) => (index % 2 ? ledger : other).post(command)));
    expect(results.map(({ status }) => status).sort()).toEqual(['answered', 'answered', 'answered', 'written']);
    expect(await balanceOf(world.accounts.anna)).toBe(100n);
  });

  it('are not stored when the command is refused, so that it may be tried again', async () => {
    const world = aWorld();
    const command = { transfers: [pay(world, '1')], answer: anAnswer(world) };
    expect(await ledger.post(command)).toEqual(refused('exceeds_credits'));
    await ledger.post({ transfers: [aTransfer(world, 'fund')] });
    expect(await ledger.post(command)).toEqual(written('created'));
  });
});

describe('a batch with a bad command in it', () => {
  it('writes the others, and tells the bad one what the database said', async () => {
    const world = aWorld();
    const bad: Command = {
      transfers: [aTransfer(world, 'bad')],
      changes: [{ ...aRow(world, 0, 'bad'), set: { no_such_column: 1 } }],
    };
    const taken: Command = { transfers: [], changes: [{ ...aRow(world, 0), id: world.id('twin') }] };
    const results = await Promise.allSettled([
      ledger.post({ transfers: [aTransfer(world, '1')] }),
      ledger.post({ transfers: [], changes: [aRow(world, 0)] }),
      ledger.post(bad),
      ledger.post(taken),
      ledger.post({ transfers: [], changes: [{ ...aRow(world, 0, 'x'), table: 'users' as 'movements' }] }),
      ledger.post({ transfers: [aTransfer(world, '2')] }),
    ]);
    expect(results).toMatchObject([
      { value: written('created') },
      { value: written() },
      { reason: { code: '42703' } },
      { reason: { code: '23505', constraint: 'chain_cursors_consumer_key' } },
      { reason: { code: '42501' } },
      { value: written('created') },
    ]);
    expect(await balanceOf(world.accounts.anna)).toBe(200n);
  });

  it('writes the others, when the bad one names an account that means something else', async () => {
    const world = await aFundedWorld();
    const stranger = createLedger({ pool: database.pool });
    const credit: AccountSpec = { ...world.accounts.anna, floor: 'none' };
    const results = await Promise.allSettled([
      stranger.post({ transfers: [aTransfer(world, 'bad', { credit })] }),
      stranger.post({ transfers: [aTransfer(world, 'good', { credit: world.accounts.ben })] }),
    ]);
    expect(results).toMatchObject([{ reason: { code: '23000' } }, { value: written('created') }]);
    await stranger.close();
  });
});

describe('what follows a command', () => {
  const jobsOf = async (world: World) => {
    const { rows } = await database
      .connect('owner', 1)
      .query<{ payload: { id: string } }>(
        `SELECT payload FROM graphile_worker._private_jobs WHERE payload->>'world' = $1 ORDER BY id`,
        [world.name],
      );
    return rows.map(({ payload }) => payload.id);
  };
  const job = (world: World, id: string, key = id) => ({
    task: 'test.work',
    payload: { world: world.name, id },
    key: `${world.name}:${key}`,
  });

  it('are its jobs, if it was written', async () => {
    const world = aWorld();
    const results = await postAll([
      { transfers: [aTransfer(world, '1')], jobs: [job(world, 'a'), job(world, 'b')] },
      { transfers: [pay(world, '2', 1_000n)], jobs: [job(world, 'never')] },
      { transfers: [aTransfer(world, '1')], jobs: [job(world, 'never again')] },
      { transfers: [aTransfer(world, '3')], jobs: [job(world, 'c')] },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['written', 'refused', 'written', 'written']);
    expect(await jobsOf(world)).toEqual(['a', 'b', 'c']);
  });

  it('is the latest job of a key, within a batch and after it', async () => {
    const world = aWorld();
    await postAll(['1', '2', '3'].map((id) => ({ transfers: [aTransfer(world, id)], jobs: [job(world, id, 'same')] })));
    expect(await jobsOf(world)).toEqual(['3']);
    await ledger.post({ transfers: [aTransfer(world, '4')], jobs: [job(world, '4', 'same')] });
    expect(await jobsOf(world)).toEqual(['4']);
  });
});

describe('a pending transfer with a time to end by', () => {
  const hold = (world: World, key: string, timeoutAt: Date) =>
    aTransfer(world, key, {
      phase: 'pending',
      debit: world.accounts.anna,
      credit: world.accounts.ben,
      amount: toAmount(40n),
      timeoutAt,
    });
  const post = (world: World, key: string) =>
    aTransfer(world, `post ${key}`, {
      phase: 'post',
      debit: world.accounts.anna,
      credit: world.accounts.ben,
      amount: toAmount(40n),
      pendingId: world.id('transfer', key),
    });

  it('is voided once by the sweep when its time has come, and can’t be posted any more', async () => {
    const world = await aFundedWorld();
    await ledger.post({
      transfers: [
        hold(world, 'late', new Date(Date.now() - 1000)),
        hold(world, 'open', new Date(Date.now() + 3_600_000)),
      ],
    });
    expect(await ledger.post({ transfers: [post(world, 'late')] })).toEqual(refused('pending_already_voided'));
    const sweeps = [ledger, other].map((target) => voidExpired({ database: database.pool, ledger: target }));
    expect((await Promise.all(sweeps)).reduce((sum, count) => sum + count)).toBe(1);
    expect(await ledger.post({ transfers: [pay(world, 'rest', 60n)] })).toEqual(written('created'));
    expect(await ledger.post({ transfers: [post(world, 'open')] })).toEqual(written('created'));
    expect(await balanceOf(world.accounts.ben)).toBe(100n);
  });
});

describe('balances of a person', () => {
  it('say what can be spent and what is reserved, by currency', async () => {
    const person = randomUUID();
    const world = aWorld();
    const cash = (asset: string) => ({ debit: gatewayReceivable('test', asset), credit: userCash(person, asset) });
    await ledger.post({
      transfers: [
        aTransfer(world, 'usd', { ...cash('iso4217:USD'), amount: toAmount(5n) }),
        aTransfer(world, 'cny', cash(worldAsset)),
      ],
    });
    const held = {
      debit: userCash(person, worldAsset),
      credit: gatewayReceivable('test', worldAsset),
      amount: toAmount(30n),
    };
    await ledger.post({ transfers: [aTransfer(world, 'hold', { ...held, phase: 'pending' })] });
    expect(await readBalances(database.pool, person)).toEqual([
      { asset: 'iso4217:CNY', available: 70n, pending: 30n },
      { asset: 'iso4217:USD', available: 5n, pending: 0n },
    ]);
    expect(await readBalances(database.pool, randomUUID())).toEqual([]);
  });
});
