import type { Pool } from 'pg';
import { parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { addUser, type Following, follow, linkAddress, readChain, readRows, until } from './harness.ts';
import { issueTokens, sendCoin, sendTokens, type TestAccount } from './traffic.ts';

const open: Following[] = [];
let chain: TestChain;
let ann: TestAccount;
let bob: TestAccount;
let pool: Pool;

/** A database of its own: these tests write to the chain past the books, so the books cannot agree with it. */
async function aDatabase(): Promise<Pool> {
  const database = await createTestDatabase();
  database.skipVerify();
  return database.pool;
}

async function followed(...options: Parameters<typeof follow>): Promise<Following> {
  const following = await follow(...options);
  open.push(following);
  return following;
}

beforeAll(async () => {
  chain = await startTestChain();
  [ann, bob] = [await chain.createAccount('5'), await chain.createAccount('5')];
  pool = await aDatabase();
  await addUser(pool, ann.address);
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.stop()));
  await chain.stop();
});

describe('following a chain', () => {
  it('stores transfers that touch linked addresses, and all events of our contracts', async () => {
    const following = await followed({ pool, chain });
    await issueTokens(chain, ann.address, 1_000_000n);
    await sendCoin(chain, ann, bob.address, '1');
    await sendTokens(chain, ann, bob.address, 250_000n);
    await issueTokens(chain, bob.address, 70_000n);
    await sendCoin(chain, bob, chain.addresses.cnyf, '0.5').catch(() => undefined);
    await following.untilHead();
    const rows = await readRows(pool);
    expect(rows.events).toMatchObject([
      { name: 'Issued', address: ann.address, amount: '1000000', token: chain.addresses.cnyf },
      { name: 'Issued', address: bob.address, amount: '70000' },
    ]);
    expect(rows.tokenTransfers).toMatchObject([
      { to_address: ann.address },
      { from_address: ann.address, to_address: bob.address, amount: '250000' },
    ]);
    expect(rows.nativeTransfers).toMatchObject([
      { from_address: ann.address, to_address: bob.address, amount: `${parseEther('1')}` },
    ]);
  });

  it('does not take coin for moved that a failed transaction did not move', async () => {
    const before = (await readRows(pool)).nativeTransfers;
    const hash = await chain.client
      .sendTransaction({ account: ann, to: chain.addresses.cnyf, value: 5n, gas: 100_000n })
      .catch(() => undefined);
    await chain.client.mine({ blocks: 1 });
    const { transactions } = await chain.client.getBlock({ blockTag: 'latest' });
    expect(hash === undefined || transactions.length === 0, 'the node mined it although it failed').toBe(true);
    await until(
      'the head is stored',
      async () => (await readChain(pool))?.head === `${await chain.client.getBlockNumber()}`,
    );
    expect((await readRows(pool)).nativeTransfers).toEqual(before);
  });

  it('follows over blocks that Hardhat mined in one go, which do not name their parents', async () => {
    await chain.client.mine({ blocks: 60 });
    await sendTokens(chain, ann, bob.address, 1n);
    await until(
      'the head is stored',
      async () => (await readChain(pool))?.head === `${await chain.client.getBlockNumber()}`,
    );
    expect((await readRows(pool)).tokenTransfers?.at(-1)).toMatchObject({ amount: '1' });
  });

  it('counts a block as final when three are on top of it, whatever the node calls final', async () => {
    await chain.client.mine({ blocks: 5 });
    const head = await chain.client.getBlockNumber();
    await until('finality follows', async () => (await readChain(pool))?.finalized === `${head - 3n}`);
    expect((await chain.client.getBlock({ blockTag: 'finalized' })).number).toBe(head);
  });

  it('keeps final blocks only where something of ours is in them', async () => {
    const { rows } = await pool.query(`
      SELECT b.number FROM chain_blocks b JOIN chains c USING (chain_id, epoch)
      WHERE b.number < c.finalized_number AND b.number NOT IN (
        SELECT block_number FROM chain_token_transfers UNION SELECT block_number FROM chain_native_transfers UNION SELECT block_number FROM chain_events)`);
    expect(rows).toEqual([]);
    const { rows: orphans } = await pool.query(
      `SELECT block_number FROM chain_events e WHERE NOT EXISTS (SELECT FROM chain_blocks b WHERE b.number = e.block_number AND b.timestamp = e.block_timestamp)`,
    );
    expect(orphans).toEqual([]);
  });
});

describe('reading the past', () => {
  beforeAll(async () => {
    for (let round = 0; round < 12; round += 1) {
      await issueTokens(chain, round % 2 ? ann.address : bob.address, 10_000n * BigInt(round + 1));
      await sendTokens(chain, ann, bob.address, BigInt(round + 1));
      if (round % 3 === 0) await sendCoin(chain, round % 2 ? bob : ann, round % 2 ? ann.address : bob.address);
      await chain.client.mine({ blocks: 7 });
    }
  });

  it('gives the same rows as following did', async () => {
    await until(
      'the follower is there',
      async () => (await readChain(pool))?.head === `${await chain.client.getBlockNumber()}`,
    );
    const late = await aDatabase();
    await addUser(late, ann.address);
    const following = await followed({ pool: late, chain });
    await following.untilHead();
    expect(await readRows(late)).toEqual(await readRows(pool));
  });

  it('gives an address that is linked later all of its past, and its future', async () => {
    const both = await aDatabase();
    await addUser(both, ann.address, bob.address);
    await (await followed({ pool: both, chain })).untilHead();
    const user = await addUser(pool);
    await linkAddress(pool, user, bob.address);
    await until('its past was read', async () => {
      const { rows } = await pool.query(
        `SELECT FROM chain_watched_addresses WHERE address = $1 AND missing_until IS NULL`,
        [bob.address],
      );
      return rows.length === 1;
    });
    expect(await readRows(pool)).toEqual(await readRows(both));
    const stranger = '0x00000000000000000000000000000000000000b5';
    await sendCoin(chain, bob, stranger);
    const hasIt = async (reader: typeof pool) => JSON.stringify(await readRows(reader)).includes(stranger);
    await until('both have the new transfer', async () => (await hasIt(pool)) && (await hasIt(both)));
    expect(await readRows(pool)).toEqual(await readRows(both));
  });

  it('asks four times for an address that nothing ever happened to', async () => {
    const fresh = await chain.createAccount();
    const user = await addUser(pool);
    await linkAddress(pool, user, fresh.address);
    await until('its past was read', async () => {
      const { rows } = await pool.query(
        `SELECT FROM chain_watched_addresses WHERE address = $1 AND missing_until IS NULL`,
        [fresh.address],
      );
      return rows.length === 1;
    });
    expect(JSON.stringify(await readRows(pool))).not.toContain(fresh.address);
  });
});
