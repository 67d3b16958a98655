import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { acquireLease, inLeaderTransaction, LeaseLost, releaseLease } from './lease.ts';

describe('leases', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  const take = (name: string, holder: string, ttlMs = 60_000) => acquireLease(database.pool, { name, holder, ttlMs });
  /** As if the holder had said nothing for longer than its lease lasts. */
  const expire = (name: string) =>
    database.pool.query(`UPDATE leases SET expires_at = now() - interval '1 second' WHERE name = $1`, [name]);

  it('has one holder at a time', async () => {
    const first = await take('one', 'a');
    expect(first).toMatchObject({ holder: 'a', fence: 1n });
    expect(await take('one', 'b')).toBeUndefined();
    expect(await take('one', 'a'), 'renewing keeps the number').toEqual(first);
  });

  it('is taken over with a higher number once it has expired', async () => {
    await take('late', 'a');
    await expire('late');
    expect(await take('late', 'b')).toMatchObject({ holder: 'b', fence: 2n });
  });

  it('can be taken at once when it was given back', async () => {
    const lease = await take('back', 'a');
    if (lease) await releaseLease(database.pool, lease);
    expect(await take('back', 'b')).toMatchObject({ holder: 'b' });
  });

  it('refuses the write of a leader that slept while another took over', async () => {
    const sleeper = await take('fence', 'a');
    await expire('fence');
    await take('fence', 'b');
    if (!sleeper) throw new Error('Nobody held it before.');
    let isRun = false;
    const write = inLeaderTransaction(database.pool, sleeper, async () => {
      isRun = true;
    });
    await expect(write).rejects.toBeInstanceOf(LeaseLost);
    expect(isRun).toBe(false);
  });

  it('lets nobody take over in the middle of a write', async () => {
    const lease = await take('middle', 'a');
    if (!lease) throw new Error('Nobody held it before.');
    await expire('middle');
    const order: string[] = [];
    let taking: Promise<unknown> = Promise.resolve();
    await inLeaderTransaction(database.pool, lease, async () => {
      taking = take('middle', 'b').then(() => order.push('taken'));
      // Long enough for the other to be waiting: its backend says so.
      for (let waits = 0; waits === 0; ) {
        const { rows } = await database.pool.query<{ waits: string }>(
          `SELECT count(*) AS waits FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO leases%'`,
        );
        waits = Number(rows[0]?.waits ?? 0);
      }
      order.push('written');
    });
    await taking;
    expect(order).toEqual(['written', 'taken']);
  });
});
