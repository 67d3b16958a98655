import { type NativeAssetId, toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { type Amount, type Money, toAmount } from '@feiqian/domain/money';
import { parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import { computeIntrinsicGas, type UnsignedTransaction } from '@feiqian/domain/transaction';
import { type Address, getAddress, type Hex, hexToBytes, isAddressEqual, keccak256, zeroAddress } from 'viem';
import {
  collectWarnings,
  findChain,
  findToken,
  type Review,
  type ReviewContext,
  type WarningCode,
} from './review-model.ts';

// ERC-20: the first four bytes of the hash of the function's signature.
const selectors = { '0xa9059cbb': 'transfer', '0x095ea7b3': 'approve' } as const;

/** EIP-20 callers write "no limit" as the highest number, or the highest of fewer bits. */
const unlimitedFrom = 2n ** 95n;

/** What a transaction does. @throws {AppError} TRANSACTION_INVALID. */
export function decodeTransactionReview(bytes: Hex, context: ReviewContext): Review {
  const transaction = parseUnsignedTransaction(hexToBytes(bytes));
  const chainId = Number(transaction.chainId);
  const chain = findChain(context, chainId);
  const base = {
    chainId,
    digest: keccak256(bytes),
    nonce: transaction.nonce,
    feeMax: toNativeMoney(chainId, transaction.gas * gasPrice(transaction)),
  };
  const money = toNativeMoney(chainId, transaction.value);
  const conditions = { chain_unknown: !chain, gas_too_low: computeIntrinsicGas(transaction) > transaction.gas };
  const warn = (more: Partial<Record<WarningCode, boolean>>) => collectWarnings({ ...conditions, ...more });

  if (transaction.to === null) {
    return {
      ...base,
      kind: 'contract_creation',
      money,
      data: transaction.data,
      warnings: warn({ creates_contract: true }),
    };
  }
  const { to, data } = transaction;
  if (data === '0x') {
    const isToken = findToken(chain, to).listed !== undefined;
    const warnings = warn({
      recipient_is_zero: isAddressEqual(to, zeroAddress),
      recipient_is_token: isToken,
      amount_zero: money.amount === 0n,
    });
    return { ...base, kind: 'native_transfer', to, money, warnings };
  }
  const call = decodeTokenCall(data);
  if (!call) {
    return {
      ...base,
      kind: 'contract_call',
      to,
      money,
      selector: data.slice(0, 10) as Hex,
      data,
      warnings: warn({ call_unknown: true }),
    };
  }
  const token = findToken(chain, to);
  const tokenMoney = { asset: toTokenAssetId(chainId, to), amount: call.amount };
  const common = { token_unknown: !token.listed, value_attached: money.amount > 0n };
  if (call.name === 'approve') {
    const warnings = warn({ ...common, allowance: true, allowance_unlimited: call.amount >= unlimitedFrom });
    return { ...base, kind: 'token_allowance', token, spender: call.account, money: tokenMoney, warnings };
  }
  const warnings = warn({
    ...common,
    recipient_is_token: isAddressEqual(call.account, to),
    recipient_is_zero: isAddressEqual(call.account, zeroAddress),
    amount_zero: call.amount === 0n,
  });
  return { ...base, kind: 'token_transfer', token, to: call.account, money: tokenMoney, warnings };
}

type TokenCall = { readonly name: 'transfer' | 'approve'; readonly account: Address; readonly amount: Amount };

/** Reads a call of the two functions that people use, and only in the exact form that a compiler gives it. */
function decodeTokenCall(data: Hex): TokenCall | undefined {
  const selector = data.slice(0, 10);
  if (!Object.hasOwn(selectors, selector)) return undefined;
  const match = /^0x[0-9a-f]{8}0{24}([0-9a-f]{40})([0-9a-f]{64})$/.exec(data);
  if (!match?.[1] || !match[2]) return undefined;
  return {
    name: selectors[selector as keyof typeof selectors],
    account: getAddress(`0x${match[1]}`),
    amount: toAmount(BigInt(`0x${match[2]}`)),
  };
}

function gasPrice(transaction: UnsignedTransaction): bigint {
  return transaction.type === 'eip1559' ? transaction.maxFeePerGas : transaction.gasPrice;
}

function toNativeMoney(chainId: number, amount: bigint): Money<NativeAssetId> {
  return { asset: toNativeAssetId(chainId), amount: toAmount(amount) };
}
