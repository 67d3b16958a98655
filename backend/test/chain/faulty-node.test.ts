import type { Pool } from 'pg';
import { toHex, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { addUser, type Following, follow, readChain, readRows, until } from './harness.ts';
import { type NodeProxy, startNodeProxy } from './node-proxy.ts';
import { issueTokens, sendCoin, sendTokens, type TestAccount } from './traffic.ts';

const open: { stop: () => Promise<void> | void }[] = [];
let chain: TestChain;
let ann: TestAccount;
let bob: TestAccount;

beforeAll(async () => {
  chain = await startTestChain();
  [ann, bob] = [await chain.createAccount('5'), await chain.createAccount('5')];
  await issueTokens(chain, ann.address, 1_000_000n);
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.stop()));
  await chain.stop();
});

/** Follows through proxies, of which the first can be broken. */
async function throughProxies(
  count: number,
): Promise<{ pool: Pool; following: Following; proxies: readonly [NodeProxy, ...NodeProxy[]] }> {
  const database = await createTestDatabase();
  database.skipVerify();
  await addUser(database.pool, ann.address);
  const proxies: NodeProxy[] = [];
  for (let index = 0; index < count; index += 1) proxies.push(await startNodeProxy(chain.rpcUrl));
  const [first, ...rest] = proxies;
  if (!first) throw new Error('At least one proxy is needed.');
  for (const proxy of proxies) open.push({ stop: proxy.close });
  const following = await follow({
    pool: database.pool,
    chain,
    rpcUrls: new Map([[chain.chainId, proxies.map(({ url }) => url)]]),
    pace: { pollMinMs: 10, pollMaxMs: 50 },
  });
  open.push(following);
  await following.untilHead();
  return { pool: database.pool, following, proxies: [first, ...rest] };
}

type LogLike = { data: string; address: string };

const lies: Record<string, Parameters<NodeProxy['tamper']>[0]> = {
  'leaves a log out': (call, result) => (call.method === 'eth_getLogs' ? (result as unknown[]).slice(1) : result),
  'adds a log': (call, result) =>
    call.method === 'eth_getLogs'
      ? [
          ...(result as LogLike[]),
          { ...(result as LogLike[])[0], address: '0x00000000000000000000000000000000000000ee' },
        ]
      : result,
  'gives logs of another block': (call, result) =>
    call.method === 'eth_getLogs' ? (result as object[]).map((log) => ({ ...log, blockHash: zeroHash })) : result,
  'gives logs that were removed': (call, result) =>
    call.method === 'eth_getLogs' ? (result as object[]).map((log) => ({ ...log, removed: true })) : result,
  'gives a block that does not follow': (call, result) =>
    call.method === 'eth_getBlockByNumber' && call.params[1] === true && result
      ? { ...(result as object), parentHash: `0x${'11'.repeat(32)}` }
      : result,
  'gives a receipt of another block': (call, result) =>
    call.method === 'eth_getTransactionReceipt' ? { ...(result as object), blockHash: zeroHash } : result,
};

describe('a node whose answers contradict each other', () => {
  it.each(Object.entries(lies))('that %s is not believed, and another one is asked', async (_, lie) => {
    const { pool, following, proxies } = await throughProxies(2);
    const before = await readRows(pool);
    for (const proxy of proxies) proxy.tamper(lie);
    await chain.client.setAutomine(false);
    await sendTokens(chain, ann, bob.address, 1n);
    await sendCoin(chain, ann, bob.address);
    await chain.client.mine({ blocks: 1 });
    await chain.client.setAutomine(true);
    await until('it is noticed', async () => (await readChain(pool))?.status === 'unavailable');
    expect((await readChain(pool))?.reason).toBe('node_contradicts_itself');
    expect(await readRows(pool)).toEqual(before);
    proxies[1]?.tamper(undefined);
    await following.untilHead();
    const after = await readRows(pool);
    expect(after.tokenTransfers).toHaveLength((before.tokenTransfers?.length ?? 0) + 1);
    expect(after.nativeTransfers).toHaveLength((before.nativeTransfers?.length ?? 0) + 1);
    expect((await readChain(pool))?.status).toBe('following');
  });
});

describe('a node that goes away', () => {
  it('makes the chain unavailable, and everything is read once it is back', async () => {
    const { pool, following, proxies } = await throughProxies(1);
    proxies[0].setAway(true);
    await until('the chain is unavailable', async () => (await readChain(pool))?.status === 'unavailable');
    expect((await readChain(pool))?.reason).toBe('node_unreachable');
    await expect(following.chains.get(chain.chainId).rpc.call('eth_blockNumber', [])).rejects.toMatchObject({
      code: 'CHAIN_UNAVAILABLE',
    });
    for (let block = 0; block < 50; block += 1) await sendTokens(chain, ann, bob.address, 1n);
    const before = await readRows(pool);
    proxies[0].setAway(false);
    await following.untilHead();
    expect((await readRows(pool)).tokenTransfers).toHaveLength((before.tokenTransfers?.length ?? 0) + 50);
    expect((await readChain(pool))?.status).toBe('following');
  });

  it('is replaced by the next one at once', async () => {
    const { pool, following, proxies } = await throughProxies(2);
    proxies[0].setAway(true);
    await sendTokens(chain, ann, bob.address, 1n);
    await following.untilHead();
    expect((await readChain(pool))?.status).toBe('following');
  });
});

