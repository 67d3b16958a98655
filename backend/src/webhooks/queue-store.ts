import type { WebhookFailure } from '@feiqian/domain/api/webhooks';
import { type Connection, inTransaction, type Pool } from '../database/pool.ts';
import type { Outcome } from './client.ts';
import type { WebhookEvent } from './render.ts';
import { horizonMs, jitter, nextDelayMs, scheduleMs } from './schedule.ts';

/** The right to deliver to one endpoint, until somebody with a higher number has taken it. */
export type QueueLease = { readonly endpointId: string; readonly fence: bigint };

/** What is to be sent now. */
export type Due = {
  readonly deliveryId: string;
  readonly objectId: string;
  /** Tries of this run of the schedule before this one. */
  readonly attempts: number;
  readonly event: WebhookEvent;
  readonly url: string;
  /** As sealed; with the previous one while it is still accepted. */
  readonly secrets: readonly string[];
  /** The database's time. */
  readonly now: Date;
};

/** What is left to do at an endpoint after a try. */
export type Noted = 'delivered' | 'failing' | 'failed' | 'off' | 'lost';

/** The queues of deliveries in PostgreSQL, one for each endpoint. */
export type QueueStore = ReturnType<typeof createQueueStore>;

type DueRow = {
  delivery_id: string;
  object_id: string;
  attempts: number;
  event_id: string;
  type: string;
  object_type: string;
  snapshot: object;
  created_at: Date;
  url: string;
  secret: string;
  previous_secret: string | null;
  now: Date;
};

// Times are the database's, so that the clocks of replicas do not matter; $1 is how far a test is ahead of it.
const now = `(now() + $1::bigint * interval '1 millisecond')`;

// Locks on endpoints are the weak ones of an update, so that a fact that refers to an endpoint never waits for a delivery to it.

// A delivery goes out when no earlier one of the same object waits at the same endpoint.
const isFirst = `d.state = 'waiting' AND NOT EXISTS (SELECT FROM webhook_deliveries b WHERE b.state = 'waiting'
  AND b.endpoint_id = d.endpoint_id AND b.object_id = d.object_id AND b.sequence < d.sequence)`;

// The endpoints that have something waiting, by jumps along the index: their number counts, not that of what waits.
const waiting = `RECURSIVE waiting AS (
  (SELECT endpoint_id FROM webhook_deliveries WHERE state = 'waiting' ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.endpoint_id FROM webhook_deliveries d WHERE d.state = 'waiting' AND d.endpoint_id > w.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
  FROM waiting w WHERE w.endpoint_id IS NOT NULL
)`;

/** How a queue keeps time. */
type QueueDeps = {
  readonly pool: Pool;
  /** How long an endpoint is kept by a process that says nothing any more; longer than a try can take. */
  readonly leaseMs: number;
  /** How far this process's time is ahead of the database's; tests move it. */
  readonly shiftMs: () => number;
  /** For the jitter. */
  readonly random: () => number;
};

export function createQueueStore(deps: QueueDeps) {
  return {
    /** Takes endpoints that have something to be sent now, the longest waiting first. Nobody else has them meanwhile. */
    claim: (limit: number) => claim(deps, limit),

    /**
     * Renews the lease and says what to send next; undefined when there is nothing, or the lease is lost.
     *
     * @param besideObjectId - Looks behind the breaker, for something about another object than this.
     */
    take: (lease: QueueLease, besideObjectId?: string) => take(deps, lease, besideObjectId),

    /** Writes down what came of a try, unless somebody else delivers there by now: then it is as if it had not been made. */
    note: (lease: QueueLease, due: Due, outcome: Outcome) => note(deps, lease, due, outcome),

    /** Lets others deliver there at once. */
    async release({ endpointId, fence }: QueueLease): Promise<void> {
      await deps.pool.query(`UPDATE webhook_endpoints SET lease_until = ${now} WHERE id = $2 AND lease_fence = $3`, [
        deps.shiftMs(),
        endpointId,
        fence.toString(),
      ]);
    },

    /** Ends what has waited for the whole schedule, at an endpoint that was just found to take nothing. */
    async giveUp({ endpointId }: QueueLease): Promise<void> {
      await deps.pool.query(
        `UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL, last_error = 'GIVEN_UP'
         WHERE endpoint_id = $2 AND state = 'waiting' AND begun_at + $3::bigint * interval '1 millisecond' <= ${now}`,
        [deps.shiftMs(), endpointId, horizonMs],
      );
    },

    /** Milliseconds until something is to be sent; undefined when nothing waits. */
    soonestMs: () => readSoonest(deps),

    /**
     * Ends what nobody will deliver: what was written while its endpoint was just being turned off, and what waited for the whole
     * schedule behind others at an endpoint that fails still.
     */
    tidy: () => tidy(deps),
  };
}

