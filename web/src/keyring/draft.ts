import { parseAddress } from '@feiqian/domain/address';
import { buildRelayTypedData, type RelayRequest, type TokenDomain } from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { encodeUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import type { UnsignedTransaction } from '@feiqian/domain/transaction';
import { type Address, bytesToHex, type Hex, stringToHex } from 'viem';
import { type LooseTypedData, writeTypedData } from './typed-data.ts';

/**
 * What is about to be signed, as the very bytes. A draft is made once, shown by decoding it (`decodeReview`), and the same
 * object goes to the keyring. Its content is text, which nothing can change in between; a changed fee is a new draft.
 */
export type Draft = TransactionDraft | RelayDraft | TypedDataDraft | MessageDraft;

/** The serialised transaction whose hash is signed. */
export type TransactionDraft = { readonly kind: 'transaction'; readonly bytes: Hex };
/** A payment through the relay contract: everything that its authorization's nonce commits to, as canonical JSON. */
export type RelayDraft = { readonly kind: 'relay'; readonly json: string };
/** EIP-712 typed data as canonical JSON. */
export type TypedDataDraft = { readonly kind: 'typed_data'; readonly json: string };
/** Bytes to sign with the prefix of EIP-191. */
export type MessageDraft = { readonly kind: 'message'; readonly bytes: Hex };

/** Drafts a transaction. */
export function draftTransaction(transaction: UnsignedTransaction): TransactionDraft {
  return Object.freeze({ kind: 'transaction', bytes: bytesToHex(encodeUnsignedTransaction(transaction)) });
}

/** Drafts EIP-712 typed data. @throws {AppError} TYPED_DATA_INVALID. */
export function draftTypedData(typedData: LooseTypedData): TypedDataDraft {
  return Object.freeze({ kind: 'typed_data', json: writeTypedData(typedData) });
}

/** Drafts a message: text, or bytes that a page gave. */
export function draftMessage(message: string | Uint8Array): MessageDraft {
  return Object.freeze({
    kind: 'message',
    bytes: typeof message === 'string' ? stringToHex(message) : bytesToHex(message),
  });
}

/** The parts of a payment through the relay. */
export type RelayPayment = { readonly domain: TokenDomain; readonly relay: Address; readonly request: RelayRequest };

/**
 * Drafts a payment through the relay.
 *
 * @throws {AppError} TYPED_DATA_INVALID when the parts contradict each other.
 */
export function draftRelay(payment: RelayPayment): RelayDraft {
  return Object.freeze({ kind: 'relay', json: writeRelay(payment) });
}

/**
 * Reads a payment through the relay. The typed data to sign is computed from it each time, by the review and by the
 * keyring alike, so its nonce can't belong to other terms than those shown.
 *
 * @throws {AppError} TYPED_DATA_INVALID unless it is in the canonical form of {@link draftRelay}.
 */
export function readRelayDraft({
  json,
}: RelayDraft): RelayPayment & { readonly typedData: ReturnType<typeof buildRelayTypedData> } {
  const payment = parseRelay(json);
  if (writeRelay(payment) !== json) throw refuse('not in canonical form');
  return { ...payment, typedData: buildRelayTypedData(payment.domain, payment.relay, payment.request) };
}

const refuse = (reason: string): AppError =>
  new AppError('TYPED_DATA_INVALID', 'Not a payment through the relay.', { details: { reason } });

const requestAddresses = ['token', 'from', 'to', 'feeReceiver'] as const;
const requestAmounts = ['amount', 'fee', 'validAfter', 'validBefore'] as const;
const requestWords = ['reference', 'salt'] as const;

function writeRelay({ domain, relay, request }: RelayPayment): string {
  const { name, version, chainId, verifyingContract } = domain;
  if (parseAddress(request.token) !== parseAddress(verifyingContract)) throw refuse('two tokens');
  const json = JSON.stringify({
    domain: { name, version, chainId, verifyingContract: parseAddress(verifyingContract) },
    relay: parseAddress(relay),
    request: {
      ...Object.fromEntries(requestAddresses.map((field) => [field, parseAddress(request[field])])),
      ...Object.fromEntries(requestAmounts.map((field) => [field, toInteger(request[field].toString()).toString()])),
      ...Object.fromEntries(requestWords.map((field) => [field, toWord(request[field])])),
    },
  });
  // What is left are the ranges of the integers and the types of the domain; the typed data checks them.
  if (request.amount > uint256Max || request.fee > uint256Max) throw refuse('amount out of range');
  writeTypedData(buildRelayTypedData(domain, relay, request));
  return json;
}

const uint256Max = 2n ** 256n - 1n;

function parseRelay(json: string): RelayPayment {
  try {
    const { domain, relay, request } = JSON.parse(json) as {
      domain: TokenDomain;
      relay: Address;
      request: Record<string, string>;
    };
    if (!domain || !request) throw refuse('not its JSON');
    const amounts = Object.fromEntries(requestAmounts.map((field) => [field, toInteger(request[field])]));
    return { domain, relay, request: { ...request, ...amounts } as unknown as RelayRequest };
  } catch (cause) {
    throw cause instanceof AppError ? cause : refuse('not its JSON');
  }
}

function toInteger(text: unknown): bigint {
  if (typeof text !== 'string' || !/^(?:0|[1-9][0-9]{0,77})$/.test(text)) throw refuse('integer');
  return BigInt(text);
}

function toWord(word: unknown): Hex {
  if (typeof word !== 'string' || !/^0x[0-9a-f]{64}$/.test(word)) throw refuse('32 bytes');
  return word as Hex;
}
