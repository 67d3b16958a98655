import { AppError } from '@feiqian/domain/errors';
import type { FeePerGas } from '@feiqian/domain/fees';
import { parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import { hexToBytes } from 'viem';
import { draftTransaction, type TransactionDraft } from './draft.ts';

/**
 * The same transaction with another offer for its gas: a new draft, to be reviewed anew, in which nothing else is different.
 *
 * @throws {AppError} TRANSACTION_INVALID for one that does not make its offer as EIP-1559 has it.
 */
export function changeFees(
  draft: TransactionDraft,
  { maxFeePerGas, maxPriorityFeePerGas }: FeePerGas,
): TransactionDraft {
  const transaction = parseUnsignedTransaction(hexToBytes(draft.bytes));
  if (transaction.type !== 'eip1559') throw new AppError('TRANSACTION_INVALID', 'Not a transaction of this wallet.');
  return draftTransaction({ ...transaction, maxFeePerGas, maxPriorityFeePerGas });
}
