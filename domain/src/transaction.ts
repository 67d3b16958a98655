import type { Address, Hex } from 'viem';
import { AppError } from './errors.ts';

/** An address and the storage slots of it that a transaction announces (EIP-2930). */
export type AccessListEntry = { readonly address: Address; readonly storageKeys: readonly Hex[] };

/** What every kind of transaction has. */
export type TransactionBase = {
  /** How many transactions the sender has sent before; below 2^64 − 1 (EIP-2681). */
  readonly nonce: bigint;
  /** The most gas that may be used. */
  readonly gas: bigint;
  /** `null` creates a contract. */
  readonly to: Address | null;
  /** Wei. */
  readonly value: bigint;
  readonly data: Hex;
};

/** `chainId` is `null` for transactions from before EIP-155: valid on every chain, so anybody can replay them. */
export type LegacyTransaction = TransactionBase & {
  readonly type: 'legacy';
  readonly chainId: bigint | null;
  /** Wei per gas. */
  readonly gasPrice: bigint;
};
/** EIP-2930: one gas price, and an access list. */
export type AccessListTransaction = TransactionBase & {
  readonly type: 'eip2930';
  readonly chainId: bigint;
  readonly gasPrice: bigint;
  readonly accessList: readonly AccessListEntry[];
};
/** EIP-1559: at most `maxFeePerGas`, of which `maxPriorityFeePerGas` goes to the block's proposer. Both wei per gas. */
export type FeeMarketTransaction = TransactionBase & {
  readonly type: 'eip1559';
  readonly chainId: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly maxFeePerGas: bigint;
  readonly accessList: readonly AccessListEntry[];
};

/** A transaction without its signature. */
export type UnsignedTransaction = LegacyTransaction | AccessListTransaction | FeeMarketTransaction;

const uint64Max = 2n ** 64n - 1n;
const uint256Max = 2n ** 256n - 1n;

/** EIP-3860: the most bytes of code that may create a contract. */
export const initCodeBytesMax = 49_152;

// Gas that a transaction costs before it runs.
const gasCosts = {
  transaction: 21_000n, // Yellow Paper, G_transaction
  creation: 32_000n, // EIP-2
  zeroByte: 4n, // Yellow Paper, G_txdatazero
  otherByte: 16n, // EIP-2028
  initCodeWord: 2n, // EIP-3860
  listedAddress: 2_400n, // EIP-2930
  listedKey: 1_900n, // EIP-2930
} as const;

const refuse = (reason: string): AppError =>
  new AppError('TRANSACTION_INVALID', 'Not a transaction that can be mined.', { details: { reason } });

/**
 * What a transaction costs before anything runs: its bytes, its access list, the creation of a contract (Cancun rules).
 */
export function computeIntrinsicGas(transaction: UnsignedTransaction): bigint {
  const { data, to } = transaction;
  let gas = gasCosts.transaction;
  for (let at = 2; at < data.length; at += 2) {
    gas += data.startsWith('00', at) ? gasCosts.zeroByte : gasCosts.otherByte;
  }
  if (to === null) gas += gasCosts.creation + gasCosts.initCodeWord * BigInt(Math.ceil(byteLength(data) / 32));
  if (transaction.type === 'legacy') return gas;
  const keys = transaction.accessList.reduce((sum, entry) => sum + entry.storageKeys.length, 0);
  return gas + gasCosts.listedAddress * BigInt(transaction.accessList.length) + gasCosts.listedKey * BigInt(keys);
}

/**
 * Checks what the encoding alone does not say: ranges, overflow, the order of the fees.
 *
 * @throws {AppError} TRANSACTION_INVALID.
 */
export function checkTransactionRanges(transaction: UnsignedTransaction): void {
  // EIP-2681 leaves 2^64 − 1 out, so that a nonce can always be increased.
  if (transaction.nonce >= uint64Max) throw refuse('nonce too high');
  if (transaction.gas > uint64Max) throw refuse('gas limit exceeds 64 bits');
  const price = transaction.type === 'eip1559' ? transaction.maxFeePerGas : transaction.gasPrice;
  if (transaction.gas * price > uint256Max) throw refuse('gas limit times price exceeds 256 bits');
  if (transaction.type === 'eip1559' && transaction.maxPriorityFeePerGas > transaction.maxFeePerGas) {
    throw refuse('priority fee above the maximum fee');
  }
  if (transaction.to === null && byteLength(transaction.data) > initCodeBytesMax)
    throw refuse('creation code too long');
}

/**
 * Checks that the gas limit covers at least the transaction's own bytes; no block takes it otherwise.
 *
 * @throws {AppError} TRANSACTION_INVALID.
 */
export function checkTransactionGas(transaction: UnsignedTransaction): void {
  if (computeIntrinsicGas(transaction) > transaction.gas) throw refuse('less gas than its own bytes cost');
}

const byteLength = (data: string): number => (data.length - 2) / 2;
