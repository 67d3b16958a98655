import type { Address, Hex } from 'viem';
import type { Connection, Queryable } from '../database/pool.ts';
import { toChecksummed } from './answers.ts';
import type { ChainEpoch } from './rows.ts';

/** The addresses whose transfers are kept, as the leader of a chain has them in memory. */
export type KnownAddresses = {
  /** @param address - Lower case, as in a decoded log. */
  readonly has: (address: Hex) => boolean;
  /** The EIP-55 form of any address in lower case. */
  readonly toChecksummed: (address: Hex) => Address;
  readonly add: (address: Address) => void;
  readonly clear: () => void;
  readonly count: () => number;
};

/** Begins with nobody. */
export function createKnownAddresses(): KnownAddresses {
  const known = new Map<Hex, Address>();
  return {
    has: (address) => known.has(address),
    toChecksummed: (address) => known.get(address) ?? toChecksummed(address),
    add: (address) => void known.set(address.toLowerCase() as Hex, address),
    clear: () => known.clear(),
    count: () => known.size,
  };
}

/** Every address that the chain's leader watches already. */
export async function listWatched(database: Queryable, { chainId, epoch }: ChainEpoch): Promise<Address[]> {
  const { rows } = await database.query<{ address: Address }>(
    'SELECT address FROM chain_watched_addresses WHERE chain_id = $1 AND epoch = $2',
    [chainId, epoch],
  );
  return rows.map(({ address }) => address);
}

/** Linked addresses that the chain's leader does not watch yet. */
export async function listUnwatched(database: Queryable, { chainId, epoch }: ChainEpoch): Promise<Address[]> {
  const { rows } = await database.query<{ address: Address }>(
    `SELECT a.address FROM addresses a
     WHERE NOT EXISTS (SELECT FROM chain_watched_addresses w WHERE w.chain_id = $1 AND w.epoch = $2 AND w.address = a.address)`,
    [chainId, epoch],
  );
  return rows.map(({ address }) => address);
}

/**
 * Remembers that addresses are watched from now on.
 *
 * @param missingUntil - The last block that was read without knowing them; null when there is none.
 */
export async function insertWatched(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  addresses: readonly Address[],
  missingUntil: number | null,
): Promise<void> {
  await connection.query(
    `INSERT INTO chain_watched_addresses (chain_id, epoch, address, missing_until)
     SELECT $1, $2, address, $4 FROM unnest($3::text[]) AS address ON CONFLICT DO NOTHING`,
    [chainId, epoch, addresses, missingUntil],
  );
}

/** An address whose past has still to be read, up to a block. */
export type MissingPast = { readonly address: Address; readonly until: number };

/** Addresses whose past has still to be read. */
export async function listMissingPasts(database: Queryable, { chainId, epoch }: ChainEpoch): Promise<MissingPast[]> {
  const { rows } = await database.query<{ address: Address; missing_until: string | bigint }>(
    'SELECT address, missing_until FROM chain_watched_addresses WHERE chain_id = $1 AND epoch = $2 AND missing_until IS NOT NULL',
    [chainId, epoch],
  );
  return rows.map(({ address, missing_until }) => ({ address, until: Number(missing_until) }));
}
