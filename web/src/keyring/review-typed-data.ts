import { toTokenAssetId } from '@feiqian/domain/assets';
import { authorizationTypes } from '@feiqian/domain/authorizations';
import { toAmount } from '@feiqian/domain/money';
import { type Address, type Hex, hashTypedData as hashByViem, isAddressEqual } from 'viem';
import { hasHiddenCharacters, hasLookAlikeLetters } from './deceptive-text.ts';
import type { TypedDataDraft } from './draft.ts';
import { type RelayDraft, type RelayUndoDraft, readRelayDraft, readRelayUndoDraft } from './relay-draft.ts';
import {
  type Conditions,
  collectWarnings,
  findChain,
  findToken,
  isOwnContract,
  judgeRecipient,
  type RelayReview,
  type RelayUndoReview,
  type Review,
  type ReviewContext,
} from './review-model.ts';
import { decodePermitReview } from './review-permit.ts';
import { judgeDomain, judgeWindow, toWindow } from './review-terms.ts';
import { isStructure, type Structure, toChainId, toTokenDomain } from './structures.ts';
import { hashTypedData, hasStandardDomain, readTypedData, type TypedData, type TypedDataValue } from './typed-data.ts';

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
    relay_unknown: !isOwnContract(chain, 'relay', relay) || !token.listed,
    ...judgeRecipient(chain, to),
    ...(isAddressEqual(to, domain.verifyingContract) ? { recipient_is_token: true } : {}),
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

/** What the end of a payment through the relay does. @throws {AppError} TYPED_DATA_INVALID. */
export function decodeRelayUndoReview(draft: RelayUndoDraft, context: ReviewContext): RelayUndoReview {
  const { domain, relay, request, typedData } = readRelayUndoDraft(draft);
  const chain = findChain(context, domain.chainId);
  const token = findToken(chain, domain.verifyingContract);
  return {
    kind: 'relay_undo',
    chainId: domain.chainId,
    token,
    from: request.from,
    payee: request.to,
    amount: { asset: toTokenAssetId(domain.chainId, domain.verifyingContract), amount: toAmount(request.amount) },
    nonce: typedData.message.nonce,
    warnings: collectWarnings({
      ...judgeDomain(domain, context),
      relay_unknown: !isOwnContract(chain, 'relay', relay) || !token.listed,
    }),
    digest: hashByViem(typedData),
  };
}

/** What typed data means, as far as its structure is known. @throws {AppError} TYPED_DATA_INVALID. */
export function decodeTypedDataReview({ json }: TypedDataDraft, context: ReviewContext): Review {
  const typedData = readTypedData(json);
  const { primaryType, domain, message } = typedData;
  const digest = hashTypedData(typedData);
  const strings = listStrings([domain, message]);
  const common = {
    domain_malformed: !hasStandardDomain(typedData),
    text_hidden: strings.some(hasHiddenCharacters),
    text_lookalike: strings.some(hasLookAlikeLetters),
  };
  const permit = decodePermitReview({ typedData, digest, conditions: common }, context);
  if (permit) return permit;
  const known = toTokenDomain(domain);
  if (!known || !isStructure(typedData, knownStructures)) {
    const warnings = collectWarnings({
      ...common,
      ...judgeForeignDomain(domain, context),
      delegate_call: isDelegateCall(typedData),
      structure_unknown: true,
    });
    return { kind: 'unknown_structure', primaryType, domain, message, digest, warnings };
  }
  const chain = findChain(context, known.chainId);
  const token = findToken(chain, known.verifyingContract);
  const base = { chainId: known.chainId, token, digest };
  const asset = toTokenAssetId(known.chainId, known.verifyingContract);
  const money = (field: string) => ({ asset, amount: toAmount(message[field] as bigint) });
  const window = toWindow(message.validAfter as bigint, message.validBefore as bigint);
  const timed = {
    ...common,
    ...judgeDomain(known, context),
    ...judgeWindow(window, context),
    token_unknown: !token.listed,
  };
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
    ...judgeRecipient(chain, to),
    ...(isAddressEqual(to, known.verifyingContract) ? { recipient_is_token: true } : {}),
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

// EIP-3009's transfer has the fields of its receive; anybody may submit it.
const knownStructures: Readonly<Record<string, Structure>> = {
  ReceiveWithAuthorization: { ReceiveWithAuthorization: authorizationTypes.ReceiveWithAuthorization },
  TransferWithAuthorization: { TransferWithAuthorization: authorizationTypes.ReceiveWithAuthorization },
  RedeemWithAuthorization: { RedeemWithAuthorization: authorizationTypes.RedeemWithAuthorization },
};

/** What the domain of a structure that is not understood still says: for which chain, if any. */
function judgeForeignDomain(domain: TypedData['domain'], context: ReviewContext): Conditions {
  if (!Object.hasOwn(domain, 'chainId')) return { chain_unbound: true };
  const chainId = toChainId(domain);
  return { chain_unknown: chainId === undefined || !findChain(context, chainId) };
}

/** A transaction of a Safe may hand the Safe over to a contract: its operation 1. */
function isDelegateCall({ primaryType, message }: TypedData): boolean {
  return primaryType === 'SafeTx' && message.operation !== 0n;
}

function listStrings(values: readonly TypedDataValue[]): readonly string[] {
  return values.flatMap((value) =>
    typeof value === 'string' ? [value] : typeof value === 'object' ? listStrings(Object.values(value)) : [],
  );
}
