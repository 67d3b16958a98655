import { parsePaymentUri } from '@feiqian/domain/codes/payment-uri';
import { type ErrorCode, isAppError } from '@feiqian/domain/errors';
import { parseEmail, parseHandle } from '@feiqian/domain/identity';
import type { Amount } from '@feiqian/domain/money';
import { type Address, isAddressEqual } from 'viem';
import type { AssetBook } from '../../lib/assets.ts';

/** What was typed, pasted or scanned into the recipient's field. */
export type Recipient =
  | { readonly kind: 'empty' }
  | { readonly kind: 'wrong'; readonly code: ErrorCode }
  /** A payment link of this service. */
  | { readonly kind: 'link'; readonly id: string }
  /** Somebody who can only be paid in cash by this name. */
  | { readonly kind: 'person'; readonly name: string }
  | {
      readonly kind: 'address';
      readonly address: Address;
      /** What a scanned code asks for beside the address. */
      readonly asset?: string | undefined;
      readonly amount?: Amount | undefined;
    };

const payPath = /^(?:https?:\/\/[^/\s]+)?\/pay\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/i;

/**
 * Reads a recipient: an address, an EIP-681 code, a payment link, an e-mail or a handle. Refuses what would lose money:
 * token contracts, other chains, oneself.
 *
 * @param own - The address that pays.
 */
export function readRecipient(text: string, book: AssetBook, own: Address): Recipient {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  const link = payPath.exec(trimmed);
  if (link?.[1]) return { kind: 'link', id: link[1].toLowerCase() };
  const name = readName(trimmed);
  if (name) return { kind: 'person', name };
  try {
    return readAddress(trimmed, book, own);
  } catch (error) {
    return { kind: 'wrong', code: isAppError(error) ? error.code : 'ADDRESS_MALFORMED' };
  }
}

function readAddress(text: string, book: AssetBook, own: Address): Recipient {
  const { recipient, chainId, token, amount } = parsePaymentUri(text);
  const isToken = book.assets.some((asset) => asset.address !== undefined && isAddressEqual(asset.address, recipient));
  if (isToken) return { kind: 'wrong', code: 'ADDRESS_IS_TOKEN' };
  if (isAddressEqual(recipient, own)) return { kind: 'wrong', code: 'RECIPIENT_IS_SELF' };
  if (chainId !== undefined && !book.chains.some((chain) => chain.chainId === chainId)) {
    return { kind: 'wrong', code: 'CHAIN_UNKNOWN' };
  }
  if (token === undefined && amount === undefined) return { kind: 'address', address: recipient };
  if (token === undefined) {
    const coin = book.assets.find(
      (asset) => asset.kind === 'native' && (chainId === undefined || asset.chainId === chainId),
    );
    return coin
      ? { kind: 'address', address: recipient, asset: coin.id, amount }
      : { kind: 'wrong', code: 'ASSET_UNKNOWN' };
  }
  const asset = book.assets.find(
    (candidate) => candidate.address !== undefined && isAddressEqual(candidate.address, token),
  );
  return asset
    ? { kind: 'address', address: recipient, asset: asset.id, amount }
    : { kind: 'wrong', code: 'ASSET_UNKNOWN' };
}

function readName(text: string): string | undefined {
  try {
    if (text.startsWith('@')) return `@${parseHandle(text)}`;
    return text.includes('@') && !text.includes(':') ? parseEmail(text) : undefined;
  } catch {
    // Not a name after all; the address reader says what is wrong.
    return undefined;
  }
}
