import { expect, it } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { createLeader } from './leader.ts';
import { acquireLease, newLeaseHolder, releaseLease } from './lease.ts';

it('ends when it is told to while it asks for the lead, and leaves that to others', async () => {
  const { pool } = await createTestDatabase();
  const name = 'chain:31337';
  const before = await acquireLease(pool, { name, holder: newLeaseHolder(), ttlMs: 60_000 });
  if (!before) throw new Error('Nobody else can have it.');
  await releaseLease(pool, before);
  // Whoever asks now waits for this transaction, and then gets it.
  const blocker = await pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT FROM leases WHERE name = $1 FOR UPDATE', [name]);

  const unused = new Proxy({}, { get: () => expect.unreachable('It leads nothing.') });
  const leader = createLeader({ pool, chain: { chainId: 31337 }, rpc: unused, log: unused, leaseMs: 60_000 } as never);
  leader.start();
  await expect
    .poll(
      async () =>
        (await pool.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%leases%'`))
          .rowCount,
    )
    .toBeGreaterThan(0);
  const stopped = leader.stop();
  await blocker.query('COMMIT');
  blocker.release();
  await stopped;

  expect(leader.isLeading()).toBe(false);
  expect(await acquireLease(pool, { name, holder: newLeaseHolder(), ttlMs: 60_000 })).toBeDefined();
});
