import { nextNonceResponse } from '@feiqian/domain/api/chain';
import type { FeePerGas } from '@feiqian/domain/fees';
import type { Address } from 'viem';
import { type CallFields, estimateGas, getNonce } from '../chain/rpc.ts';
import { draftTransaction, type TransactionDraft } from '../keyring/draft.ts';
import { getJson } from './http.ts';

// A margin over the estimate, because the state may change until the transaction is in a block: a fifth.
const gasMarginPercent = 120n;

/** What a plain transfer of the chain's own coin costs at most: 21,000 gas (Yellow Paper, G_transaction). */
export const plainTransferGas = 21_000n;

/**
 * Drafts an EIP-1559 transaction (type 2) that makes a call, with the nonce and gas that the chain names now.
 *
 * @param fees - What it offers for its gas.
 * @throws {AppError} CHAIN_UNAVAILABLE, TRANSACTION_REVERTED when it would fail.
 */
export async function draftCall(
  chainId: number,
  from: Address,
  call: Omit<CallFields, 'from'>,
  { maxFeePerGas, maxPriorityFeePerGas }: FeePerGas,
): Promise<TransactionDraft> {
  const [mined, waiting, gas] = await Promise.all([
    getNonce(chainId, from),
    getJson(`/v1/transactions/nonce?chainId=${chainId}&address=${from}`, nextNonceResponse),
    estimateGas(chainId, { from, ...call }),
  ]);
  // A node may leave out what is too cheap for the next block. Its number again would take the place of it.
  const nonce = waiting.next !== null && BigInt(waiting.next) > mined ? BigInt(waiting.next) : mined;
  return draftTransaction({
    type: 'eip1559',
    chainId: BigInt(chainId),
    nonce,
    gas: gas === plainTransferGas ? gas : (gas * gasMarginPercent) / 100n,
    accessList: [],
    ...call,
    maxFeePerGas,
    maxPriorityFeePerGas,
  });
}
