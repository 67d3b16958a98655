import { type MovementWire, movementResponse } from '@feiqian/domain/api/chain';
import type { FeePerGas } from '@feiqian/domain/fees';
import type { Amount } from '@feiqian/domain/money';
import { type Address, encodeFunctionData, erc20Abi, getAddress } from 'viem';
import type { CallFields } from '../../chain/rpc.ts';
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

type Terms = {
  readonly asset: string;
  readonly from: Address;
  readonly to: Address;
  readonly amount: Amount;
  /** What the person chose to offer. */
  readonly fees: FeePerGas;
};

/**
 * Drafts an EIP-1559 transaction (type 2) that pays: the coin itself, or the token's `transfer`.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE, TRANSACTION_REVERTED when it would fail, ASSET_UNKNOWN.
 */
export async function draftTransactionPayment(
  book: AssetBook,
  { asset, from, to, amount, fees }: Terms,
): Promise<TransactionPaymentDraft> {
  const chain = book.getChain(book.get(asset).chainId ?? 0);
  const signing = await draftCall(chain.chainId, from, toPaymentCall(book, { asset, to, amount }), fees);
  return Object.freeze({ kind: 'transaction', idempotencyKey: crypto.randomUUID(), chainId: chain.chainId, signing });
}

/** The call that pays. */
export function toPaymentCall(
  book: AssetBook,
  { asset, to, amount }: Pick<Terms, 'asset' | 'to' | 'amount'>,
): Omit<CallFields, 'from'> {
  const { address } = book.get(asset);
  if (!address) return { to, value: amount, data: '0x' };
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] });
  return { to: getAddress(address), value: 0n, data };
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