async function claim({ pool, leaseMs, shiftMs }: QueueDeps, limit: number): Promise<QueueLease[]> {
  const { rows } = await pool.query<{ id: string; lease_fence: bigint }>(
    `WITH ${waiting}, due AS (
       SELECT e.id FROM webhook_endpoints e
       WHERE e.id IN (SELECT endpoint_id FROM waiting) AND e.state = 'on'
         AND (e.retry_at IS NULL OR e.retry_at <= ${now}) AND (e.lease_until IS NULL OR e.lease_until <= ${now})
         AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.next_attempt_at <= ${now} AND ${isFirst})
       ORDER BY e.lease_until NULLS FIRST LIMIT $2 FOR NO KEY UPDATE OF e SKIP LOCKED
     )
     UPDATE webhook_endpoints e SET lease_fence = lease_fence + 1, lease_until = ${now} + $3::bigint * interval '1 millisecond'
     FROM due WHERE e.id = due.id RETURNING e.id, e.lease_fence`,
    [shiftMs(), limit, leaseMs],
  );
  return rows.map((row) => ({ endpointId: row.id, fence: BigInt(row.lease_fence) }));
}

async function take(
  { pool, leaseMs, shiftMs }: QueueDeps,
  { endpointId, fence }: QueueLease,
  besideObjectId?: string,
): Promise<Due | undefined> {
  const { rows } = await pool.query<DueRow>(
    `WITH held AS (
       UPDATE webhook_endpoints SET lease_until = ${now} + $4::bigint * interval '1 millisecond'
       WHERE id = $2 AND lease_fence = $3 AND state = 'on'
       RETURNING id, url, secret, CASE WHEN previous_secret_until > ${now} THEN previous_secret END AS previous_secret, retry_at
     )
     SELECT d.id AS delivery_id, d.object_id, d.attempts, v.id AS event_id, v.type, v.object_type, v.snapshot, v.created_at,
       held.url, held.secret, held.previous_secret, ${now} AS now
     FROM held CROSS JOIN LATERAL (
       SELECT * FROM webhook_deliveries d
       WHERE d.endpoint_id = held.id AND d.next_attempt_at <= ${now} AND ${isFirst}
         AND CASE WHEN $5::uuid IS NULL THEN held.retry_at IS NULL OR held.retry_at <= ${now} ELSE d.object_id <> $5 END
       ORDER BY CASE WHEN $5::uuid IS NULL THEN 0 ELSE d.attempts END, d.sequence LIMIT 1
     ) d JOIN webhook_events v ON v.id = d.event_id`,
    [shiftMs(), endpointId, fence.toString(), leaseMs, besideObjectId ?? null],
  );
  return rows[0] && toDue(rows[0]);
}

function note(deps: QueueDeps, lease: QueueLease, due: Due, outcome: Outcome): Promise<Noted> {
  return inTransaction(deps.pool, async (connection) => {
    const held = await connection.query(
      'SELECT FROM webhook_endpoints WHERE id = $1 AND lease_fence = $2 FOR NO KEY UPDATE',
      [lease.endpointId, lease.fence.toString()],
    );
    if (held.rowCount !== 1) return 'lost';
    const after = await writeAttempt(deps, connection, due, outcome);
    if (outcome.status === 410) {
      await connection.query(
        `UPDATE webhook_endpoints SET state = 'off', reason = 'ANSWERED_GONE', retry_at = NULL, updated_at = now() WHERE id = $1 AND state = 'on'`,
        [lease.endpointId],
      );
      await endWaiting(connection, lease.endpointId, 'ENDPOINT_OFF');
      return 'off';
    }
    const isDelivered = outcome.error === undefined;
    // The breaker: closed by a delivery, else open until the oldest that failed is tried again, and for the first wait at least.
    await connection.query(
      `UPDATE webhook_endpoints SET retry_at = CASE WHEN NOT $3 THEN greatest(${now} + $4::bigint * interval '1 millisecond', (
         SELECT next_attempt_at FROM webhook_deliveries WHERE endpoint_id = $2 AND state = 'waiting' AND attempts > 0 ORDER BY sequence LIMIT 1
       )) END WHERE id = $2`,
      [deps.shiftMs(), lease.endpointId, isDelivered, Math.round(scheduleMs[1] * (1 - jitter))],
    );
    if (isDelivered) return 'delivered';
    return after === 'failed' ? 'failed' : 'failing';
  });
}

