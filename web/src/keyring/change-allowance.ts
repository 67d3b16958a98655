import { authorizationTypes } from '@feiqian/domain/authorizations';
import type { Amount } from '@feiqian/domain/money';
import { parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import { encodeFunctionData, hexToBytes, parseAbi } from 'viem';
import { draftTransaction, draftTypedData, type TransactionDraft, type TypedDataDraft } from './draft.ts';
import { decodeKnownCall } from './known-calls.ts';
import { permit2Structures } from './review-permit.ts';
import { isStructure } from './structures.ts';
import { readTypedData, type TypedDataStruct } from './typed-data.ts';

const abi = parseAbi([
  'function approve(address spender, uint256 amount)',
  'function increaseAllowance(address spender, uint256 amount)',
]);

/**
 * The same transaction allowing another amount: a new draft, to be reviewed anew, in which nothing else is different.
 *
 * @returns undefined when it allows nobody anything.
 * @throws {AppError} TRANSACTION_INVALID.
 */
export function changeAllowance(draft: TransactionDraft, amount: Amount): TransactionDraft | undefined {
  const transaction = parseUnsignedTransaction(hexToBytes(draft.bytes));
  const call = decodeKnownCall(transaction.data);
  if (call?.name !== 'allow' || call.change === 'decrease') return undefined;
  const functionName = call.change === 'set' ? 'approve' : 'increaseAllowance';
  return draftTransaction({
    ...transaction,
    data: encodeFunctionData({ abi, functionName, args: [call.spender, amount] }),
  });
}

/**
 * The same permit allowing another amount.
 *
 * @returns undefined for what is no permit, for DAI's, which knows all or nothing, and for one of several tokens.
 * @throws {AppError} TYPED_DATA_INVALID.
 */
export function changePermit(draft: TypedDataDraft, amount: Amount): TypedDataDraft | undefined {
  const typedData = readTypedData(draft.json);
  const { message } = typedData;
  if (isStructure(typedData, { Permit: { Permit: authorizationTypes.Permit } }))
    return draftTypedData({ ...typedData, message: { ...message, value: amount } });
  if (!isStructure(typedData, permit2Structures)) return undefined;
  const name = 'details' in message ? 'details' : 'permitted';
  const grants = message[name] as TypedDataStruct | readonly TypedDataStruct[];
  if (!Array.isArray(grants))
    return draftTypedData({ ...typedData, message: { ...message, [name]: { ...grants, amount } } });
  const [grant, ...others] = grants;
  if (!grant || others.length > 0) return undefined;
  return draftTypedData({ ...typedData, message: { ...message, [name]: [{ ...grant, amount }] } });
}
