import { toTokenAssetId } from '@feiqian/domain/assets';
import { authorizationTypes, type TokenDomain } from '@feiqian/domain/authorizations';
import { toAmount } from '@feiqian/domain/money';
import { type Address, getAddress, type Hex, hashTypedData as hashByViem, isAddressEqual, zeroAddress } from 'viem';
import type { TypedDataDraft } from './draft.ts';
import { type RelayDraft, readRelayDraft } from './relay-draft.ts';
import {
  collectWarnings,
  findChain,
  findToken,
  type PermitReview,
  type RelayReview,
  type Review,
  type ReviewContext,
  type WarningCode,
} from './review-model.ts';
import { isLongUntil, judgeDomain, judgeWindow, toDate, toWindow } from './review-terms.ts';
import { hashTypedData, readTypedData, type TypedData, type TypedDataField } from './typed-data.ts';

const unlimitedFrom = 2n ** 95n;

/**
 * What a payment through the relay does. Its typed data, nonce included, is computed here from the terms, as the keyring
 * does when it signs.
 *
 * @throws {AppError} TYPED_DATA_INVALID.
 */
export function decodeRelayReview(draft: RelayDraft, context: ReviewContext): RelayReview {
  const { domain, relay, request, typedData } = readRelayDraft(draft);
  const { from, to, amount, fee, feeReceiver, reference, salt } = request;
  const chain = findChain(context, domain.chainId);
  const token = findToken(chain, domain.verifyingContract);
  const asset = toTokenAssetId(domain.chainId, domain.verifyingContract);
  const window = toWindow(request.validAfter, request.validBefore);
  const warnings = collectWarnings({
    ...judgeDomain(domain, context),
    ...judgeWindow(window, context),
    relay_unknown: !chain || !isAddressEqual(chain.relay, relay) || !token.listed,
    recipient_is_token: isAddressEqual(to, domain.verifyingContract),
    recipient_is_zero: isAddressEqual(to, zeroAddress),
    amount_zero: amount === 0n,
    fee_high: fee * 10n > amount,
  });
  return {
    kind: 'relay_payment',
    chainId: domain.chainId,
    token,
    from,
    to,
    feeReceiver,
    reference,
    relay,
    salt,
    warnings,
    ...window,
    amount: { asset, amount: toAmount(amount) },
    fee: { asset, amount: toAmount(fee) },
    total: { asset, amount: toAmount(typedData.message.value) },
    nonce: typedData.message.nonce,
    digest: hashByViem(typedData),
  };
}

/** What typed data means, as far as its structure is known. @throws {AppError} TYPED_DATA_INVALID. */
export function decodeTypedDataReview({ json }: TypedDataDraft, context: ReviewContext): Review {
  const typedData = readTypedData(json);
  const { primaryType, domain, message } = typedData;
  const digest = hashTypedData(typedData);
  const known = toKnownDomain(domain);
  if (!known || !isKnownStructure(typedData)) {
    const isElsewhere = known !== undefined && !findChain(context, known.chainId);
    return {
      kind: 'unknown_structure',
      primaryType,
      domain,
      message,
      digest,
      warnings: collectWarnings({ structure_unknown: true, chain_unknown: isElsewhere }),
    };
  }
  const token = findToken(findChain(context, known.chainId), known.verifyingContract);
  const base = { chainId: known.chainId, token, digest };
  const asset = toTokenAssetId(known.chainId, known.verifyingContract);
  const money = (field: string) => ({ asset, amount: toAmount(message[field] as bigint) });
  const conditions = { ...judgeDomain(known, context), token_unknown: !token.listed };
  if (primaryType === 'Permit') return toPermit(base, { typedData, amount: money('value'), conditions }, context);

  const window = toWindow(message.validAfter as bigint, message.validBefore as bigint);
  const timed = { ...conditions, ...judgeWindow(window, context) };
  if (primaryType === 'RedeemWithAuthorization') {
    const { holder, reference } = message as { holder: Address; reference: Hex };
    const amount = money('amount');
    return {
      ...base,
      ...window,
      kind: 'redemption',
      holder,
      reference,
      amount,
      warnings: collectWarnings({ ...timed, amount_zero: amount.amount === 0n }),
    };
  }
  const { from, to, nonce } = message as { from: Address; to: Address; nonce: Hex };
  const hidden = {
    terms_hidden: true,
    recipient_is_zero: isAddressEqual(to, zeroAddress),
    recipient_is_token: isAddressEqual(to, known.verifyingContract),
  };
  return {
    ...base,
    ...window,
    kind: 'authorization',
    from,
    to,
    nonce,
    amount: money('value'),
    warnings: collectWarnings({ ...timed, ...hidden }),
  };
}

type PermitParts = {
  typedData: TypedData;
  amount: PermitReview['amount'];
  conditions: Partial<Record<WarningCode, boolean>>;
};

function toPermit(
  base: Pick<PermitReview, 'chainId' | 'token' | 'digest'>,
  { typedData, amount, conditions }: PermitParts,
  context: ReviewContext,
): PermitReview {
  const { owner, spender, deadline } = typedData.message as { owner: Address; spender: Address; deadline: bigint };
  const until = toDate(deadline);
  const warnings = collectWarnings({
    ...conditions,
    allowance: true,
    allowance_unlimited: amount.amount >= unlimitedFrom,
    expired: until < context.now,
    long_validity: isLongUntil(until, context),
  });
  return { ...base, kind: 'permit', owner, spender, amount, deadline: until, warnings };
}

/** The four fields that a token's domain has, and no others. */
function toKnownDomain(domain: TypedData['domain']): TokenDomain | undefined {
  const { name, version, chainId, verifyingContract } = domain;
  if (Object.keys(domain).length !== 4 || typeof name !== 'string' || typeof version !== 'string') return undefined;
  if (typeof chainId !== 'bigint' || chainId > BigInt(Number.MAX_SAFE_INTEGER) || typeof verifyingContract !== 'string')
    return undefined;
  return { name, version, chainId: Number(chainId), verifyingContract: getAddress(verifyingContract) };
}

// EIP-3009's transfer has the fields of its receive; anybody may submit it.
const knownStructures: Readonly<Record<string, readonly TypedDataField[]>> = {
  ...authorizationTypes,
  TransferWithAuthorization: authorizationTypes.ReceiveWithAuthorization,
};

/** A known name alone is not enough: the fields must be the known ones in the known order, or the words would lie. */
function isKnownStructure({ primaryType, types }: TypedData): boolean {
  const expected = Object.hasOwn(knownStructures, primaryType) ? knownStructures[primaryType] : undefined;
  const actual = types[primaryType];
  if (!expected || expected.length !== actual?.length) return false;
  return expected.every(({ name, type }, at) => actual[at]?.name === name && actual[at]?.type === type);
}