async function writeAttempt(
  { shiftMs, random }: QueueDeps,
  connection: Connection,
  { deliveryId, attempts, now: at }: Due,
  outcome: Outcome,
): Promise<string | undefined> {
  const { answer, durationMs } = outcome;
  const [status, error] = [outcome.status ?? null, outcome.error ?? null];
  const delayMs = error === null || status === 410 ? undefined : nextDelayMs(attempts + 1, random());
  // The last try is at the horizon at the latest. One that was replayed or turned off meanwhile is no longer ours.
  const { rows } = await connection.query<{ state: string }>(
    `WITH told AS (
       INSERT INTO webhook_attempts (delivery_id, at, duration_ms, status, error, answer) VALUES ($2, $3, $4, $5, $6, $7)
     )
     UPDATE webhook_deliveries d SET attempts = d.attempts + 1, last_status = $5, last_error = $6,
       state = CASE WHEN $6::text IS NULL THEN 'delivered' WHEN next.at IS NULL THEN 'failed' ELSE 'waiting' END,
       delivered_at = CASE WHEN $6::text IS NULL THEN ${now} END, next_attempt_at = next.at
     FROM (
       SELECT id, CASE WHEN $8::bigint IS NOT NULL AND ${now} < begun_at + $9::bigint * interval '1 millisecond'
         THEN least(${now} + $8::bigint * interval '1 millisecond', begun_at + $9::bigint * interval '1 millisecond') END AS at
       FROM webhook_deliveries WHERE id = $2
     ) AS next
     WHERE d.id = next.id AND d.state = 'waiting' AND d.attempts = $10 RETURNING d.state`,
    [shiftMs(), deliveryId, at, durationMs, status, error, answer, delayMs ?? null, horizonMs, attempts],
  );
  return rows[0]?.state;
}

async function readSoonest({ pool, shiftMs }: QueueDeps): Promise<number | undefined> {
  const { rows } = await pool.query<{ ms: string | null }>(
    `WITH ${waiting}
     SELECT extract(epoch FROM min(greatest(d.next_attempt_at, e.retry_at, e.lease_until)) - ${now}) * 1000 AS ms
     FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id
     WHERE e.id IN (SELECT endpoint_id FROM waiting) AND e.state = 'on' AND ${isFirst}`,
    [shiftMs()],
  );
  const ms = rows[0]?.ms ?? null;
  return ms === null ? undefined : Math.max(0, Number(ms));
}

async function tidy({ pool, shiftMs }: QueueDeps): Promise<void> {
  await pool.query(
    `UPDATE webhook_deliveries d SET state = 'failed', next_attempt_at = NULL,
       last_error = CASE e.state WHEN 'on' THEN 'GIVEN_UP' WHEN 'off' THEN 'ENDPOINT_OFF' ELSE 'ENDPOINT_REMOVED' END
     FROM webhook_endpoints e
     WHERE d.endpoint_id = e.id AND d.state = 'waiting'
       AND (e.state <> 'on' OR (e.retry_at > ${now} AND d.begun_at + $2::bigint * interval '1 millisecond' <= ${now}))`,
    [shiftMs(), horizonMs],
  );
}

/** Ends everything that waits at an endpoint. */
export async function endWaiting(
  database: Pick<Pool, 'query'>,
  endpointId: string,
  error: Extract<WebhookFailure, 'ENDPOINT_OFF' | 'ENDPOINT_REMOVED'>,
): Promise<void> {
  await database.query(
    `UPDATE webhook_deliveries SET state = 'failed', next_attempt_at = NULL, last_error = $2 WHERE endpoint_id = $1 AND state = 'waiting'`,
    [endpointId, error],
  );
}

/** How many deliveries wait, and for how many seconds the oldest does. */
export async function countWaiting(pool: Pool): Promise<{ readonly waiting: number; readonly oldestSeconds: number }> {
  const { rows } = await pool.query<{ waiting: number; seconds: number }>(
    `SELECT count(*)::integer AS waiting, coalesce(extract(epoch FROM now() - min(begun_at)), 0)::float AS seconds FROM webhook_deliveries WHERE state = 'waiting'`,
  );
  return { waiting: rows[0]?.waiting ?? 0, oldestSeconds: Math.max(0, rows[0]?.seconds ?? 0) };
}

function toDue(row: DueRow): Due {
  return {
    deliveryId: row.delivery_id,
    objectId: row.object_id,
    attempts: row.attempts,
    event: {
      id: row.event_id,
      type: row.type,
      objectType: row.object_type,
      snapshot: row.snapshot,
      createdAt: row.created_at,
    },
    url: row.url,
    secrets: [row.secret, row.previous_secret].filter((secret) => secret !== null),
    now: row.now,
  };
}
