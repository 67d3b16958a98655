import { AppError } from '@feiqian/domain/errors';
import type { Hash, Hex } from 'viem';

const quantityShape = /^0x[0-9a-f]{1,64}$/i;
const hashShape = /^0x[0-9a-f]{64}$/i;
const bytesShape = /^0x(?:[0-9a-f]{2})*$/i;

/** A node said something that cannot be. It counts as no answer at all. */
export function invalidAnswer(reason: string): AppError {
  return new AppError('CHAIN_UNAVAILABLE', 'The node gave an answer that cannot be right.', { details: { reason } });
}

/** Writes a number as JSON-RPC wants it: hex without leading zeros. */
export function toQuantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}

/**
 * Reads a JSON-RPC quantity.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is not one.
 */
export function parseQuantity(value: unknown): bigint {
  if (typeof value !== 'string' || !quantityShape.test(value)) throw invalidAnswer('not a quantity');
  return BigInt(value);
}

/**
 * Reads a quantity that is small enough for a number: block numbers and positions (2^53 blocks of a second are 285 million years).
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is not one.
 */
export function parseIndex(value: unknown): number {
  const index = typeof value === 'string' && quantityShape.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(index)) throw invalidAnswer('not a small quantity');
  return index;
}

/**
 * Reads 32 bytes of hex and gives them in lower case.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is something else.
 */
export function parseHash(value: unknown): Hash {
  if (typeof value !== 'string' || !hashShape.test(value)) throw invalidAnswer('not a hash');
  return value.toLowerCase() as Hash;
}

/**
 * Reads bytes of any length as lower-case hex.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when it is something else.
 */
export function parseBytes(value: unknown): Hex {
  if (typeof value !== 'string' || !bytesShape.test(value)) throw invalidAnswer('not hex bytes');
  return value.toLowerCase() as Hex;
}
