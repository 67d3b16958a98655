import type { Address } from 'viem';
import { type CallFields, estimateGas, getFeePerGas, getNonce } from '../chain/rpc.ts';
import { draftTransaction, type TransactionDraft } from '../keyring/draft.ts';

// A margin over the estimate, because the state may change until the transaction is in a block: a fifth.
const gasMarginPercent = 120n;

/** What a plain transfer of the chain's own coin costs at most: 21,000 gas (Yellow Paper, G_transaction). */
export const plainTransferGas = 21_000n;

/**
 * Drafts an EIP-1559 transaction (type 2) that makes a call, with the nonce, gas and fee that the chain names now.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE, TRANSACTION_REVERTED when it would fail.
 */
export async function draftCall(
  chainId: number,
  from: Address,
  call: Omit<CallFields, 'from'>,
): Promise<TransactionDraft> {
  const [nonce, gas, fees] = await Promise.all([
    getNonce(chainId, from),
    estimateGas(chainId, { from, ...call }),
    getFeePerGas(chainId),
  ]);
  return draftTransaction({
    type: 'eip1559',
    chainId: BigInt(chainId),
    nonce,
    gas: gas === plainTransferGas ? gas : (gas * gasMarginPercent) / 100n,
    accessList: [],
    ...call,
    ...fees,
  });
}
