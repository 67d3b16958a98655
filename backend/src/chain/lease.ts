import { randomUUID } from 'node:crypto';
import { type Connection, inTransaction, type Pool } from '../database/pool.ts';

/** The right to lead something, as long as nobody with a higher number has taken it. */
export type Lease = {
  readonly name: string;
  readonly holder: string;
  /** Grows with every change of the holder; whoever has an older one may not write any more. */
  readonly fence: bigint;
  /** How long it lasts without being renewed, milliseconds. */
  readonly ttlMs: number;
};

// A busy machine is not a stopped one.
const idleMinMs = 2_000;

/** A leader wrote after somebody else had taken over. Its work is void; it has to begin again from what is stored. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** A name for one process in one run; a restarted process is somebody else. */
export const newLeaseHolder = (): string => randomUUID();

/**
 * Takes or renews a lease. Times are the database's, so that the clocks of replicas do not matter.
 *
 * @param ttlMs - How long it lasts without being renewed.
 * @returns undefined while somebody else holds it.
 */
export async function acquireLease(
  pool: Pool,
  { name, holder, ttlMs }: { readonly name: string; readonly holder: string; readonly ttlMs: number },
): Promise<Lease | undefined> {
  const { rows } = await pool.query<{ fence: bigint }>({
    name: 'acquire_lease',
    text: `INSERT INTO leases AS held (name, holder, fence, expires_at) VALUES ($1, $2, 1, now() + $3 * interval '1 ms')
           ON CONFLICT (name) DO UPDATE SET holder = $2, expires_at = excluded.expires_at,
             fence = held.fence + CASE WHEN held.holder = $2 THEN 0 ELSE 1 END
           WHERE held.holder = $2 OR held.expires_at < now()
           RETURNING fence`,
    values: [name, holder, ttlMs],
  });
  const [row] = rows;
  return row && { name, holder, fence: BigInt(row.fence), ttlMs };
}

/** Lets others lead at once. Harmless when the lease was lost before. */
export async function releaseLease(pool: Pool, { name, holder, fence }: Lease): Promise<void> {
  await pool.query('UPDATE leases SET expires_at = now() WHERE name = $1 AND holder = $2 AND fence = $3', [
    name,
    holder,
    fence.toString(),
  ]);
}

/**
 * Makes sure, for the rest of this database transaction, that nobody else leads: whoever wants to take over waits for its end.
 * Every transaction of a leader begins with it. A leader that is stopped in the middle would keep everybody waiting, so the
 * database gives up on a transaction in which nothing happens for two leases.
 *
 * @throws {LeaseLost} when somebody else does already.
 */
export async function requireLease(connection: Connection, { name, holder, fence, ttlMs }: Lease): Promise<void> {
  const { rowCount } = await connection.query({
    name: 'require_lease',
    text: `SELECT set_config('idle_in_transaction_session_timeout', $4, true) FROM leases WHERE name = $1 AND holder = $2 AND fence = $3 FOR SHARE`,
    values: [name, holder, fence.toString(), `${Math.max(ttlMs * 2, idleMinMs)}`],
  });
  if (rowCount !== 1) throw new LeaseLost(`Somebody else leads ${name} by now.`);
}

/**
 * Runs `work` in one database transaction as the leader.
 *
 * @throws {LeaseLost} when somebody else leads by now.
 */
export async function inLeaderTransaction<T>(
  pool: Pool,
  lease: Lease,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  return inTransaction(pool, async (connection) => {
    await requireLease(connection, lease);
    return work(connection);
  });
}
