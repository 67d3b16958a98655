import { type Address, bytesToHex, getAddress, type Hash, type Hex, hexToBytes, keccak256, recoverAddress } from 'viem';
import { AppError } from './errors.ts';
import { decodeRlp, encodeRlp, type RlpItem } from './rlp.ts';
import {
  type AccessListEntry,
  type AccessListTransaction,
  checkTransactionGas,
  checkTransactionRanges,
  type FeeMarketTransaction,
  type LegacyTransaction,
  type TransactionBase,
  type UnsignedTransaction,
} from './transaction.ts';

/** A signature of the secp256k1 curve; `yParity` is the parity of the nonce point's y coordinate. */
export type TransactionSignature = { readonly r: bigint; readonly s: bigint; readonly yParity: 0 | 1 };

/** A signed transaction as a node would take it. */
export type SignedTransaction = {
  readonly transaction: UnsignedTransaction;
  readonly signature: TransactionSignature;
  readonly sender: Address;
  readonly hash: Hash;
};

/** Nodes refuse larger transactions (go-ethereum's pool: four slots of 32 KiB). */
export const transactionBytesMax = 131_072;

const fieldCounts = { legacy: 6, eip2930: 8, eip1559: 9 } as const;
const typeBytes = { eip2930: 1, eip1559: 2 } as const;

const refuse = (reason: string): AppError =>
  new AppError('TRANSACTION_INVALID', 'Not a transaction that can be mined.', { details: { reason } });

/**
 * Reads a signed transaction and accepts it exactly when a node at the Cancun rules would: canonical encoding, fields in
 * range, enough gas for its own bytes, a low-s signature that recovers, and the right chain.
 * Blob (EIP-4844) and set-code (EIP-7702) transactions are refused: the wallet makes neither, and a blob's raw form
 * carries a sidecar that is not part of it.
 *
 * @param raw - EIP-2718 envelope or legacy RLP, hexadecimal.
 * @param expected.chainId - The chain it must be for. A transaction from before EIP-155 has none and passes.
 * @throws {AppError} TRANSACTION_INVALID; `details.reason` says what is wrong, for developers.
 * @see https://eips.ethereum.org/EIPS/eip-2718
 */
export async function parseRawTransaction(
  raw: Hex,
  expected: { readonly chainId: number },
): Promise<SignedTransaction> {
  if (!/^0x(?:[0-9a-f]{2})+$/i.test(raw)) throw refuse('not hexadecimal bytes');
  const { type, fields } = splitEnvelope(hexToBytes(raw));
  const count = fieldCounts[type];
  if (fields.length !== count + 3) throw refuse('wrong number of fields');
  const tail = fields.slice(count);
  const { transaction, signature } =
    type === 'legacy'
      ? readLegacySigned(fields, tail)
      : { transaction: readTyped(type, fields), signature: readSignature(tail) };
  checkChain(transaction, expected.chainId);
  checkTransactionRanges(transaction);
  checkTransactionGas(transaction);
  return {
    transaction,
    signature,
    sender: await recoverSender(transaction, signature),
    hash: keccak256(raw),
  };
}

/**
 * Reads the bytes of a transaction that is yet to be signed (EIP-155 form for legacy ones, so that none is replayable).
 * Whether its gas suffices is left to the review: that is a matter of estimates, not of form.
 *
 * @throws {AppError} TRANSACTION_INVALID, also for another chain than `expected.chainId` when that is given.
 */
export function parseUnsignedTransaction(
  bytes: Uint8Array,
  expected: { readonly chainId?: number } = {},
): UnsignedTransaction {
  const { type, fields } = splitEnvelope(bytes);
  const transaction = type === 'legacy' ? readLegacyUnsigned(fields) : readTyped(type, fields);
  if (type !== 'legacy' && fields.length !== fieldCounts[type]) throw refuse('wrong number of fields');
  if (expected.chainId !== undefined) checkChain(transaction, expected.chainId);
  checkTransactionRanges(transaction);
  return transaction;
}

/** Writes the bytes whose keccak256 a sender signs: the inverse of {@link parseUnsignedTransaction}. */
export function encodeUnsignedTransaction(transaction: UnsignedTransaction): Uint8Array {
  if (transaction.type !== 'legacy') return encodeTyped(transaction.type, listFields(transaction));
  // EIP-155: chain id and two empty fields stand where the signature will be.
  const replayGuard = transaction.chainId === null ? [] : [fromInteger(transaction.chainId), empty, empty];
  return encodeRlp([...listFields(transaction), ...replayGuard]);
}

