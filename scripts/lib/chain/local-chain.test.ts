import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestClient, http, parseEther, publicActions, walletActions, webSocket } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { hardhat } from 'viem/chains';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalChain, startLocalChain } from './local-chain.ts';

const quietIntervalMs = 3_600_000;

let folder: string;
let open: LocalChain[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feiqian-chain-'));
  open = [];
});

afterEach(async () => {
  for (const chain of open) await chain.close();
  rmSync(folder, { recursive: true });
});

function logPath(): string {
  return join(folder, 'log.jsonl');
}

async function start(blockIntervalMs = quietIntervalMs) {
  const chain = await startLocalChain({ logPath: logPath(), port: 0, blockIntervalMs });
  open.push(chain);
  return { chain, client: connect(chain) };
}

async function restart(chain: LocalChain, blockIntervalMs = quietIntervalMs) {
  await chain.close();
  open.splice(open.indexOf(chain), 1);
  return start(blockIntervalMs);
}

function connect({ rpcUrl }: LocalChain) {
  return createTestClient({ mode: 'hardhat', chain: hardhat, transport: http(rpcUrl), pollingInterval: 20 })
    .extend(publicActions)
    .extend(walletActions);
}

type Client = ReturnType<typeof connect>;

async function listBlockHashes(client: Client) {
  const last = await client.getBlockNumber({ cacheTime: 0 });
  return Promise.all(
    Array.from(
      { length: Number(last) + 1 },
      async (_, index) => (await client.getBlock({ blockNumber: BigInt(index) })).hash,
    ),
  );
}

/** A bit of everything: plain and raw transactions, a revert, impersonation, settings, time travel, a reorg. */
async function makeHistory(client: Client) {
  const [from] = await client.getAddresses();
  if (!from) throw new Error('The node has no accounts.');
  const account = privateKeyToAccount(generatePrivateKey());
  await client.setBalance({ address: account.address, value: parseEther('5') });
  await client.sendTransaction({ account, to: from, value: 1n });
  await client.sendTransaction({ account: from, to: account.address, value: 2n });
  const snapshot = await client.snapshot();
  await client.sendTransaction({ account: from, to: account.address, value: 3n });
  await client.mine({ blocks: 2 });
  await client.revert({ id: snapshot });
  await client.sendTransaction({ account: from, to: account.address, value: 4n });
  await client.increaseTime({ seconds: 86_400 });
  await client.mine({ blocks: 1 });
  // Creation code that reverts at once: the node answers with an error and mines the transaction all the same.
  await expect(client.sendTransaction({ account: from, data: '0x60006000fd', gas: 200_000n })).rejects.toThrow();
  await client.mine({ blocks: 5, interval: 7 });
  return account.address;
}

