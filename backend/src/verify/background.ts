import type { Connection, Pool } from '../database/pool.ts';
import type { Check } from './check.ts';
import { checkSnapshot } from './verify-all.ts';

/** What the last look at the books found. */
export type VerifyResult = {
  readonly checks: readonly Check[];
  readonly finishedAt: Date;
  readonly durationMs: number;
};

/** Checks the books again and again while the service runs. */
export type BackgroundVerifier = {
  readonly start: () => void;
  /** Waits for a look that is under way. */
  readonly stop: () => Promise<void>;
  /** The last result of this replica; undefined while another one looks, or nobody has yet. */
  readonly latest: () => VerifyResult | undefined;
  /** Looks now, when this replica leads or can begin to. */
  readonly run: () => Promise<void>;
};

// Any number; replicas must agree on it.
const advisoryLock = 7_305_112_904_419;
const firstRunMaxMs = 15_000;

/**
 * Makes the verifier of one replica. The database lets one of them lead, as long as its session lives; the others wait to take over,
 * so that any number of replicas costs one look at a time.
 *
 * @param everyMs - Between two looks.
 * @param onBroken - Told of invariants that are newly broken.
 * @param onFailure - Told when the database could not be asked; the age of the last result grows meanwhile.
 */
export function createBackgroundVerifier({
  pool,
  everyMs,
  onBroken,
  onFailure,
}: {
  readonly pool: Pool;
  readonly everyMs: number;
  readonly onBroken: (check: Check) => void;
  readonly onFailure: (error: unknown) => void;
}): BackgroundVerifier {
  let session: Connection | undefined;
  let result: VerifyResult | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;

  const look = async (): Promise<void> => {
    try {
      session ??= await lead(pool);
      if (!session) return;
      const started = performance.now();
      const checks = await checkSnapshot(session, { isPatient: true });
      const known = new Set(result?.checks.filter(isBroken).map(({ name }) => name));
      result = { checks, finishedAt: new Date(), durationMs: performance.now() - started };
      for (const check of checks) if (isBroken(check) && !known.has(check.name)) onBroken(check);
    } catch (error) {
      // With its session a replica loses the lead: another one may have it already.
      session?.release(true);
      session = undefined;
      onFailure(error);
    }
  };
  const run = (): Promise<void> => {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  };
  const plan = (delayMs: number) => {
    if (isStopped) return;
    timer = setTimeout(() => void run().then(() => plan(everyMs)), delayMs);
    timer.unref();
  };
  return {
    start: () => plan(Math.min(everyMs, firstRunMaxMs)),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
      // The lead would end with the session, too, but only when the database notices; another replica may wait for it.
      await session?.query('SELECT pg_advisory_unlock($1)', [advisoryLock]).catch(() => undefined);
      session?.release(true);
      session = undefined;
    },
    latest: () => result,
    run,
  };
}

const isBroken = ({ violations }: Check): boolean => violations > 0;

async function lead(pool: Pool): Promise<Connection | undefined> {
  const connection = await pool.connect();
  try {
    const { rows } = await connection.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [
      advisoryLock,
    ]);
    if (rows[0]?.leads) return connection;
    connection.release();
    return undefined;
  } catch (error) {
    connection.release(true);
    throw error;
  }
}
