import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import type { Amount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, erc20Abi, getAddress } from 'viem';
import type { TransactionDraft } from '../../keyring/draft.ts';
import type { AssetBook } from '../../lib/assets.ts';
import { draftCall } from '../../lib/draft-call.ts';
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
  const signing = await draftCall(chain.chainId, from, call);
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
