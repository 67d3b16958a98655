import { type Address, getAddress, type Hash, type Hex, hexToBytes } from 'viem';
import { invalidAnswer, parseBytes, parseHash, parseIndex, parseQuantity } from './quantity.ts';

/** What links a block to the one before. */
export type BlockRef = {
  readonly number: number;
  readonly hash: Hash;
  readonly parentHash: Hash;
  /** Seconds since 1970, as the chain says. */
  readonly timestampSeconds: bigint;
};

/** A block's header as far as it is used. */
export type Header = BlockRef & {
  readonly logsBloom: Uint8Array;
  /** Wei per gas; absent before EIP-1559. */
  readonly baseFeePerGas: bigint | undefined;
};

/** A transaction as its block lists it. Addresses in lower case. */
export type BlockTransaction = {
  readonly hash: Hash;
  readonly index: number;
  readonly from: Hex;
  readonly to: Hex | null;
  readonly value: bigint;
};

/** A header together with the transactions. */
export type Block = Header & { readonly transactions: readonly BlockTransaction[] };

/** A log with the place where it stands. Address in lower case. */
export type Log = {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly transactionHash: Hash;
  readonly logIndex: number;
  /** Seconds since 1970; absent where the node does not tell it with the log. */
  readonly timestampSeconds: bigint | undefined;
};

/** How a mined transaction ended. */
export type Receipt = {
  readonly transactionHash: Hash;
  readonly blockHash: Hash;
  readonly blockNumber: number;
  readonly isSuccess: boolean;
};

const addressShape = /^0x[0-9a-f]{40}$/i;

function parseLowerAddress(value: unknown): Hex {
  if (typeof value !== 'string' || !addressShape.test(value)) throw invalidAnswer('not an address');
  return value.toLowerCase() as Hex;
}

/** The EIP-55 form of an address in lower case. */
export const toChecksummed = (address: Hex): Address => getAddress(address);

function parseFields(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw invalidAnswer(`no ${what}`);
  return value as Record<string, unknown>;
}

/**
 * Reads a block's header.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is not one.
 */
export function parseHeader(value: unknown): Header {
  const { number, hash, parentHash, timestamp, logsBloom, baseFeePerGas } = parseFields(value, 'block');
  const bloom = hexToBytes(parseBytes(logsBloom));
  if (bloom.length !== 256) throw invalidAnswer('not a bloom');
  return {
    number: parseIndex(number),
    hash: parseHash(hash),
    parentHash: parseHash(parentHash),
    timestampSeconds: parseQuantity(timestamp),
    logsBloom: bloom,
    baseFeePerGas: baseFeePerGas === undefined || baseFeePerGas === null ? undefined : parseQuantity(baseFeePerGas),
  };
}

/**
 * Reads a block that was asked for with its transactions.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is not one.
 */
export function parseBlock(value: unknown): Block {
  const header = parseHeader(value);
  const { transactions } = parseFields(value, 'block');
  if (!Array.isArray(transactions)) throw invalidAnswer('a block without transactions');
  return {
    ...header,
    transactions: transactions.map((transaction: unknown): BlockTransaction => {
      const { hash, transactionIndex, from, to, value: wei } = parseFields(transaction, 'transaction');
      return {
        hash: parseHash(hash),
        index: parseIndex(transactionIndex),
        from: parseLowerAddress(from),
        to: to === null || to === undefined ? null : parseLowerAddress(to),
        value: parseQuantity(wei),
      };
    }),
  };
}

/**
 * Reads a list of logs. Logs that the node marks as removed by a reorg are refused: they were not asked for.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is not one.
 */
export function parseLogs(value: unknown): Log[] {
  if (!Array.isArray(value)) throw invalidAnswer('no list of logs');
  return value.map((item: unknown): Log => {
    const log = parseFields(item, 'log');
    if (log.removed === true) throw invalidAnswer('a removed log');
    if (!Array.isArray(log.topics) || log.topics.length > 4) throw invalidAnswer('a log without topics');
    return {
      address: parseLowerAddress(log.address),
      topics: log.topics.map(parseHash),
      data: parseBytes(log.data),
      blockNumber: parseIndex(log.blockNumber),
      blockHash: parseHash(log.blockHash),
      transactionHash: parseHash(log.transactionHash),
      logIndex: parseIndex(log.logIndex),
      timestampSeconds: typeof log.blockTimestamp === 'string' ? parseQuantity(log.blockTimestamp) : undefined,
    };
  });
}

/**
 * Reads a receipt; `undefined` when the node does not know the transaction as mined.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is something else, or from before Byzantium, when receipts had no status.
 */
export function parseReceipt(value: unknown): Receipt | undefined {
  if (value === null || value === undefined) return undefined;
  const { transactionHash, blockHash, blockNumber, status } = parseFields(value, 'receipt');
  if (status !== '0x1' && status !== '0x0') throw invalidAnswer('a receipt without status');
  return {
    transactionHash: parseHash(transactionHash),
    blockHash: parseHash(blockHash),
    blockNumber: parseIndex(blockNumber),
    isSuccess: status === '0x1',
  };
}
