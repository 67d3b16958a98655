import { type NativeAssetId, type TokenAssetId, toNativeAssetId, toTokenAssetId } from '@feiqian/domain/assets';
import { type Money, toAmount } from '@feiqian/domain/money';
import { parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import { computeIntrinsicGas, type UnsignedTransaction } from '@feiqian/domain/transaction';
import { type Address, type Hex, hexToBytes, isAddressEqual, keccak256 } from 'viem';
import { decodeKnownCall, type KnownCall } from './known-calls.ts';
import {
  type Conditions,
  collectWarnings,
  findAnyToken,
  findChain,
  judgeRecipient,
  type Review,
  type ReviewChain,
  type ReviewContext,
  type ReviewWarning,
  unlimitedFrom,
} from './review-model.ts';

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
  const warn = (more: Conditions) => collectWarnings({ ...conditions, ...more });

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
    const warnings = warn({ ...judgeRecipient(chain, to), amount_zero: money.amount === 0n });
    return { ...base, kind: 'native_transfer', to, money, warnings };
  }
  return decodeCallReview({ base, context, chain, to, money, data, warn });
}

type CallParts = {
  readonly base: { chainId: number; digest: Hex; nonce: bigint; feeMax: Money<NativeAssetId> };
  readonly context: ReviewContext;
  readonly chain: ReviewChain | undefined;
  /** The contract that is called. */
  readonly to: Address;
  readonly money: Money<NativeAssetId>;
  readonly data: Hex;
  readonly warn: (more: Conditions) => readonly ReviewWarning[];
};

function decodeCallReview({ base, context, chain, to, money, data, warn }: CallParts): Review {
  const call = decodeKnownCall(data);
  const value = { value_attached: money.amount > 0n };
  switch (call?.name) {
    case 'give_item':
    case 'open_collection': {
      const { name, ...rest } = call;
      const item = { ...base, collection: to };
      return 'to' in rest
        ? { ...item, ...rest, kind: 'item_transfer', warnings: warn({ ...value, ...judgeRecipient(chain, rest.to) }) }
        : {
            ...item,
            ...rest,
            kind: 'collection_allowance',
            warnings: warn({ ...value, collection_open: rest.isAllowed }),
          };
    }
    case 'transfer':
    case 'pull':
    case 'allow': {
      const token = findAnyToken(context, chain, to);
      const tokenMoney = { asset: toTokenAssetId(base.chainId, to), amount: toAmount(call.amount) };
      const parts = { ...base, token, money: tokenMoney };
      return toTokenReview(parts, call, {
        chain,
        warn: (more) =>
          warn({
            token_unknown: !token.listed && !token.added,
            token_unverified: token.added !== undefined,
            token_imitates: token.takes !== undefined,
            ...value,
            ...more,
          }),
      });
    }
    default:
      return {
        ...base,
        kind: 'contract_call',
        to,
        money,
        selector: data.slice(0, 10) as Hex,
        data,
        warnings: warn({
          delegate_call: call?.name === 'delegate',
          call_bundled: call?.name === 'bundle',
          call_unknown: call?.name !== 'bundle',
        }),
      };
  }
}

type TokenParts = CallParts['base'] & {
  readonly token: ReturnType<typeof findAnyToken>;
  readonly money: Money<TokenAssetId>;
};

function toTokenReview(
  parts: TokenParts,
  call: Extract<KnownCall, { amount: bigint }>,
  { chain, warn }: Pick<CallParts, 'chain' | 'warn'>,
): Review {
  const { amount } = call;
  if (call.name === 'allow') {
    const { spender, change } = call;
    const gives = change !== 'decrease' && amount > 0n;
    const warnings = warn({ allowance: gives, allowance_unlimited: gives && amount >= unlimitedFrom });
    return { ...parts, kind: 'token_allowance', spender, change, warnings };
  }
  const { to } = call;
  const judged = {
    ...judgeRecipient(chain, to),
    ...(isAddressEqual(to, parts.token.address) ? { recipient_is_token: true } : {}),
    amount_zero: amount === 0n,
  };
  return call.name === 'pull'
    ? { ...parts, kind: 'token_pull', from: call.from, to, warnings: warn({ ...judged, takes_from_other: true }) }
    : { ...parts, kind: 'token_transfer', to, warnings: warn(judged) };
}

function gasPrice(transaction: UnsignedTransaction): bigint {
  return transaction.type === 'eip1559' ? transaction.maxFeePerGas : transaction.gasPrice;
}

function toNativeMoney(chainId: number, amount: bigint): Money<NativeAssetId> {
  return { asset: toNativeAssetId(chainId), amount: toAmount(amount) };
}
