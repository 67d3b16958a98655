import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addJob, type JobRunner, migrateJobs, runJobs } from './jobs.ts';

let database: TestDatabase;
const runners: JobRunner[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
});

/** Runs `work` jobs and resolves with what they were given, once there are as many. */
async function collect(count: number, { failures = 0 }: { failures?: number } = {}) {
  const payloads: unknown[] = [];
  const errors: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const work = async (payload: object, { attempt }: { attempt: number }) => {
      if (attempt <= failures) throw new Error('not yet');
      payloads.push(payload);
      if (payloads.length === count) resolve();
    };
    runJobs({
      pool: database.pool,
      tasks: { 'test.work': work },
      onFailure: (_, error) => errors.push((error as Error).message),
    }).then((runner) => runners.push(runner), reject);
  });
  return { payloads, errors };
}

describe('jobs', () => {
  it('are added and run by the service, which does not own the queue', async () => {
    await addJob(database.pool, { task: 'test.work', payload: { id: '7' } });
    expect(await collect(1)).toEqual({ payloads: [{ id: '7' }], errors: [] });
  });

  it('of one key are one job, the latest', async () => {
    for (const id of ['1', '2', '3']) await addJob(database.pool, { task: 'test.work', payload: { id }, key: 'same' });
    await addJob(database.pool, { task: 'test.work', payload: { id: 'other' } });
    const { payloads } = await collect(2);
    expect(payloads).toHaveLength(2);
    expect(payloads).toContainEqual({ id: '3' });
  });

  it('are tried again when they throw, and the failure is told', async () => {
    await addJob(database.pool, { task: 'test.work', payload: { id: 'again' } });
    expect(await collect(1, { failures: 1 })).toEqual({ payloads: [{ id: 'again' }], errors: ['not yet'] });
  });

  it('may be migrated again, by several at once', async () => {
    await Promise.all([1, 2, 3].map(() => migrateJobs(database.ownerUrl)));
    await addJob(database.pool, { task: 'test.work', payload: { id: 'after' } });
    expect((await collect(1)).payloads).toEqual([{ id: 'after' }]);
  });
});
