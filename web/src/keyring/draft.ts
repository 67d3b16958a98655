import { encodeUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import type { UnsignedTransaction } from '@feiqian/domain/transaction';
import { bytesToHex, type Hex, stringToHex } from 'viem';
import type { CheckoutDraft } from './checkout-draft.ts';
import type { RelayDraft, RelayUndoDraft } from './relay-draft.ts';
import { type LooseTypedData, writeTypedData } from './typed-data.ts';

/**
 * What is about to be signed, as the very bytes. A draft is made once, shown by decoding it (`decodeReview`), and the same
 * object goes to the keyring. Its content is text, which nothing can change in between; a changed fee is a new draft.
 */
export type Draft = TransactionDraft | AuthorizationDraft | MessageDraft;

/** What is signed as EIP-712 typed data. */
export type AuthorizationDraft = RelayDraft | RelayUndoDraft | CheckoutDraft | TypedDataDraft;

/** The serialised transaction whose hash is signed. */
export type TransactionDraft = { readonly kind: 'transaction'; readonly bytes: Hex };
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
