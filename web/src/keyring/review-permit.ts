import { toTokenAssetId } from '@feiqian/domain/assets';
import { authorizationTypes } from '@feiqian/domain/authorizations';
import { toAmount } from '@feiqian/domain/money';
import { type Address, getAddress, type Hex, isAddressEqual, maxUint256 } from 'viem';
import {
  type Conditions,
  collectWarnings,
  findChain,
  findToken,
  type PermitManyReview,
  type PermitReview,
  type ReviewContext,
  unlimitedFrom,
} from './review-model.ts';
import { isLongUntil, judgeDomain, toDate } from './review-terms.ts';
import { isStructure, type Structure, toChainId, toTokenDomain } from './structures.ts';
import type { TypedData, TypedDataStruct } from './typed-data.ts';

type PermitParts = {
  readonly typedData: TypedData;
  readonly digest: Hex;
  /** What is known of the typed data already. */
  readonly conditions: Conditions;
};

/** What a permit allows: of EIP-2612, of the DAI token, or of the Permit2 contract. Undefined when it is none of them. */
export function decodePermitReview(
  parts: PermitParts,
  context: ReviewContext,
): PermitReview | PermitManyReview | undefined {
  const { typedData } = parts;
  if (isStructure(typedData, permit2Structures)) return toPermitMany(parts, context);
  const { message } = typedData;
  if (isStructure(typedData, { Permit: { Permit: authorizationTypes.Permit } })) {
    const { owner, value, deadline } = message as { owner: Address; value: bigint; deadline: bigint };
    return toPermit(parts, { owner, value, until: deadline }, context);
  }
  if (isStructure(typedData, { Permit: { Permit: daiPermit } })) {
    const { holder, expiry, allowed } = message as { holder: Address; expiry: bigint; allowed: boolean };
    // DAI knows all or nothing, and writes "for ever" as 0.
    const terms = { value: allowed ? maxUint256 : 0n, until: expiry === 0n ? maxUint256 : expiry };
    return toPermit(parts, { owner: holder, ...terms }, context);
  }
  return undefined;
}

type PermitTerms = { readonly owner: Address; readonly value: bigint; readonly until: bigint };

function toPermit(
  { typedData, digest, conditions }: PermitParts,
  { owner, value, until }: PermitTerms,
  context: ReviewContext,
): PermitReview | undefined {
  const domain = toTokenDomain(typedData.domain);
  if (!domain) return undefined;
  const { chainId, verifyingContract } = domain;
  const token = findToken(findChain(context, chainId), verifyingContract);
  const deadline = toDate(until);
  const warnings = collectWarnings({
    ...conditions,
    ...judgeDomain(domain, context),
    ...judgeGrants([value], deadline, context),
    token_unknown: !token.listed,
    expired: deadline < context.now,
  });
  const amount = { asset: toTokenAssetId(chainId, verifyingContract), amount: toAmount(value) };
  const spender = typedData.message.spender as Address;
  return { kind: 'permit', chainId, token, digest, owner, spender, amount, deadline, warnings };
}

function judgeGrants(values: readonly bigint[], until: Date, context: ReviewContext): Conditions {
  const gives = values.some((value) => value > 0n);
  return {
    allowance: gives,
    allowance_unlimited: values.some((value) => value >= unlimitedFrom),
    long_validity: gives && isLongUntil(until, context),
  };
}

/** Permit2: one contract at one address on every chain (github.com/Uniswap/permit2). */
export const permit2Address: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3';

function toPermitMany(
  { typedData, digest, conditions }: PermitParts,
  context: ReviewContext,
): PermitManyReview | undefined {
  const { domain, message } = typedData;
  const chainId = toChainId(domain);
  if (chainId === undefined || typeof domain.verifyingContract !== 'string') return undefined;
  const chain = findChain(context, chainId);
  const listed = (message.details ?? message.permitted) as TypedDataStruct | readonly TypedDataStruct[];
  const permits = (Array.isArray(listed) ? listed : [listed]) as readonly TypedDataStruct[];
  const grants = permits.map((permit) => {
    const token = getAddress(permit.token as Address);
    const amount = toAmount(permit.amount as bigint);
    return { token: findToken(chain, token), amount: { asset: toTokenAssetId(chainId, token), amount } };
  });
  const deadline = (message.sigDeadline ?? message.deadline) as bigint;
  const ends = permits.map(({ expiration }) => (expiration ?? deadline) as bigint);
  const until = toDate(ends.reduce((latest, end) => (end > latest ? end : latest), 0n));
  const warnings = collectWarnings({
    ...conditions,
    ...judgeGrants(
      grants.map(({ amount }) => amount.amount),
      until,
      context,
    ),
    chain_unknown: !chain,
    domain_mismatch: domain.name !== 'Permit2' || !isAddressEqual(domain.verifyingContract as Address, permit2Address),
    token_unknown: grants.some(({ token }) => !token.listed),
    expired: toDate(deadline) < context.now,
  });
  return { kind: 'permit_many', chainId, spender: message.spender as Address, grants, until, digest, warnings };
}

// The permit of the DAI token, older than EIP-2612.
const daiPermit = [
  { name: 'holder', type: 'address' },
  { name: 'spender', type: 'address' },
  { name: 'nonce', type: 'uint256' },
  { name: 'expiry', type: 'uint256' },
  { name: 'allowed', type: 'bool' },
];

const PermitDetails = [
  { name: 'token', type: 'address' },
  { name: 'amount', type: 'uint160' },
  { name: 'expiration', type: 'uint48' },
  { name: 'nonce', type: 'uint48' },
];
const TokenPermissions = [
  { name: 'token', type: 'address' },
  { name: 'amount', type: 'uint256' },
];
const allowanceTail = [
  { name: 'spender', type: 'address' },
  { name: 'sigDeadline', type: 'uint256' },
];
const transferTail = [
  { name: 'spender', type: 'address' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
];
/** What the Permit2 contract takes. */
export const permit2Structures: Readonly<Record<string, Structure>> = {
  PermitSingle: { PermitSingle: [{ name: 'details', type: 'PermitDetails' }, ...allowanceTail], PermitDetails },
  PermitBatch: { PermitBatch: [{ name: 'details', type: 'PermitDetails[]' }, ...allowanceTail], PermitDetails },
  PermitTransferFrom: {
    PermitTransferFrom: [{ name: 'permitted', type: 'TokenPermissions' }, ...transferTail],
    TokenPermissions,
  },
  PermitBatchTransferFrom: {
    PermitBatchTransferFrom: [{ name: 'permitted', type: 'TokenPermissions[]' }, ...transferTail],
    TokenPermissions,
  },
};
