import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type Runner, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { Pool, Queryable } from './pool.ts';

/** What a job has to work with. */
export type JobContext = {
  /** 1 at the first attempt. A job that throws is tried again, later and later, 25 times in about three days. */
  readonly attempt: number;
  /** Aborted when the service ends. */
  readonly signal: AbortSignal;
};

/** Does one kind of job. It may run more than once for the same payload, so it must be safe to repeat. */
export type Task = (payload: Readonly<Record<string, unknown>>, context: JobContext) => Promise<void>;

/** Running jobs. */
export type JobRunner = {
  /** Takes no more jobs and waits for those that run. */
  readonly stop: () => Promise<void>;
};

const schema = 'graphile_worker';

// Any number; two replicas that start at once must agree on it.
const advisoryLock = 7_305_112_904_418;

// Between two tries to begin again after the database was away.
const restartMs = 500;

// The tables of the queue have row level security on and no policy, so that only their owner sees the jobs.
const grants = `
  GRANT USAGE ON SCHEMA ${schema} TO feiqian_service;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO feiqian_service;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO feiqian_service;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO feiqian_service;
  DO $$
  DECLARE
    protected regclass;
  BEGIN
    FOR protected IN SELECT oid FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relrowsecurity LOOP
      EXECUTE format('DROP POLICY IF EXISTS feiqian_service ON %s', protected);
      EXECUTE format('CREATE POLICY feiqian_service ON %s TO feiqian_service USING (true) WITH CHECK (true)', protected);
    END LOOP;
  END
  $$;`;

/**
 * Makes or updates the tables of the job queue and lets the service's role use them. Replicas may start together.
 *
 * @param ownerUrl - Connection string of the role that owns the tables.
 */
export async function migrateJobs(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'feiqian migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    await runMigrations({ connectionString: ownerUrl, logger: quiet });
    await client.query(grants);
  } finally {
    await client.end();
  }
}

/**
 * Runs jobs until stopped. New jobs begin within milliseconds, of any replica.
 *
 * @param pool - Says which database; jobs use connections of their own to it.
 * @param tasks - By name, `<noun>.<verb>`.
 * @param onFailure - Told of every attempt that threw.
 */
export async function runJobs({
  pool,
  tasks,
  concurrency = 4,
  onFailure,
}: {
  readonly pool: Pool;
  readonly tasks: Readonly<Record<string, Task>>;
  readonly concurrency?: number;
  readonly onFailure: (task: string, error: unknown) => void;
}): Promise<JobRunner> {
  // The queue writes its bigint ids into JSON, so it needs the driver's own reading of them.
  const { connectionString, host, port, user, password, database } = pool.options;
  const source = connectionString === undefined ? { host, port, user, password, database } : { connectionString };
  const jobPool = new pg.Pool({ ...source, max: concurrency + 2, application_name: 'feiqian jobs' } as pg.PoolConfig);
  jobPool.on('error', (error) => onFailure('connection', error));
  // A connection can break while it is in use, too; the queue itself sees that and repeats.
  jobPool.on('connect', (client) => void client.on('error', () => undefined));
  const begin = (): Promise<Runner> =>
    run({
      pgPool: jobPool,
      concurrency,
      noHandleSignals: true,
      logger: quiet,
      taskList: toTaskList(tasks, onFailure),
      // Noted one by one, what became of a job would end this process when the database does not answer just then.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
  const stopping = new AbortController();
  let runner = await begin();
  const follow = async (): Promise<void> => {
    for (;;) {
      // It gives up when it can't note what became of a job. The sweeps begin anew what it leaves behind.
      await runner.promise.catch((error: unknown) => onFailure('queue', error));
      if (stopping.signal.aborted) return;
      onFailure('queue', new Error('The queue ended, and is begun again.'));
      const again = await beginAgain(begin, stopping.signal, (error) => onFailure('queue', error));
      if (!again) return;
      runner = again;
      // It was told to end while it began anew.
      if (stopping.signal.aborted) await again.stop().catch(() => undefined);
    }
  };
  const following = follow();
  return {
    stop: async () => {
      stopping.abort();
      // Refused when it has ended by itself.
      await runner.stop().catch(() => undefined);
      await following;
      await jobPool.end();
    },
  };
}

/** Tries until it begins, or until there is no need any more. */
async function beginAgain(
  begin: () => Promise<Runner>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<Runner | undefined> {
  for (;;) {
    try {
      await delay(restartMs, undefined, { signal });
    } catch {
      return undefined;
    }
    try {
      return await begin();
    } catch (error) {
      onFailure(error);
    }
  }
}

/**
 * Adds a job by itself. One that belongs to a movement of money goes into its ledger command instead.
 *
 * @param key - A later job of the same key replaces an earlier one that has not begun, and takes over from one that has: that
 * one is not tried again.
 */
export async function addJob(
  database: Queryable,
  {
    task,
    payload,
    key,
    runAt,
  }: {
    readonly task: string;
    readonly payload: Readonly<Record<string, unknown>>;
    readonly key: string;
    readonly runAt?: Date;
  },
): Promise<void> {
  await database.query(`SELECT FROM ${schema}.add_job($1, payload => $2::json, job_key => $3, run_at => $4)`, [
    task,
    JSON.stringify(payload),
    key,
    runAt ?? null,
  ]);
}

function toTaskList(tasks: Readonly<Record<string, Task>>, onFailure: (task: string, error: unknown) => void) {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      async (
        payload: unknown,
        { job, abortSignal }: { readonly job: { readonly attempts: number }; readonly abortSignal: AbortSignal },
      ) => {
        try {
          await task(payload as Readonly<Record<string, unknown>>, { attempt: job.attempts, signal: abortSignal });
        } catch (error) {
          onFailure(name, error);
          throw error;
        }
      },
    ]),
  );
}

// The queue's own log repeats what `onFailure` tells, with payloads in it.
const quiet = new Logger(() => () => undefined);
