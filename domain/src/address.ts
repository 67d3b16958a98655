import { type Address, getAddress } from 'viem';
import { AppError } from './errors.ts';

const hexAddress = /^0x[0-9a-fA-F]{40}$/;

/**
 * Reads an address that a person typed, pasted or scanned, and writes it with its EIP-55 checksum.
 *
 * Letters all small or all capital carry no checksum and are accepted; mixed letters must be the right ones,
 * because a single mistyped digit changes about half of them.
 *
 * @param text - `0x` and 40 hexadecimal digits, without blanks.
 * @throws {AppError} ADDRESS_MALFORMED when it is not of that form.
 * @throws {AppError} ADDRESS_CHECKSUM_WRONG when the letters are mixed and the mixture is not the checksum.
 * @example parseAddress('0x52908400098527886e0f7030069857d2e4169ee7') // '0x52908400098527886E0F7030069857D2E4169EE7'
 * @see https://eips.ethereum.org/EIPS/eip-55
 */
export function parseAddress(text: string): Address {
  if (!hexAddress.test(text)) throw new AppError('ADDRESS_MALFORMED', 'An address is 0x and 40 hexadecimal digits.');
  const digits = text.slice(2);
  const small = digits.toLowerCase();
  const checksummed = getAddress(`0x${small}`);
  const hasChecksum = digits !== small && digits !== digits.toUpperCase();
  if (hasChecksum && text !== checksummed) {
    throw new AppError('ADDRESS_CHECKSUM_WRONG', 'The capital letters of the address do not match its checksum.');
  }
  return checksummed;
}

/**
 * Splits an address into `0x` and ten groups of four digits, so that people compare all of it and not only its ends
 * (look-alike addresses share first and last digits).
 */
export function groupAddress(address: Address): readonly string[] {
  return ['0x', ...(parseAddress(address).slice(2).match(/.{4}/g) ?? [])];
}

/**
 * Writes an address for reading: the whole of it, in groups of four.
 *
 * @example formatAddress('0x52908400098527886E0F7030069857D2E4169EE7') // '0x 5290 8400 0985 2788 6E0F 7030 0698 57D2 E416 9EE7'
 */
export function formatAddress(address: Address): string {
  return groupAddress(address).join(' ');
}