describe('the local chain', () => {
  it('comes back block by block after a restart', async () => {
    const { chain, client } = await start();
    const address = await makeHistory(client);
    const before = { hashes: await listBlockHashes(client), balance: await client.getBalance({ address }) };
    const again = await restart(chain);
    expect(await listBlockHashes(again.client)).toEqual(before.hashes);
    expect(await again.client.getBalance({ address })).toBe(before.balance);
    const third = await restart(again.chain);
    expect(await listBlockHashes(third.client)).toEqual(before.hashes);
  });

  it('goes on from where it was, with its clock at the present', async () => {
    const { chain, client } = await start();
    await client.mine({ blocks: 1 });
    const again = await restart(chain);
    await again.client.mine({ blocks: 1 });
    const { number, timestamp } = await again.client.getBlock();
    expect(number).toBe(2n);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('gives the same blocks whatever was read in between', async () => {
    const { chain, client } = await start();
    const [from] = await client.getAddresses();
    if (!from) throw new Error('The node has no accounts.');
    await client.getBlock({ blockTag: 'pending' });
    await client.estimateGas({ account: from, to: from, value: 1n });
    await client.sendTransaction({ account: from, to: from, value: 1n });
    await client.call({ account: from, to: from, value: 1n });
    await client.getBlock({ blockTag: 'pending' });
    await client.mine({ blocks: 1 });
    const hashes = await listBlockHashes(client);
    const again = await restart(chain);
    expect(await listBlockHashes(again.client)).toEqual(hashes);
  });

  it('keeps a jump in time over a restart', async () => {
    const { chain, client } = await start();
    await client.increaseTime({ seconds: 86_400 });
    await client.mine({ blocks: 1 });
    const again = await restart(chain);
    await again.client.mine({ blocks: 1 });
    expect(Number((await again.client.getBlock()).timestamp) - Date.now() / 1000).toBeGreaterThan(86_300);
  });

  it('lets many transactions share a second instead of running ahead of the wall clock', async () => {
    const { client } = await start();
    const [from] = await client.getAddresses();
    for (let index = 0; index < 30; index += 1)
      await client.sendTransaction({ account: from ?? null, to: from ?? null, value: 1n });
    expect(Number((await client.getBlock()).timestamp) - Date.now() / 1000).toBeLessThan(2);
  });

  it('mines three blocks on top of a change', async () => {
    const { client } = await start(20);
    const [from] = await client.getAddresses();
    await client.sendTransaction({ account: from ?? null, to: from ?? null, value: 1n });
    await expect.poll(() => client.getBlockNumber({ cacheTime: 0 }), { timeout: 20_000 }).toBe(4n);
  });

  it('finishes making a change final after a restart', async () => {
    const { chain, client } = await start();
    const [from] = await client.getAddresses();
    await client.sendTransaction({ account: from ?? null, to: from ?? null, value: 1n });
    const again = await restart(chain, 20);
    await expect.poll(() => again.client.getBlockNumber({ cacheTime: 0 }), { timeout: 20_000 }).toBe(4n);
  });

  it('pushes new blocks to WebSocket subscribers', async () => {
    const { chain, client } = await start();
    const socket = createTestClient({
      mode: 'hardhat',
      chain: hardhat,
      transport: webSocket(chain.rpcUrl.replace('http', 'ws')),
    }).extend(publicActions);
    const seen = new Promise((resolve, reject) => {
      const stop = socket.watchBlockNumber({
        onBlockNumber: (number) => {
          stop();
          resolve(number);
        },
        onError: reject,
        emitOnBegin: false,
      });
    });
    await expect
      .poll(async () => {
        await client.mine({ blocks: 1 });
        return Promise.race([seen, Promise.resolve(undefined)]);
      })
      .toBeTypeOf('bigint');
    await (await socket.transport.getRpcClient?.())?.close();
  });

  it('refuses what its log could not bring back', async () => {
    const { client } = await start();
    await expect(client.reset()).rejects.toThrow(/--fresh/);
    await expect(client.setIntervalMining({ interval: 1 })).rejects.toThrow(/not supported/);
  });

  it('logs no transaction that the node turned down', async () => {
    const { client } = await start();
    const size = readFileSync(logPath()).length;
    await expect(client.sendRawTransaction({ serializedTransaction: '0x02c0' })).rejects.toThrow();
    expect(readFileSync(logPath()).length).toBe(size);
  });

  it('cuts off a line that was half-written when the power went', async () => {
    const { chain, client } = await start();
    await client.mine({ blocks: 2 });
    const hashes = await listBlockHashes(client);
    await chain.close();
    open.pop();
    appendFileSync(logPath(), '{"method":"evm_mi');
    const again = await start();
    expect(await listBlockHashes(again.client)).toEqual(hashes);
  });

  it('says so when the log gives another chain than it did', async () => {
    const { chain, client } = await start();
    await client.mine({ blocks: 2 });
    await chain.close();
    open.pop();
    writeFileSync(
      logPath(),
      readFileSync(logPath(), 'utf8').replace(/"timeSeconds":(\d+)/, (_, time) => `"timeSeconds":${Number(time) - 1}`),
    );
    await expect(startLocalChain({ logPath: logPath(), port: 0 })).rejects.toThrow(/--fresh/);
  });
});
