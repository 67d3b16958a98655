import {
  type MovementWire,
  movementResponse,
  type OpenTransactionWire,
  openTransactionResponse,
} from '@feiqian/domain/api/chain';
import { AppError } from '@feiqian/domain/errors';
import { type FeePerGas, raiseFees } from '@feiqian/domain/fees';
import { parseRawTransaction } from '@feiqian/domain/raw-transaction';
import type { FeeMarketTransaction } from '@feiqian/domain/transaction';
import { queryOptions } from '@tanstack/react-query';
import type { Address, Hex } from 'viem';
import { draftTransaction, type TransactionDraft } from '../keyring/draft.ts';
import { plainTransferGas } from './draft-call.ts';
import { getJson } from './http.ts';
import { sendDurably } from './send-durably.ts';
import type { OpenWallet } from './wallet/wallet-context.tsx';

/**
 * A payment's transaction while it waits for a block.
 *
 * @param changedAt - When its entry last changed: then it is asked for anew.
 */
export const openTransactionQuery = (movementId: string, changedAt: string) =>
  queryOptions({
    queryKey: ['transactions', movementId, changedAt] as const,
    queryFn: async ({ signal }) =>
      (await getJson(`/v1/transactions/${movementId}`, openTransactionResponse, signal)).open,
  });

/** What takes the place of a transaction that waits: the same payment with a higher fee, or nothing to oneself. */
export type ReplacementDraft = {
  readonly kind: 'hurry' | 'cancel';
  /** The same for every attempt. */
  readonly idempotencyKey: string;
  readonly chainId: number;
  readonly from: Address;
  readonly nonce: bigint;
  readonly signing: TransactionDraft;
};

/**
 * Drafts what takes the place of a transaction that waits: with its nonce, so that only one of them can be in a block, and at least a
 * tenth dearer than each that has the nonce already. Who pays is read from the signature of the one that waits, so that a service can
 * have nothing replaced that was not signed here.
 *
 * @param now - What is usual for a fast transaction.
 * @throws {AppError} TRANSACTION_INVALID for what does not belong together, or is not of the kind that the wallet makes.
 */
export async function draftReplacement(
  kind: ReplacementDraft['kind'],
  { chainId, payment, cancels }: OpenTransactionWire,
  now: FeePerGas,
): Promise<ReplacementDraft> {
  const waiting = await readWaiting(chainId, payment);
  const rivals = await Promise.all(cancels.map((raw) => readWaiting(chainId, raw)));
  const { transaction, sender: from } = waiting;
  if (rivals.some((rival) => rival.sender !== from || rival.transaction.nonce !== transaction.nonce))
    throw new AppError('TRANSACTION_INVALID', 'These do not take the place of one another.');
  const { maxFeePerGas, maxPriorityFeePerGas } = raiseFees(
    [waiting, ...rivals].map((each) => each.transaction),
    now,
  );
  const fees = { maxFeePerGas, maxPriorityFeePerGas };
  const nothing = { to: from, value: 0n, data: '0x', gas: plainTransferGas, accessList: [] } as const;
  return Object.freeze({
    kind,
    idempotencyKey: crypto.randomUUID(),
    chainId,
    from,
    nonce: transaction.nonce,
    signing: draftTransaction({ ...transaction, ...(kind === 'cancel' ? nothing : {}), ...fees }),
  });
}

async function readWaiting(
  chainId: number,
  raw: Hex,
): Promise<{ readonly transaction: FeeMarketTransaction; readonly sender: Address }> {
  const { transaction, sender } = await parseRawTransaction(raw, { chainId });
  if (transaction.type !== 'eip1559') throw new AppError('TRANSACTION_INVALID', 'Not a transaction of this wallet.');
  return { transaction, sender };
}

/** Signs what takes the place of a transaction, and has it broadcast. */
export async function sendReplacement(wallet: OpenWallet, draft: ReplacementDraft): Promise<MovementWire> {
  const { raw } = await wallet.signTransaction(draft.signing, draft.from);
  return await sendDurably({
    userId: wallet.userId,
    path: '/v1/transactions',
    idempotencyKey: draft.idempotencyKey,
    schema: movementResponse,
    body: { chainId: draft.chainId, raw },
  });
}