describe('a node that is behind', () => {
  it('is waited for, and takes nothing away from a chain that may not begin anew', async () => {
    const database = await createTestDatabase();
    database.skipVerify();
    const { pool } = database;
    await addUser(pool, ann.address);
    const proxy = await startNodeProxy(chain.rpcUrl);
    const following = await follow({
      pool,
      chain,
      config: { ephemeral: false },
      rpcUrls: new Map([[chain.chainId, [proxy.url]]]),
      pace: { pollMinMs: 10, pollMaxMs: 20 },
    });
    open.push({ stop: proxy.close }, following);
    // One by one: of more at once Hardhat makes blocks that do not name their parents.
    for (let block = 0; block < 10; block += 1) await chain.client.mine({ blocks: 1 });
    await following.untilHead();
    const [before, rows] = [await readChain(pool), await readRows(pool)];
    const late = toHex(Number(before?.head) - 6);
    const lateBlock = await following.chains.get(chain.chainId).rpc.call('eth_getBlockByNumber', [late, false]);
    proxy.tamper((call, result) => {
      const [number] = call.params;
      if (call.method !== 'eth_getBlockByNumber') return result;
      return number === 'latest' ? lateBlock : typeof number === 'string' && number > late ? null : result;
    });
    const looks = proxy.seen.length;
    await until('it has been looked at a few times', async () => proxy.seen.length > looks + 20);
    expect(await readChain(pool)).toEqual(before);
    expect(await readRows(pool)).toEqual(rows);
    proxy.tamper(undefined);
    await sendTokens(chain, ann, bob.address, 1n);
    await following.untilHead();
  });
});

type Disturbance = NonNullable<Parameters<NodeProxy['disturb']>[0]>;

const refuseAll =
  (code: number, message: string): Disturbance =>
  (calls) => {
    const replies = calls.map(({ id }) => ({ jsonrpc: '2.0', id, error: { code, message } }));
    return { body: JSON.stringify(replies.length === 1 ? replies[0] : replies) };
  };

const disturbances: Record<string, Disturbance> = {
  'says 429 and when to come again': () => ({ status: 429, headers: { 'retry-after': '1' }, body: 'slow down' }),
  'says in JSON that the limit is exceeded': refuseAll(-32_005, 'limit exceeded'),
  'says in JSON that something is broken': refuseAll(-32_603, 'internal error'),
  'answers 502 with a page': () => ({ status: 502, body: '<html>Bad Gateway</html>' }),
  'breaks off in the middle': (_calls, truth) => ({ body: truth.slice(0, Math.floor(truth.length / 2)) }),
  'says nothing': () => ({ body: '' }),
  'leaves out the last of several answers': (calls, truth) =>
    calls.length > 1
      ? { body: JSON.stringify((JSON.parse(truth) as unknown[]).slice(0, -1)) }
      : { status: 503, body: '' },
  'answers one call twice and another never': (calls, truth) => {
    const replies = JSON.parse(truth) as object[];
    return calls.length > 1
      ? { body: JSON.stringify([...replies.slice(0, -1), replies[0]]) }
      : { body: JSON.stringify({ ...replies, id: 0 }) };
  },
  'knows no block': (calls) => {
    const replies = calls.map(({ id }) => ({ jsonrpc: '2.0', id, result: null }));
    return { body: JSON.stringify(replies.length === 1 ? replies[0] : replies) };
  },
};

/** What somebody has stored who asks a node that is well. */
async function readAfresh(): Promise<Record<string, object[]>> {
  const database = await createTestDatabase();
  database.skipVerify();
  await addUser(database.pool, ann.address);
  const following = await follow({ pool: database.pool, chain });
  await following.untilHead();
  await following.stop();
  return readRows(database.pool);
}

describe('a node that does not answer as it should', () => {
  const names = Object.keys(disturbances);

  it('in any of nine ways makes nothing wrong, and everything is read afterwards', {
    timeout: 90_000,
  }, async () => {
    // All at the same time: each of them is waited for between one question and the next.
    const views = await Promise.all(names.map(async (name) => ({ name, ...(await throughProxies(1)) })));
    const before = await Promise.all(views.map(({ pool }) => readRows(pool)));
    const asked = views.map(({ name, proxies }) => {
      proxies[0].disturb(disturbances[name]);
      return proxies[0].seen.length;
    });
    await sendTokens(chain, ann, bob.address, 1n);
    for (const [index, { name, pool, proxies }] of views.entries()) {
      await until(`${name}: it was asked again`, async () => proxies[0].seen.length > (asked[index] ?? 0) + 5);
      expect(await readRows(pool), name).toEqual(before[index]);
    }
    for (const { proxies } of views) proxies[0].disturb(undefined);
    const truth = await readAfresh();
    for (const { name, pool, following } of views) {
      await following.untilHead();
      expect(await readRows(pool), name).toEqual(truth);
      expect((await readChain(pool))?.status, name).toBe('following');
      await following.stop();
    }
  });

  it('one time in four is followed all the same', async () => {
    const { pool, following, proxies } = await throughProxies(1);
    const all = Object.values(disturbances);
    let asked = 0;
    proxies[0].disturb((calls, truth) => {
      asked += 1;
      return asked % 4 === 0 ? all[(asked / 4) % all.length]?.(calls, truth) : undefined;
    });
    for (let block = 0; block < 8; block += 1) await sendTokens(chain, ann, bob.address, 1n);
    await following.untilHead();
    expect(await readRows(pool)).toEqual(await readAfresh());
  });

  it('twenty times in a row, with one more block each time, is read without a gap', async () => {
    const { pool, following, proxies } = await throughProxies(2);
    for (let block = 0; block < 20; block += 1) {
      proxies[block % 2]?.setAway(true);
      proxies[(block + 1) % 2]?.setAway(false);
      await sendTokens(chain, ann, bob.address, 1n);
    }
    await following.untilHead();
    expect(await readRows(pool)).toEqual(await readAfresh());
  });
});
