import { parsePaymentUri } from '@feiqian/domain/codes/payment-uri';
import { type ErrorCode, isAppError } from '@feiqian/domain/errors';
import type { Address } from 'viem';

/** What was typed, pasted or scanned into the field for the contract. */
export type TypedPlace =
  | { readonly kind: 'empty' }
  | { readonly kind: 'wrong'; readonly code: ErrorCode }
  | { readonly kind: 'place'; readonly address: Address; readonly chainId: number | undefined };

/** Reads a contract's address, alone, with its chain before it, or in a payment code for that token. */
export function readPlace(text: string): TypedPlace {
  if (text.trim() === '') return { kind: 'empty' };
  try {
    const { recipient, token, chainId } = parsePaymentUri(text);
    return { kind: 'place', address: token ?? recipient, chainId };
  } catch (error) {
    return { kind: 'wrong', code: isAppError(error) ? error.code : 'ADDRESS_MALFORMED' };
  }
}
