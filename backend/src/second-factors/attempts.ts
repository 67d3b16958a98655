import type { Connection } from '../database/pool.ts';

const minuteMs = 60_000;
/** After so many wrong codes in a row nothing is taken for a while; after as many again for longer. */
const failuresPerLock = 5;
const lockMs = [15 * minuteMs, 60 * minuteMs, 24 * 60 * minuteMs] as const;

/** How long nothing is taken after the last wrong code; undefined while more may be tried. */
export function lockAfter(failures: number): number | undefined {
  if (failures === 0 || failures % failuresPerLock !== 0) return undefined;
  return lockMs[Math.min(failures / failuresPerLock, lockMs.length) - 1];
}

/** Wrong codes since the last right one, and until when none is taken. */
export type Attempts = { readonly failures: number; readonly lockedUntil: Date | undefined };

/** Reads what somebody has tried. Until the transaction ends nobody else tries for them, at this replica or another. */
export async function holdAttempts(connection: Connection, userId: string): Promise<Attempts> {
  await connection.query('INSERT INTO factor_attempts (user_id) VALUES ($1) ON CONFLICT DO NOTHING', [userId]);
  const { rows } = await connection.query<{ failures: number; locked_until: Date | null }>(
    'SELECT failures, locked_until FROM factor_attempts WHERE user_id = $1 FOR UPDATE',
    [userId],
  );
  return { failures: rows[0]?.failures ?? 0, lockedUntil: rows[0]?.locked_until ?? undefined };
}

/** A right code: nothing is held against anybody any more. */
export async function forgiveAttempts(connection: Connection, userId: string): Promise<void> {
  await connection.query('UPDATE factor_attempts SET failures = 0, locked_until = NULL WHERE user_id = $1', [userId]);
}

/** Counts a wrong code. @returns until when nothing is taken from here on, if so. */
export async function countFailure(
  connection: Connection,
  { userId, failures, now }: { readonly userId: string; readonly failures: number; readonly now: Date },
): Promise<Date | undefined> {
  const ms = lockAfter(failures + 1);
  const lockedUntil = ms === undefined ? undefined : new Date(now.getTime() + ms);
  await connection.query('UPDATE factor_attempts SET failures = $2, locked_until = $3 WHERE user_id = $1', [
    userId,
    failures + 1,
    lockedUntil ?? null,
  ]);
  return lockedUntil;
}
