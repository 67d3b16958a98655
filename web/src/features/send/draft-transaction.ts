import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import type { Amount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, erc20Abi, getAddress } from 'viem';
import { estimateGas, getFeePerGas, getNonce } from '../../chain/rpc.ts';
import { draftTransaction, type TransactionDraft } from '../../keyring/draft.ts';
import type { AssetBook } from '../../lib/assets.ts';
import { sendDurably } from '../../lib/send-durably.ts';
import type { OpenWallet } from '../../lib/wallet/wallet-context.tsx';

/** A plain transaction, ready to be reviewed, signed and broadcast: its network fee is paid in the chain's own coin. */
export type TransactionPaymentDraft = {
  readonly kind: 'transaction';
  readonly idempotencyKey: string;
  readonly chainId: number;
  readonly signing: TransactionDraft;
};

type Terms = { readonly asset: string; readonly from: Address; readonly to: Address; readonly amount: Amount };

// A margin over the estimate, because the state may change until the transaction is in a block: a fifth.
const gasMarginPercent = 120n;

/** What a plain transfer of the chain's own coin costs at most: 21,000 gas (Yellow Paper, G_transaction). */
export const plainTransferGas = 21_000n;

/**
 * Drafts an EIP-1559 transaction (type 2) that pays: the coin itself, or the token's `transfer`.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE, TRANSACTION_REVERTED when it would fail, ASSET_UNKNOWN.
 */
export async function draftTransactionPayment(
  book: AssetBook,
  { asset, from, to, amount }: Terms,
): Promise<TransactionPaymentDraft> {
  const { chainId, address } = book.get(asset);
  const chain = book.getChain(chainId ?? 0);
  const call = address
    ? {
        to: getAddress(address),
        value: 0n,
        data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] }),
      }
    : ({ to, value: amount, data: '0x' } as const);
  const [nonce, gas, fees] = await Promise.all([
    getNonce(chain.chainId, from),
    estimateGas(chain.chainId, { from, ...call }),
    getFeePerGas(chain.chainId),
  ]);
  const signing = draftTransaction({
    type: 'eip1559',
    chainId: BigInt(chain.chainId),
    nonce,
    gas: gas === plainTransferGas ? gas : (gas * gasMarginPercent) / 100n,
    accessList: [],
    ...call,
    ...fees,
  });
  return Object.freeze({ kind: 'transaction', idempotencyKey: crypto.randomUUID(), chainId: chain.chainId, signing });
}

/** Signs a reviewed transaction and has it broadcast. */
export async function sendTransactionPayment(
  wallet: OpenWallet,
  draft: TransactionPaymentDraft,
): Promise<MovementWire> {
  const { raw } = await wallet.signTransaction(draft.signing);
  return await sendDurably({
    userId: wallet.userId,
    path: '/v1/transactions',
    idempotencyKey: draft.idempotencyKey,
    schema: movementResponse,
    body: { chainId: draft.chainId, raw },
  });
}