/** Writes a signed transaction for broadcasting: the inverse of {@link parseRawTransaction}. */
export function encodeSignedTransaction(
  transaction: UnsignedTransaction,
  { r, s, yParity }: TransactionSignature,
): Hex {
  const fields = listFields(transaction);
  const rs = [fromInteger(r), fromInteger(s)];
  if (transaction.type !== 'legacy') {
    return bytesToHex(encodeTyped(transaction.type, [...fields, fromInteger(BigInt(yParity)), ...rs]));
  }
  const base = transaction.chainId === null ? 27n : transaction.chainId * 2n + 35n;
  return bytesToHex(encodeRlp([...fields, fromInteger(base + BigInt(yParity)), ...rs]));
}

// Reading

function splitEnvelope(bytes: Uint8Array): { type: UnsignedTransaction['type']; fields: readonly RlpItem[] } {
  if (bytes.length > transactionBytesMax) throw refuse('too many bytes');
  const first = bytes[0] ?? 0;
  // EIP-2718: a first byte up to 0x7f is a type; a list's prefix begins at 0xc0.
  const type = first === typeBytes.eip2930 ? 'eip2930' : first === typeBytes.eip1559 ? 'eip1559' : 'legacy';
  if (type === 'legacy' && first < 0xc0) throw refuse('unsupported transaction type');
  const fields = decodeRlp(type === 'legacy' ? bytes : bytes.subarray(1));
  if (fields instanceof Uint8Array) throw refuse('not a list of fields');
  return { type, fields };
}

function readLegacySigned(fields: readonly RlpItem[], tail: readonly RlpItem[]) {
  const v = toInteger(tail[0], 'v');
  const isUnprotected = v === 27n || v === 28n;
  if (!isUnprotected && v < 35n) throw refuse('v is no recovery id');
  const chainId = isUnprotected ? null : (v - 35n) / 2n;
  const yParity = isUnprotected ? v - 27n : (v - 35n) % 2n;
  return {
    transaction: readLegacy(fields, chainId),
    signature: toSignature(yParity, toInteger(tail[1], 'r'), toInteger(tail[2], 's')),
  };
}

function readLegacyUnsigned(fields: readonly RlpItem[]): LegacyTransaction {
  if (fields.length !== fieldCounts.legacy + 3) throw refuse('wrong number of fields');
  if (toInteger(fields[7], 'r') !== 0n || toInteger(fields[8], 's') !== 0n) throw refuse('signed already');
  const chainId = toInteger(fields[6], 'chain id');
  if (chainId === 0n) throw refuse('no chain id');
  return readLegacy(fields, chainId);
}

function readLegacy(fields: readonly RlpItem[], chainId: bigint | null): LegacyTransaction {
  const [nonce, gasPrice, gas, to, value, data] = fields;
  return {
    type: 'legacy',
    chainId,
    gasPrice: toInteger(gasPrice, 'gas price'),
    ...readBase({ nonce, gas, to, value, data }),
  };
}

function readTyped(
  type: 'eip2930' | 'eip1559',
  fields: readonly RlpItem[],
): AccessListTransaction | FeeMarketTransaction {
  if (type === 'eip2930') {
    const [chainId, nonce, gasPrice, gas, to, value, data, accessList] = fields;
    return {
      type,
      chainId: toInteger(chainId, 'chain id'),
      gasPrice: toInteger(gasPrice, 'gas price'),
      ...readBase({ nonce, gas, to, value, data }),
      accessList: readAccessList(accessList),
    };
  }
  const [chainId, nonce, priorityFee, maxFee, gas, to, value, data, accessList] = fields;
  return {
    type,
    chainId: toInteger(chainId, 'chain id'),
    maxPriorityFeePerGas: toInteger(priorityFee, 'priority fee'),
    maxFeePerGas: toInteger(maxFee, 'maximum fee'),
    ...readBase({ nonce, gas, to, value, data }),
    accessList: readAccessList(accessList),
  };
}

function readBase(items: Record<'nonce' | 'gas' | 'to' | 'value' | 'data', RlpItem | undefined>): TransactionBase {
  return {
    nonce: toInteger(items.nonce, 'nonce'),
    gas: toInteger(items.gas, 'gas limit'),
    to: toRecipient(items.to),
    value: toInteger(items.value, 'value'),
    data: bytesToHex(toBytes(items.data, 'data')),
  };
}

