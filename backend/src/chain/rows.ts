import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Address, Hash } from 'viem';
import type { Connection } from '../database/pool.ts';
import type { ContractEventName } from './decode-logs.ts';

/** Where a row stands on its chain. */
type Place = { readonly blockNumber: number; readonly txHash: Hash; readonly timestampSeconds: bigint };

/** An ERC-20 transfer as it is stored. */
export type TokenTransferRow = Place & {
  readonly logIndex: number;
  readonly token: Address;
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
};

/** A top-level transfer of the chain's own coin as it is stored. */
export type NativeTransferRow = Place & {
  readonly txIndex: number;
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
};

/** An event of one of our contracts as it is stored. */
export type EventRow = Place & {
  readonly logIndex: number;
  readonly contract: Address;
  readonly name: ContractEventName;
  readonly reference: Hash;
  readonly token: Address;
  readonly address: Address;
  readonly to: Address | null;
  readonly amount: bigint;
  readonly fee: bigint | null;
};

/** What a range of blocks has for us. */
export type ChainRows = {
  readonly tokenTransfers: readonly TokenTransferRow[];
  readonly nativeTransfers: readonly NativeTransferRow[];
  readonly events: readonly EventRow[];
};

/** Which history of a chain: a chain that begins anew gets the next epoch. */
export type ChainEpoch = { readonly chainId: number; readonly epoch: number };

type Cell = string | number | null;
type Table = { readonly name: string; readonly columns: readonly (readonly [name: string, type: string])[] };

const place = [
  ['chain_id', 'int'],
  ['epoch', 'int'],
  ['block_number', 'bigint'],
  ['tx_hash', 'text'],
  ['block_timestamp', 'bigint'],
] as const;

const tables = {
  tokenTransfers: {
    name: 'chain_token_transfers',
    columns: [
      ...place,
      ['log_index', 'int'],
      ['token', 'text'],
      ['from_address', 'text'],
      ['to_address', 'text'],
      ['amount', 'numeric'],
    ],
  },
  nativeTransfers: {
    name: 'chain_native_transfers',
    columns: [...place, ['tx_index', 'int'], ['from_address', 'text'], ['to_address', 'text'], ['amount', 'numeric']],
  },
  events: {
    name: 'chain_events',
    columns: [
      ...place,
      ['log_index', 'int'],
      ['contract', 'text'],
      ['name', 'text'],
      ['reference', 'text'],
      ['token', 'text'],
      ['address', 'text'],
      ['to_address', 'text'],
      ['amount', 'numeric'],
      ['fee', 'numeric'],
    ],
  },
} as const satisfies Record<string, Table>;

// Below this a prepared INSERT is faster than the start of a COPY.
const copyRowsMin = 200;

/**
 * Writes what was found in new blocks.
 *
 * @param isRepeatable - Whether rows may be there already, as when the past of an address is read after that of another.
 */
export async function writeRows(
  connection: Connection,
  at: ChainEpoch,
  rows: ChainRows,
  { isRepeatable = false } = {},
): Promise<void> {
  const start = ({ blockNumber, txHash, timestampSeconds }: Place): Cell[] => [
    at.chainId,
    at.epoch,
    blockNumber,
    txHash,
    `${timestampSeconds}`,
  ];
  const write = (table: Table, cells: readonly Cell[][]) => writeTable(connection, table, cells, isRepeatable);
  await write(
    tables.tokenTransfers,
    rows.tokenTransfers.map((row) => [...start(row), row.logIndex, row.token, row.from, row.to, `${row.amount}`]),
  );
  await write(
    tables.nativeTransfers,
    rows.nativeTransfers.map((row) => [...start(row), row.txIndex, row.from, row.to, `${row.amount}`]),
  );
  await write(
    tables.events,
    rows.events.map((row) => {
      const amounts = [`${row.amount}`, row.fee === null ? null : `${row.fee}`];
      return [
        ...start(row),
        row.logIndex,
        row.contract,
        row.name,
        row.reference,
        row.token,
        row.address,
        row.to,
        ...amounts,
      ];
    }),
  );
}

/** The hashes of the transactions that rows came from, each once; only those of blocks above `above`. */
export function listTxHashes({ tokenTransfers, nativeTransfers, events }: ChainRows, above = -1): Hash[] {
  const all = [...tokenTransfers, ...nativeTransfers, ...events].filter(({ blockNumber }) => blockNumber > above);
  return [...new Set(all.map(({ txHash }) => txHash))];
}

/** The numbers of all blocks that rows came from. */
export function listBlockNumbers({ tokenTransfers, nativeTransfers, events }: ChainRows): Set<number> {
  return new Set([...tokenTransfers, ...nativeTransfers, ...events].map(({ blockNumber }) => blockNumber));
}

/** Puts together what several ranges have. */
export function joinRows(parts: readonly ChainRows[]): ChainRows {
  return {
    tokenTransfers: parts.flatMap(({ tokenTransfers }) => tokenTransfers),
    nativeTransfers: parts.flatMap(({ nativeTransfers }) => nativeTransfers),
    events: parts.flatMap(({ events }) => events),
  };
}

/** Deletes what was found above a block that a reorg kept, and gives the transactions that it came from. */
export async function deleteRowsAbove(
  connection: Connection,
  { chainId, epoch }: ChainEpoch,
  blockNumber: number,
): Promise<Hash[]> {
  const { rows } = await connection.query<{ tx_hash: Hash }>(
    `WITH transfers AS (DELETE FROM chain_token_transfers WHERE chain_id = $1 AND epoch = $2 AND block_number > $3 RETURNING tx_hash),
       natives AS (DELETE FROM chain_native_transfers WHERE chain_id = $1 AND epoch = $2 AND block_number > $3 RETURNING tx_hash),
       events AS (DELETE FROM chain_events WHERE chain_id = $1 AND epoch = $2 AND block_number > $3 RETURNING tx_hash)
     SELECT tx_hash FROM transfers UNION SELECT tx_hash FROM natives UNION SELECT tx_hash FROM events`,
    [chainId, epoch, blockNumber],
  );
  return rows.map(({ tx_hash }) => tx_hash);
}

async function writeTable(
  connection: Connection,
  { name, columns }: Table,
  rows: readonly Cell[][],
  isRepeatable: boolean,
): Promise<void> {
  if (rows.length === 0) return;
  const names = columns.map(([column]) => column).join(', ');
  if (rows.length >= copyRowsMin && !isRepeatable) {
    // Hex, digits and fixed words only: nothing has to be escaped.
    const lines = Readable.from(toLines(rows));
    await pipeline(lines, connection.query(copyFrom(`COPY ${name} (${names}) FROM STDIN`)));
    return;
  }
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');
  await connection.query({
    name: `write_${name}${isRepeatable ? '_again' : ''}`,
    text: `INSERT INTO ${name} (${names}) SELECT * FROM unnest(${arrays})${isRepeatable ? ' ON CONFLICT DO NOTHING' : ''}`,
    values: columns.map((_, index) => rows.map((row) => row[index] ?? null)),
  });
}

const linesPerChunk = 1_000;

function* toLines(rows: readonly Cell[][]): Generator<string> {
  for (let at = 0; at < rows.length; at += linesPerChunk) {
    const chunk = rows.slice(at, at + linesPerChunk);
    yield chunk.map((row) => `${row.map((cell) => cell ?? '\\N').join('\t')}\n`).join('');
  }
}
