import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import type { Chain } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, toAmount } from '@feiqian/domain/money';
import type { SignedTransaction } from '@feiqian/domain/raw-transaction';
import { type Address, decodeFunctionData, encodeFunctionData, type Hex, isAddressEqual, zeroAddress } from 'viem';

/** What a signed transaction does, in the words of the wallet. */
export type Meaning =
  | { readonly kind: 'send'; readonly asset: string; readonly to: Address; readonly amount: Amount }
  /** Nothing to oneself: takes the place of another transaction with the same nonce. */
  | { readonly kind: 'cancel' };

const refuse = (reason: string): AppError =>
  new AppError('TRANSACTION_INVALID', 'This service does not carry such a transaction.', { details: { reason } });

/**
 * Reads what a transaction does: a transfer of the chain's coin, a transfer of one of our tokens, or the cancelling of another.
 *
 * @throws {AppError} TRANSACTION_INVALID for anything else, ADDRESS_IS_TOKEN when the recipient is a contract of ours, where money would be lost.
 */
export function readMeaning(
  chain: Chain,
  { transaction, sender }: Pick<SignedTransaction, 'transaction' | 'sender'>,
): Meaning {
  const { to, value, data, chainId } = transaction;
  if (chainId === null) throw refuse('not bound to one chain');
  if (to === null) throw refuse('creates a contract');
  const token = chain.tokens.find(({ address }) => isAddressEqual(address, to));
  if (token) return readTokenTransfer(chain, token.address, { data, value });
  if (data !== '0x') throw refuse('calls an unknown contract');
  if (value === 0n && isAddressEqual(to, sender)) return { kind: 'cancel' };
  if (value === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'There is nothing to send.');
  return {
    kind: 'send',
    asset: toNativeAssetId(chain.chainId),
    to: checkRecipient(chain, to),
    amount: toAmount(value),
  };
}

function readTokenTransfer(
  chain: Chain,
  token: Address,
  { data, value }: { readonly data: Hex; readonly value: bigint },
): Meaning {
  if (data === '0x') throw new AppError('ADDRESS_IS_TOKEN', 'The recipient is a token contract.');
  if (value !== 0n) throw refuse('sends coin to a token contract');
  const args = decodeTransfer(data);
  if (!args) throw refuse('calls a token for something else than a transfer');
  const [to, amount] = args;
  if (amount === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'There is nothing to send.');
  return {
    kind: 'send',
    asset: toTokenAssetId(chain.chainId, token),
    to: checkRecipient(chain, to),
    amount: toAmount(amount),
  };
}

function decodeTransfer(data: Hex): readonly [Address, bigint] | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: stablecoinAbi, data });
    // Bytes that the decoder passes over would not be what was shown and signed for.
    return functionName === 'transfer' &&
      encodeFunctionData({ abi: stablecoinAbi, functionName, args }) === data.toLowerCase()
      ? args
      : undefined;
  } catch {
    // Not a call of this token at all.
    return undefined;
  }
}

function checkRecipient(chain: Chain, to: Address): Address {
  if (
    [...chain.tokens.map(({ address }) => address), chain.relay, chain.checkout].some((contract) =>
      isAddressEqual(contract, to),
    )
  ) {
    throw new AppError('ADDRESS_IS_TOKEN', 'The recipient is a contract of this deployment.');
  }
  if (isAddressEqual(to, zeroAddress)) throw refuse('no recipient');
  return to;
}