function readAccessList(item: RlpItem | undefined): readonly AccessListEntry[] {
  return toList(item, 'access list').map((entry) => {
    const [address, keys, ...rest] = toList(entry, 'access list entry');
    if (rest.length > 0) throw refuse('wrong number of fields in an access list entry');
    return {
      address: toAddress(address),
      storageKeys: toList(keys, 'storage keys').map((key) => bytesToHex(toBytes(key, 'storage key', 32))),
    };
  });
}

function readSignature(tail: readonly RlpItem[]): TransactionSignature {
  return toSignature(toInteger(tail[0], 'y parity'), toInteger(tail[1], 'r'), toInteger(tail[2], 's'));
}

// SEC 2: the order of the secp256k1 group. EIP-2: of s and n − s only the lower is valid, so nobody can alter a hash.
const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

function toSignature(yParity: bigint, r: bigint, s: bigint): TransactionSignature {
  if (yParity !== 0n && yParity !== 1n) throw refuse('y parity is neither 0 nor 1');
  if (r === 0n || r >= curveOrder) throw refuse('r out of range');
  if (s === 0n || s > curveOrder / 2n) throw refuse('s out of range');
  return { r, s, yParity: yParity === 0n ? 0 : 1 };
}

function checkChain(transaction: UnsignedTransaction, chainId: number): void {
  if (transaction.chainId !== null && transaction.chainId !== BigInt(chainId)) throw refuse('for another chain');
}

async function recoverSender(
  transaction: UnsignedTransaction,
  { r, s, yParity }: TransactionSignature,
): Promise<Address> {
  const hash = keccak256(encodeUnsignedTransaction(transaction));
  const toWord = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;
  try {
    return await recoverAddress({ hash, signature: { r: toWord(r), s: toWord(s), yParity } });
  } catch {
    // Not every r is the x coordinate of a point; the library says so by throwing.
    throw refuse('the signature recovers no sender');
  }
}

// Items to values and back

const empty = new Uint8Array(0);

function toBytes(item: RlpItem | undefined, what: string, size?: number): Uint8Array {
  if (!(item instanceof Uint8Array)) throw refuse(`${what} is missing or a list`);
  if (size !== undefined && item.length !== size) throw refuse(`${what} has a wrong length`);
  return item;
}

function toList(item: RlpItem | undefined, what: string): readonly RlpItem[] {
  if (item === undefined || item instanceof Uint8Array) throw refuse(`${what} is no list`);
  return item;
}

/** Integers are big-endian without leading zeros; zero is the empty string. None that we read exceeds 256 bits. */
function toInteger(item: RlpItem | undefined, what: string): bigint {
  const bytes = toBytes(item, what);
  if (bytes.length > 32) throw refuse(`${what} exceeds 256 bits`);
  if (bytes[0] === 0) throw refuse(`${what} has a leading zero`);
  return bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes));
}

function toAddress(item: RlpItem | undefined): Address {
  return getAddress(bytesToHex(toBytes(item, 'address', 20)));
}

function toRecipient(item: RlpItem | undefined): Address | null {
  return toBytes(item, 'recipient').length === 0 ? null : toAddress(item);
}

function fromInteger(value: bigint): Uint8Array {
  if (value === 0n) return empty;
  const digits = value.toString(16);
  return hexToBytes(`0x${digits.length % 2 === 0 ? digits : `0${digits}`}`);
}

function encodeTyped(type: keyof typeof typeBytes, fields: readonly RlpItem[]): Uint8Array {
  const body = encodeRlp(fields);
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = typeBytes[type];
  bytes.set(body, 1);
  return bytes;
}

function listFields(transaction: UnsignedTransaction): readonly RlpItem[] {
  const to = transaction.to === null ? empty : hexToBytes(transaction.to);
  const middle = [fromInteger(transaction.gas), to, fromInteger(transaction.value), hexToBytes(transaction.data)];
  const nonce = fromInteger(transaction.nonce);
  if (transaction.type === 'legacy') return [nonce, fromInteger(transaction.gasPrice), ...middle];
  const accessList = transaction.accessList.map(({ address, storageKeys }) => [
    hexToBytes(address),
    storageKeys.map((key) => hexToBytes(key)),
  ]);
  const chainId = fromInteger(transaction.chainId);
  if (transaction.type === 'eip2930') return [chainId, nonce, fromInteger(transaction.gasPrice), ...middle, accessList];
  const fees = [fromInteger(transaction.maxPriorityFeePerGas), fromInteger(transaction.maxFeePerGas)];
  return [chainId, nonce, ...fees, ...middle, accessList];
}
