import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { type Chain, listContracts } from '@feiqian/domain/chains';
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
 * Reads what a transaction does: a transfer of the chain's coin, a transfer of a listed token or of one that the sender has added by hand,
 * or the cancelling of another.
 *
 * @param added - Contracts of the tokens that the sender has added.
 * @throws {AppError} TRANSACTION_INVALID for anything else, ADDRESS_IS_TOKEN when the recipient is a contract of ours, where money would be lost.
 */
export function readMeaning(
  chain: Chain,
  { transaction, sender }: Pick<SignedTransaction, 'transaction' | 'sender'>,
  added: readonly Address[] = [],
): Meaning {
  const { to, value, data, chainId } = transaction;
  if (chainId === null) throw refuse('not bound to one chain');
  if (to === null) throw refuse('creates a contract');
  const tokens = [...chain.tokens.map(({ address }) => address), ...added];
  const contracts = [...listContracts(chain), ...added];
  const token = tokens.find((address) => isAddressEqual(address, to));
  if (token) return readTokenTransfer(chain.chainId, token, contracts, { data, value });
  if (data !== '0x') throw refuse('calls an unknown contract');
  if (value === 0n && isAddressEqual(to, sender)) return { kind: 'cancel' };
  if (value === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'There is nothing to send.');
  return {
    kind: 'send',
    asset: toNativeAssetId(chain.chainId),
    to: checkRecipient(contracts, to),
    amount: toAmount(value),
  };
}

function readTokenTransfer(
  chainId: number,
  token: Address,
  contracts: readonly Address[],
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
    asset: toTokenAssetId(chainId, token),
    to: checkRecipient(contracts, to),
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

function checkRecipient(contracts: readonly Address[], to: Address): Address {
  if (contracts.some((contract) => isAddressEqual(contract, to))) {
    throw new AppError('ADDRESS_IS_TOKEN', 'The recipient is a contract of this deployment.');
  }
  if (isAddressEqual(to, zeroAddress)) throw refuse('no recipient');
  return to;
}
