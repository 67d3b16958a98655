import type { Pool } from 'pg';
import { parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { addUser, type Following, follow, readChain, readRows, until } from './harness.ts';
import { startNodeProxy } from './node-proxy.ts';
import { issueTokens, sendCoin, sendTokens, type TestAccount } from './traffic.ts';

const open: { stop: () => Promise<void> | void }[] = [];
let chain: TestChain;
let ann: TestAccount;
let bob: TestAccount;

async function aDatabase(): Promise<Pool> {
  const database = await createTestDatabase();
  // The chain is written to past the books, so the books cannot agree with it.
  database.skipVerify();
  await addUser(database.pool, ann.address);
  return database.pool;
}

async function followed(...options: Parameters<typeof follow>): Promise<Following> {
  const following = await follow(...options);
  open.push(following);
  return following;
}

/** What somebody who only ever saw the chain as it is now has stored. */
async function readAfresh(): Promise<Record<string, object[]>> {
  const pool = await aDatabase();
  const following = await follow({ pool, chain });
  await following.untilHead();
  await following.stop();
  return readRows(pool);
}

beforeAll(async () => {
  chain = await startTestChain();
  [ann, bob] = [await chain.createAccount('50'), await chain.createAccount('50')];
  await issueTokens(chain, ann.address, 100_000_000n);
  await chain.finalize();
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.stop()));
  await chain.stop();
});

/** A block with a token transfer, a coin transfer and an issue in it, one transaction after another in one block. */
async function mineTraffic(amount: bigint): Promise<void> {
  await chain.client.setAutomine(false);
  await sendTokens(chain, ann, bob.address, amount);
  await sendCoin(chain, bob, ann.address, '0.001');
  await issueTokens(chain, ann.address, amount * 10_000n);
  await chain.client.mine({ blocks: 1 });
  await chain.client.setAutomine(true);
}

const forms = {
  gone: async (depth: number) => void (await chain.client.mine({ blocks: depth + 1 })),
  'moved to another block': async (depth: number) => {
    await chain.client.mine({ blocks: 1 });
    for (let block = 1; block <= depth; block += 1) await mineTraffic(BigInt(block));
  },
  'replaced by other payments': async (depth: number) => {
    for (let block = 1; block <= depth + 1; block += 1)
      await sendTokens(chain, ann, block % 2 ? '0x00000000000000000000000000000000000000c7' : bob.address, 7n);
  },
  'changed in amount': async (depth: number) => {
    for (let block = 1; block <= depth + 1; block += 1) await mineTraffic(BigInt(block) + 100n);
  },
} as const;

describe('when blocks are replaced', () => {
  let pool: Pool;
  let following: Following;
  beforeAll(async () => {
    pool = await aDatabase();
    following = await followed({ pool, chain });
  });

  const table = [1, 2, 3].flatMap((depth) => Object.entries(forms).map(([form, mine]) => ({ depth, form, mine })));
  it.each(table)(
    'stores what a fresh reader would after $depth blocks whose payments were $form',
    async ({ depth, mine }) => {
      // The anchor: without a block of its own the three deepest could be those of the case before.
      await chain.finalize();
      await following.untilHead();
      const snapshot = await chain.client.snapshot();
      for (let block = 1; block <= depth; block += 1) await mineTraffic(BigInt(block));
      await following.untilHead();
      const before = await readRows(pool);
      await chain.client.revert({ id: snapshot });
      await mine(depth);
      await following.untilHead();
      const after = await readRows(pool);
      expect(after).not.toEqual(before);
      expect(after).toEqual(await readAfresh());
    },
  );

  it('follows a chain that was taken back and goes on from there', async () => {
    await chain.finalize();
    await following.untilHead();
    const snapshot = await chain.client.snapshot();
    await mineTraffic(3n);
    await following.untilHead();
    await chain.client.revert({ id: snapshot });
    await following.untilHead();
    expect(await readRows(pool)).toEqual(await readAfresh());
  });

  it('takes the history entries of dropped payments away', async () => {
    await chain.finalize();
    await following.untilHead();
    const count = async () => (await pool.query('SELECT id FROM history_entries')).rows.length;
    const before = await count();
    const snapshot = await chain.client.snapshot();
    await sendTokens(chain, ann, bob.address, 9n);
    await until('the payment is in the history', async () => (await count()) === before + 1);
    await chain.client.revert({ id: snapshot });
    await chain.client.mine({ blocks: 2 });
    await until('it is not any more', async () => (await count()) === before);
  });
});

describe('when more is replaced than can be', () => {
  it('begins the next epoch of a chain that may, reads it from its start, and puts the old rows aside', async () => {
    const pool = await aDatabase();
    const proxy = await startNodeProxy(chain.rpcUrl);
    open.push({ stop: proxy.close });
    const epochs: number[] = [];
    const following = await followed({
      pool,
      chain,
      rpcUrls: new Map([[chain.chainId, [proxy.url]]]),
      onEpoch: ({ at }) => epochs.push(at.epoch),
    });
    await following.untilHead();
    await chain.finalize();
    await following.untilHead();
    const before = await readRows(pool, 1);
    const other = await startTestChain();
    open.push(other);
    await sendCoin(other, await other.createAccount('5'), ann.address, '2');
    await other.finalize();
    proxy.setTarget(other.rpcUrl);
    await until('the new chain is read', async () => {
      const now = await readChain(pool);
      return now?.epoch === 2 && now.head === `${await other.client.getBlockNumber()}`;
    });
    expect(epochs).toEqual([2]);
    expect(await readRows(pool, 2)).toMatchObject({
      tokenTransfers: [],
      events: [],
      nativeTransfers: [{ to_address: ann.address, amount: `${parseEther('2')}` }],
    });
    expect(await readRows(pool, 1), 'what was final stays as it was').toEqual(before);
    const { rows } = await pool.query('SELECT address FROM chain_watched_addresses WHERE epoch = 2');
    expect(rows).toEqual([{ address: ann.address }]);
  });
});
