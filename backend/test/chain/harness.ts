/** Follows a test chain as the service does, and helps tests to wait for what they expect. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chain } from '@feiqian/domain/chains';
import type { Pool } from 'pg';
import type { Address } from 'viem';
import { type Chains, type ChainsOptions, createChains } from '../../src/chain/chains.ts';
import type { EndedTransaction } from '../../src/chain/follow-up.ts';
import type { TestChain } from '../support/chain.ts';

const waitMaxMs = 15_000;

/**
 * Waits until a condition holds, looking every few milliseconds.
 *
 * @throws {Error} naming what was waited for when it does not come true.
 */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + waitMaxMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited too long until ${what}.`);
    await delay(5);
  }
}

/** The service's view of a test chain. */
export type Following = {
  readonly chains: Chains;
  /** What was told to have ended, in order. */
  readonly ended: EndedTransaction[];
  /** Resolves when everything that the node has is stored. */
  readonly untilHead: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type FollowOptions = { readonly pool: Pool; readonly chain: TestChain } & Partial<
  Pick<ChainsOptions, 'settings' | 'leaseMs' | 'pace' | 'onEnded' | 'rpcUrls' | 'onEpoch' | 'issuerKey' | 'relayerKey'>
> & { readonly config?: Partial<Chain> };

/** Starts to follow a test chain. */
export async function follow({ pool, chain, config, ...options }: FollowOptions): Promise<Following> {
  const ended: EndedTransaction[] = [];
  const chains = createChains({
    pool,
    chains: [{ ...chain.chain, ...config }],
    rpcUrls: new Map([[chain.chainId, [chain.rpcUrl]]]),
    issuerKey: chain.keys.issuer,
    relayerKey: chain.keys.relayer,
    log: quiet,
    leaseMs: 600,
    onEnded: async (one) => void ended.push(one),
    ...options,
  });
  await chains.start();
  return {
    chains,
    ended,
    untilHead: () => untilHead(pool, chain),
    stop: () => chains.stop(),
  };
}

const quiet =
  process.env.CHAIN_LOG === undefined
    ? { info: () => undefined, warn: () => undefined, error: () => undefined }
    : console;

/** Waits until the stored head is the node's. */
export async function untilHead(pool: Pool, chain: TestChain): Promise<void> {
  await until('the head is stored', async () => {
    const { number, hash } = await chain.client.getBlock();
    const { rows } = await pool.query<{ head_number: string | null; head_hash: string | null }>(
      'SELECT head_number, head_hash FROM chains WHERE chain_id = $1',
      [chain.chainId],
    );
    return rows[0]?.head_hash === hash && `${rows[0]?.head_number}` === `${number}`;
  });
}

/** Makes a person, with addresses that count as proved. */
export async function addUser(pool: Pool, ...addresses: readonly Address[]): Promise<string> {
  const id = randomUUID();
  const name = `u${id.slice(0, 8)}`;
  await pool.query(
    `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, $2, $3, '{}', 'none', 'en', 'USD')`,
    [id, `${name}@example.org`, name],
  );
  for (const address of addresses) await linkAddress(pool, id, address);
  return id;
}

/** Links an address as if it had been proved. */
export async function linkAddress(pool: Pool, userId: string, address: Address): Promise<void> {
  await pool.query(`INSERT INTO addresses (address, user_id, message, signature) VALUES ($1, $2, 'test', '0x')`, [
    address,
    userId,
  ]);
}

/** Every chain row as stored, in order: what two ways of reading must agree on. */
export async function readRows(pool: Pool, epoch = 1): Promise<Record<string, object[]>> {
  const read = async (table: string, order: string) =>
    (await pool.query(`SELECT * FROM ${table} WHERE epoch = $1 ORDER BY ${order}`, [epoch])).rows as object[];
  return {
    tokenTransfers: await read('chain_token_transfers', 'block_number, log_index'),
    nativeTransfers: await read('chain_native_transfers', 'block_number, tx_index'),
    events: await read('chain_events', 'block_number, log_index'),
  };
}

/** A chain's own row, as text. */
export async function readChain(
  pool: Pool,
): Promise<{ epoch: number; status: string; reason: string | null; head: string; finalized: string } | undefined> {
  const { rows } = await pool.query<{
    epoch: number;
    status: string;
    reason: string | null;
    head: string;
    finalized: string;
  }>('SELECT epoch, status, reason, head_number::text AS head, finalized_number::text AS finalized FROM chains');
  return rows[0];
}
