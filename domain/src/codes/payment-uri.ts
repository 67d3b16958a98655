import type { Address } from 'viem';
import { parseAddress } from '../address.ts';
import { AppError } from '../errors.ts';
import { type Amount, amountMax, toAmount } from '../money.ts';
import { splitEthereumUri } from './ethereum-uri.ts';

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

// EIP-681: a number may have a sign, a point and an exponent; more than 78 digits never fit an amount.
const uriNumber = /^\+?([0-9]{0,78})(?:\.([0-9]{1,78}))?(?:[eE]([0-9]{0,2}))?$/;
const scheme = /^ethereum:/i;
const accountShape = /^eip155:([1-9][0-9]{0,15}):(0x[0-9a-fA-F]{40})$/;
const shortNameShape = /^([a-z][a-z0-9-]{0,30}):(0x[0-9a-fA-F]{40})$/;

/** Chains that wallets put before an address by a short name. @see https://eips.ethereum.org/EIPS/eip-3770 */
const shortNames: Readonly<Record<string, number>> = {
  eth: 1,
  oeth: 10,
  bnb: 56,
  gno: 100,
  pol: 137,
  matic: 137,
  base: 8453,
  arb1: 42161,
  sep: 11155111,
};

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
 * Reads a bare address, one with its chain before it (CAIP-10, EIP-3770), or an EIP-681 URI. What a URI says of gas is the
 * wallet's own business and is left out.
 *
 * @throws {AppError} ADDRESS_MALFORMED or ADDRESS_CHECKSUM_WRONG for an address, CHAIN_UNKNOWN for a short name that is not in our list
 * and for a chain that no number holds, AMOUNT_MALFORMED for a number that is no whole amount, REQUEST_INVALID for what is not a plain
 * transfer.
 * @see https://eips.ethereum.org/EIPS/eip-681
 */
export function parsePaymentUri(text: string): PaymentUri {
  const trimmed = text.trim();
  if (!scheme.test(trimmed)) return readAccount(trimmed);
  const { prefix, target, chainId, call, parameters } = splitEthereumUri(trimmed);
  if (prefix !== 'pay') throw new AppError('REQUEST_INVALID', 'Not a payment.');
  if (call === undefined) {
    // Without the call that they belong to, these name another recipient than the target.
    if (parameters.has('address') || parameters.has('uint256'))
      throw new AppError('REQUEST_INVALID', 'A transfer without its call.');
    return { recipient: readTarget(target), chainId, amount: readNumber(parameters.get('value')) };
  }
  if (call !== 'transfer') throw new AppError('REQUEST_INVALID', 'Only plain transfers are understood.');
  if ((readNumber(parameters.get('value')) ?? 0n) !== 0n)
    throw new AppError('REQUEST_INVALID', 'A token transfer pays the contract nothing.');
  const recipient = parameters.get('address');
  if (!recipient) throw new AppError('ADDRESS_MALFORMED', 'The transfer names no recipient.');
  return {
    recipient: parseAddress(recipient),
    chainId,
    token: readTarget(target),
    amount: readNumber(parameters.get('uint256')),
  };
}

function readAccount(text: string): PaymentUri {
  const [, chain, account] = accountShape.exec(text) ?? [];
  if (chain && !Number.isSafeInteger(Number(chain))) throw new AppError('CHAIN_UNKNOWN', 'No number holds that chain.');
  if (chain && account) return { recipient: parseAddress(account), chainId: Number(chain) };
  const [, shortName = '', address] = shortNameShape.exec(text) ?? [];
  const chainId = Object.hasOwn(shortNames, shortName) ? shortNames[shortName] : undefined;
  if (address && !chainId) throw new AppError('CHAIN_UNKNOWN', 'No short name of a chain that is known here.');
  if (address) return { recipient: parseAddress(address), chainId };
  return { recipient: parseAddress(text) };
}

/** QR codes of capitals only are smaller, and some are made so. */
const readTarget = (target: string): Address => parseAddress(target.replace(/^0X/, '0x'));

function readNumber(text: string | undefined): Amount | undefined {
  if (text === undefined) return undefined;
  const [, whole = '', fraction = '', exponent = ''] = uriNumber.exec(text) ?? [];
  if (whole + fraction === '') throw new AppError('AMOUNT_MALFORMED', 'Not a number of EIP-681.');
  const shift = Number(exponent);
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > shift) throw new AppError('AMOUNT_MALFORMED', 'Not a whole number of base units.');
  const value = BigInt(`${whole}${digits.padEnd(shift, '0')}`);
  if (value > amountMax) throw new AppError('AMOUNT_TOO_LARGE', 'An amount fits 256 bits.');
  return toAmount(value);
}
