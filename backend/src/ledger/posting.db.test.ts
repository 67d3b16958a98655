import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { anAnswer, aTransfer, aWorld } from '../../test/support/ledger-world.ts';
import type { Queryable } from '../database/pool.ts';
import type { Command } from './command.ts';
import { createPosting } from './posting.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

type Fault = 'before' | 'after';

/** The test database behind a line that breaks: each fault hits one call, before or after the database has done its work. */
function aFaultyDatabase(faults: readonly (Fault | undefined)[], error: object) {
  let calls = 0;
  const batchSizes: number[] = [];
  const query = async (config: { values: (string | null)[] }) => {
    const fault = faults[calls];
    calls += 1;
    batchSizes.push((config.values[1] ?? '').split(',').length);
    if (fault === 'before') throw error;
    const result = await database.pool.query(config as never);
    if (fault === 'after') throw error;
    return result;
  };
  const retries: unknown[] = [];
  const post = createPosting({
    database: { query } as unknown as Queryable,
    onRetry: (reason) => retries.push(reason),
  });
  return { post: (commands: readonly Command[]) => post(commands), batchSizes, retries };
}

const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01', severity: 'ERROR' });
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const terminated = new Error('Connection terminated unexpectedly');
const shutdown = Object.assign(new Error('terminating connection due to administrator command'), {
  code: '57P01',
  severity: 'FATAL',
});
const written = (...transfers: string[]) => ({ status: 'fulfilled', value: { status: 'written', transfers } });

describe('posting over a bad line', () => {
  it.each([
    ['a deadlock', deadlock],
    ['a broken connection', reset],
    ['a connection that ended', terminated],
    ['a restart of the database', shutdown],
  ])('goes again with the same ids after %s', async (_, error) => {
    const { post, batchSizes, retries } = aFaultyDatabase(['before', 'before'], error);
    const world = aWorld();
    expect(await post(['1', '2'].map((key) => ({ transfers: [aTransfer(world, key)] })))).toEqual([
      written('created'),
      written('created'),
    ]);
    expect(batchSizes).toEqual([2, 2, 2]);
    expect(retries).toEqual([error, error]);
  });

  it('writes nothing twice when the connection broke at the commit', async () => {
    const { post } = aFaultyDatabase(['after'], reset);
    const world = aWorld();
    const results = await post([
      { transfers: [aTransfer(world, '1')] },
      { transfers: [aTransfer(world, '2')], answer: anAnswer(world) },
    ]);
    expect(results).toEqual([
      written('exists'),
      { status: 'fulfilled', value: { status: 'answered', answer: { status: 201, body: { id: 'x' } } } },
    ]);
  });

  it('gives up after a few times and says that the ledger cannot be reached', async () => {
    const { post, batchSizes } = aFaultyDatabase(
      Array.from({ length: 9 }, () => 'before' as const),
      reset,
    );
    const [result] = await post([{ transfers: [aTransfer(aWorld(), '1')] }]);
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'SERVICE_UNAVAILABLE', cause: reset } });
    expect(batchSizes).toHaveLength(5);
  });

  it('takes a batch apart when an error is the whole batch’s, so that only the bad command fails', async () => {
    const invalid = Object.assign(new Error('invalid input syntax'), { code: '22P02', severity: 'ERROR' });
    const { post, batchSizes, retries } = aFaultyDatabase(['before', undefined, 'before'], invalid);
    const world = aWorld();
    const results = await post(['1', '2', '3'].map((key) => ({ transfers: [aTransfer(world, key)] })));
    expect(results).toEqual([written('created'), { status: 'rejected', reason: invalid }, written('created')]);
    expect(batchSizes).toEqual([3, 1, 1, 1]);
    expect(retries).toEqual([]);
  });
});
