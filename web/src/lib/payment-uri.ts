import { parseAddress } from '@feiqian/domain/address';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, amountMax, toAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';

/** What a payment URI asks for. `recipient` is who gets the money, never the token contract. */
export type PaymentUri = {
  readonly recipient: Address;
  /** EIP-155; absent when the URI leaves it open. */
  readonly chainId?: number | undefined;
  /** The token's contract; absent for the chain's own coin and for a bare address. */
  readonly token?: Address | undefined;
  /** Base units of the token or the coin. */
  readonly amount?: Amount | undefined;
};

// EIP-681: the number may have a point and an exponent; more than 78 digits never fit an amount.
const uriNumber = /^([0-9]{1,78})(?:\.([0-9]{1,78}))?(?:[eE]([0-9]{1,2}))?$/;
const uriShape = /^ethereum:(?:pay-)?(0x[0-9a-fA-F]{40})(?:@([1-9][0-9]{0,15}))?(?:\/([a-zA-Z]{1,32}))?(?:\?(.*))?$/;

/**
 * Writes the URI of a payment (EIP-681), for QR codes that other wallets read too.
 *
 * @example formatPaymentUri({ recipient, chainId: 31337, token, amount }) // 'ethereum:0xTOKEN@31337/transfer?address=0x…&uint256=…'
 */
export function formatPaymentUri({ recipient, chainId, token, amount }: PaymentUri): string {
  const at = chainId === undefined ? '' : `@${chainId}`;
  if (!token) return `ethereum:${recipient}${at}${amount === undefined ? '' : `?value=${amount}`}`;
  return `ethereum:${token}${at}/transfer?address=${recipient}${amount === undefined ? '' : `&uint256=${amount}`}`;
}

/**
 * Reads a bare address or an EIP-681 URI.
 *
 * @throws {AppError} ADDRESS_MALFORMED or ADDRESS_CHECKSUM_WRONG for the address, AMOUNT_MALFORMED for a number that is
 * no whole amount, REQUEST_INVALID for a call that is not a plain transfer.
 * @see https://eips.ethereum.org/EIPS/eip-681
 */
export function parsePaymentUri(text: string): PaymentUri {
  const trimmed = text.trim();
  if (!trimmed.toLowerCase().startsWith('ethereum:')) return { recipient: parseAddress(trimmed) };
  const match = uriShape.exec(trimmed.replace(/^ethereum:/i, 'ethereum:'));
  if (!match?.[1]) throw new AppError('ADDRESS_MALFORMED', 'Not an EIP-681 URI with an address.');
  const [, target, chain, call, query = ''] = match;
  const parameters = new URLSearchParams(query);
  const chainId = chain === undefined ? undefined : Number(chain);
  if (call === undefined) {
    return { recipient: parseAddress(target), chainId, amount: readNumber(parameters.get('value')) };
  }
  if (call !== 'transfer') throw new AppError('REQUEST_INVALID', 'Only plain transfers are understood.');
  const recipient = parameters.get('address');
  if (!recipient) throw new AppError('ADDRESS_MALFORMED', 'The transfer names no recipient.');
  return {
    recipient: parseAddress(recipient),
    chainId,
    token: parseAddress(target),
    amount: readNumber(parameters.get('uint256')),
  };
}

function readNumber(text: string | null): Amount | undefined {
  if (text === null) return undefined;
  const match = uriNumber.exec(text);
  if (!match) throw new AppError('AMOUNT_MALFORMED', 'Not a number of EIP-681.');
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > shift) throw new AppError('AMOUNT_MALFORMED', 'Not a whole number of base units.');
  const value = BigInt(`${whole}${digits.padEnd(shift, '0')}`);
  if (value > amountMax) throw new AppError('AMOUNT_TOO_LARGE', 'An amount fits 256 bits.');
  return toAmount(value);
}
