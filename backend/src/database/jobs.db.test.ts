import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { assertVerified } from '../verify/verify-all.ts';
import { addJob, type JobRunner, migrateJobs, runJobs } from './jobs.ts';
import { openPool } from './pool.ts';

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

/** A way to the database that can be shut: connections break, and new ones are refused. */
function createDoor(target: URL) {
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => sockets.delete(one));
    }
  });
  let port = 0;
  return {
    url: () => Object.assign(new URL(target), { hostname: '127.0.0.1', port }).href,
    async open() {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      port = (server.address() as AddressInfo).port;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

describe('jobs', () => {
  it('are added and run by the service, which does not own the queue', async () => {
    await addJob(database.pool, { task: 'test.work', payload: { id: '7' }, key: '7' });
    expect(await collect(1)).toEqual({ payloads: [{ id: '7' }], errors: [] });
  });

  it('of one key are one job, the latest', async () => {
    for (const id of ['1', '2', '3']) await addJob(database.pool, { task: 'test.work', payload: { id }, key: 'same' });
    await addJob(database.pool, { task: 'test.work', payload: { id: 'other' }, key: 'other' });
    const { payloads } = await collect(2);
    expect(payloads).toHaveLength(2);
    expect(payloads).toContainEqual({ id: '3' });
  });

  it('are tried again when they throw, and the failure is told', async () => {
    await addJob(database.pool, { task: 'test.work', payload: { id: 'again' }, key: 'again' });
    expect(await collect(1, { failures: 1 })).toEqual({ payloads: [{ id: 'again' }], errors: ['not yet'] });
  });

  it('that were replaced while they ran are not tried again, and not given up: the later one is', async () => {
    const done = Promise.withResolvers<string>();
    const failures: string[] = [];
    const work = async ({ id }: Readonly<Record<string, unknown>>) => {
      if (id === 'later') return done.resolve(id);
      await addJob(database.pool, { task: 'test.work', payload: { id: 'later' }, key: 'order' });
      throw new Error('replaced');
    };
    await addJob(database.pool, { task: 'test.work', payload: { id: 'earlier' }, key: 'order' });
    runners.push(
      await runJobs({
        pool: database.pool,
        tasks: { 'test.work': work },
        onFailure: (_, error) => failures.push((error as Error).message),
      }),
    );
    expect(await done.promise).toBe('later');
    for (const runner of runners.splice(0)) await runner.stop();
    expect(failures).toEqual(['replaced']);
    await assertVerified(database.pool);
  });

  it('go on after the database was away while one of them failed', async () => {
    const door = createDoor(new URL(database.serviceUrl));
    await door.open();
    const pool = openPool({ url: door.url(), name: 'test', onIdleError: () => undefined });
    const done = Promise.withResolvers<string>();
    const work = async ({ id }: Readonly<Record<string, unknown>>) => {
      if (id !== 'breaks') return done.resolve(`${id}`);
      await door.close();
      throw new Error('without a database');
    };
    const failures: string[] = [];
    await addJob(database.pool, { task: 'test.work', payload: { id: 'breaks' }, key: 'breaks' });
    runners.push(await runJobs({ pool, tasks: { 'test.work': work }, onFailure: (task) => failures.push(task) }));
    await vi.waitFor(() => expect(failures).toContain('queue'), { timeout: 20_000 });
    await door.open();
    await addJob(database.pool, { task: 'test.work', payload: { id: 'after' }, key: 'after' });
    expect(await done.promise).toBe('after');
    for (const runner of runners.splice(0)) await runner.stop();
    await pool.end();
    await door.close();
  });

  it('may be migrated again, by several at once', async () => {
    await Promise.all([1, 2, 3].map(() => migrateJobs(database.ownerUrl)));
    await addJob(database.pool, { task: 'test.work', payload: { id: 'after' }, key: 'after' });
    expect((await collect(1)).payloads).toEqual([{ id: 'after' }]);
  });
});
