import type { Language } from '@feiqian/domain/api/auth';
import type { Pool } from '../database/pool.ts';
import type { MailFailure } from './client.ts';
import { horizonMs, nextDelayMs, scheduleMs } from './schedule.ts';

/** A mail that is ours to send, until somebody with a higher number has taken it. */
export type LeasedMail = {
  readonly id: string;
  readonly fence: bigint;
  readonly template: string;
  readonly language: Language;
  /** As sealed. */
  readonly recipient: string;
  /** What the template is filled in with, as it was written. */
  readonly data: unknown;
  /** Tries that were begun, with this one. */
  readonly attempts: number;
  readonly createdAt: Date;
};

/** Why a mail was not sent, as it is kept. */
export type MailTrouble = {
  readonly error: MailFailure | 'NOT_RENDERED';
  readonly status: string | undefined;
  readonly isFinal: boolean;
};

/** What became of a mail after a try; `lost` when somebody else has it by now. */
export type Noted = 'sent' | 'waiting' | 'failed' | 'lost';

/** The mails that wait in PostgreSQL. */
export type MailStore = ReturnType<typeof createMailStore>;

type StoreDeps = {
  readonly pool: Pool;
  /** How long a mail is kept by a process that says nothing any more; longer than a try can take. */
  readonly leaseMs: number;
  /** How far this process's time is ahead of the database's; tests move it. */
  readonly shiftMs: () => number;
  /** For the jitter. */
  readonly random: () => number;
};

type Raw = {
  id: string;
  lease_fence: bigint;
  template: string;
  language: Language;
  recipient: string;
  data: unknown;
  attempts: number;
  created_at: Date;
};

// Times are the database's, so that the clocks of replicas do not matter; $1 is how far a test is ahead of it.
const now = `(now() + $1::bigint * interval '1 millisecond')`;
const isFree = `state = 'waiting' AND (lease_until IS NULL OR lease_until <= ${now})`;

export function createMailStore(deps: StoreDeps) {
  const { pool, shiftMs } = deps;
  return {
    /** Takes the mail that has been due for longest; nobody else has it meanwhile. The try counts from here on, whatever becomes of it. */
    claim: () => claim(deps),

    /** It is on its way: nobody needs the address any more. */
    async noteSent({ id, fence }: LeasedMail): Promise<Noted> {
      const { rowCount } = await pool.query(
        `UPDATE mails SET state = 'sent', recipient = NULL, next_attempt_at = NULL, lease_until = NULL, last_error = NULL, last_status = NULL, ended_at = ${now}
         WHERE id = $2 AND lease_fence = $3 AND state = 'waiting'`,
        [shiftMs(), id, fence.toString()],
      );
      return rowCount === 1 ? 'sent' : 'lost';
    },

    /** Plans the next try, or ends the mail. */
    noteTrouble: (mail: LeasedMail, trouble: MailTrouble) => noteTrouble(deps, mail, trouble),

    /** Lets others send it at once. */
    async release({ id, fence }: LeasedMail): Promise<void> {
      await pool.query(
        `UPDATE mails SET lease_until = ${now} WHERE id = $2 AND lease_fence = $3 AND state = 'waiting'`,
        [shiftMs(), id, fence.toString()],
      );
    },

    /** Ends what took every process down that tried to send it. @returns what it was. */
    async tidy(): Promise<readonly Pick<LeasedMail, 'id' | 'template'>[]> {
      const { rows } = await pool.query<{ id: string; template: string }>(
        `UPDATE mails SET state = 'failed', next_attempt_at = NULL, last_error = 'GIVEN_UP', ended_at = ${now}
         WHERE ${isFree} AND attempts >= $2 RETURNING id, template`,
        [shiftMs(), scheduleMs.length],
      );
      return rows;
    },

    /** Milliseconds until something is to be sent; undefined when nothing waits. */
    async soonestMs(): Promise<number | undefined> {
      const { rows } = await pool.query<{ ms: string | null }>(
        `SELECT extract(epoch FROM min(greatest(next_attempt_at, lease_until)) - ${now}) * 1000 AS ms FROM mails WHERE state = 'waiting'`,
        [shiftMs()],
      );
      const ms = rows[0]?.ms ?? null;
      return ms === null ? undefined : Math.max(0, Number(ms));
    },
  };
}

async function claim({ pool, leaseMs, shiftMs }: StoreDeps): Promise<LeasedMail | undefined> {
  const { rows } = await pool.query<Raw>(
    `WITH due AS (
       SELECT id FROM mails WHERE ${isFree} AND next_attempt_at <= ${now} AND attempts < $3
       ORDER BY next_attempt_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
     )
     UPDATE mails m SET lease_fence = lease_fence + 1, lease_until = ${now} + $2::bigint * interval '1 millisecond', attempts = attempts + 1
     FROM due WHERE m.id = due.id
     RETURNING m.id, m.lease_fence, m.template, m.language, m.recipient, m.data, m.attempts, m.created_at`,
    [shiftMs(), leaseMs, scheduleMs.length],
  );
  const [row] = rows;
  return (
    row && {
      id: row.id,
      fence: BigInt(row.lease_fence),
      template: row.template,
      language: row.language,
      recipient: row.recipient,
      data: row.data,
      attempts: row.attempts,
      createdAt: row.created_at,
    }
  );
}

async function noteTrouble(
  { pool, shiftMs, random }: StoreDeps,
  { id, fence, attempts }: LeasedMail,
  { error, status, isFinal }: MailTrouble,
): Promise<Noted> {
  const delayMs = isFinal ? undefined : nextDelayMs(attempts, random());
  // The last try is at the horizon at the latest.
  const { rows } = await pool.query<{ state: Noted }>(
    `UPDATE mails m SET state = CASE WHEN next.at IS NULL THEN 'failed' ELSE 'waiting' END, next_attempt_at = next.at, lease_until = NULL,
       last_error = $4, last_status = $5, ended_at = CASE WHEN next.at IS NULL THEN ${now} END
     FROM (
       SELECT id, CASE WHEN $6::bigint IS NOT NULL AND ${now} < begun_at + $7::bigint * interval '1 millisecond'
         THEN least(${now} + $6::bigint * interval '1 millisecond', begun_at + $7::bigint * interval '1 millisecond') END AS at
       FROM mails WHERE id = $2
     ) AS next
     WHERE m.id = next.id AND m.lease_fence = $3 AND m.state = 'waiting' RETURNING m.state`,
    [shiftMs(), id, fence.toString(), error, status ?? null, delayMs ?? null, horizonMs],
  );
  return rows[0]?.state ?? 'lost';
}

/** How many mails wait, and for how many seconds the oldest does. */
export async function countWaiting(pool: Pool): Promise<{ readonly waiting: number; readonly oldestSeconds: number }> {
  const { rows } = await pool.query<{ waiting: number; seconds: number }>(
    `SELECT count(*)::integer AS waiting, coalesce(extract(epoch FROM now() - min(begun_at)), 0)::float AS seconds FROM mails WHERE state = 'waiting'`,
  );
  return { waiting: rows[0]?.waiting ?? 0, oldestSeconds: Math.max(0, rows[0]?.seconds ?? 0) };
}
