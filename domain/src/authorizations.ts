import {
  type Address,
  encodeAbiParameters,
  type Hex,
  isAddressEqual,
  keccak256,
  recoverTypedDataAddress,
  toBytes,
  zeroAddress,
} from 'viem';
import { AppError } from './errors.ts';

/**
 * What a person signs so that somebody else may carry it to the chain: EIP-712 typed data of EIP-3009, EIP-2612 and of
 * our own redemption. Both sides build it here, so that the wallet signs what the service checks and the contract reads.
 */

/** The EIP-712 domain of a token; `name` and `version` are those of the contract. */
export type TokenDomain = {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Address;
};

/** From when until when an authorization can be used, exclusive on both ends, in chain time (seconds). */
export type Validity = { readonly validAfter: bigint; readonly validBefore: bigint };

/** EIP-3009: `to` may take `value` from `from` once, and only `to` can submit it. */
export type ReceiveAuthorization = Validity & {
  readonly from: Address;
  readonly to: Address;
  readonly value: bigint;
  readonly nonce: Hex;
};

/** `amount` tokens of `holder` are burnt and come back as cash, once for each `reference`. */
export type RedeemAuthorization = Validity & {
  readonly holder: Address;
  readonly reference: Hex;
  readonly amount: bigint;
};

/** EIP-3009: calls an authorization of `authorizer` off, whatever it is for, unless it was carried out before. */
export type CancelAuthorization = { readonly authorizer: Address; readonly nonce: Hex };

/** EIP-2612: `spender` may spend up to `value` of `owner` until `deadline`. */
export type Permit = {
  readonly owner: Address;
  readonly spender: Address;
  readonly value: bigint;
  readonly nonce: bigint;
  readonly deadline: bigint;
};

/** A payment through the relay contract, for people without the chain's own coin. */
export type RelayRequest = Validity & {
  readonly token: Address;
  readonly from: Address;
  readonly to: Address;
  /** What `to` gets. `from` pays `amount + fee`. */
  readonly amount: bigint;
  readonly fee: bigint;
  readonly feeReceiver: Address;
  /** 32 bytes by which a payment request is matched. */
  readonly reference: Hex;
  /** 32 random bytes, so that two equal payments differ. */
  readonly salt: Hex;
};

const validityFields = [
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
] as const;

/** The EIP-712 types as the contracts declare them; the order of fields is part of the type. */
export const authorizationTypes = {
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    ...validityFields,
    { name: 'nonce', type: 'bytes32' },
  ],
  CancelAuthorization: [
    { name: 'authorizer', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
  ],
  RedeemWithAuthorization: [
    { name: 'holder', type: 'address' },
    { name: 'reference', type: 'bytes32' },
    { name: 'amount', type: 'uint256' },
    ...validityFields,
  ],
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const;

/** Typed data of an EIP-3009 `receiveWithAuthorization`. */
export function buildReceiveTypedData(domain: TokenDomain, message: ReceiveAuthorization) {
  const { ReceiveWithAuthorization } = authorizationTypes;
  return { domain, types: { ReceiveWithAuthorization }, primaryType: 'ReceiveWithAuthorization', message } as const;
}

/** Typed data of a redemption that somebody else may submit. */
export function buildRedeemTypedData(domain: TokenDomain, message: RedeemAuthorization) {
  const { RedeemWithAuthorization } = authorizationTypes;
  return { domain, types: { RedeemWithAuthorization }, primaryType: 'RedeemWithAuthorization', message } as const;
}

/** Typed data of an EIP-2612 permit. */
export function buildPermitTypedData(domain: TokenDomain, message: Permit) {
  const { Permit } = authorizationTypes;
  return { domain, types: { Permit }, primaryType: 'Permit', message } as const;
}

/** Typed data of a payment through the relay: an authorization whose nonce commits to every part of the payment. */
export function buildRelayTypedData(domain: TokenDomain, relay: Address, request: RelayRequest) {
  return buildReceiveTypedData(domain, {
    from: request.from,
    to: relay,
    value: request.amount + request.fee,
    validAfter: request.validAfter,
    validBefore: request.validBefore,
    nonce: relayNonce(domain.chainId, relay, request),
  });
}

/**
 * Typed data that calls a payment through the relay off. The nonce is computed from the payment's terms, so that no other one can
 * be called off instead; whoever signed the payment signs this too.
 */
export function buildRelayUndoTypedData(domain: TokenDomain, relay: Address, request: RelayRequest) {
  const { CancelAuthorization } = authorizationTypes;
  const message: CancelAuthorization = {
    authorizer: request.from,
    nonce: relayNonce(domain.chainId, relay, request),
  };
  return { domain, types: { CancelAuthorization }, primaryType: 'CancelAuthorization', message } as const;
}

/**
 * The EIP-3009 nonce of a payment through the relay: the hash of what the authorization itself does not say, so that
 * neither the service nor anybody else can split, redirect or re-price it. The contract computes the same.
 *
 * The token is bound by the signature's EIP-712 domain; `from` and `validAfter` by the signed struct.
 */
export function relayNonce(
  chainId: number,
  relay: Address,
  request: Omit<RelayRequest, 'token' | 'from' | 'validAfter'>,
): Hex {
  const { to, amount, fee, feeReceiver, reference, validBefore, salt } = request;
  return keccak256(
    encodeAbiParameters(relayNonceFields, [
      BigInt(chainId),
      relay,
      to,
      amount,
      fee,
      feeReceiver,
      reference,
      validBefore,
      salt,
    ]),
  );
}

const relayNonceFields = [
  { name: 'chainId', type: 'uint256' },
  { name: 'relay', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'amount', type: 'uint256' },
  { name: 'fee', type: 'uint256' },
  { name: 'feeReceiver', type: 'address' },
  { name: 'reference', type: 'bytes32' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'salt', type: 'bytes32' },
] as const;

/** What a merchant asks for, as the checkout contract knows it. */
export type CheckoutTerms = {
  readonly merchant: Address;
  readonly token: Address;
  /** The price, in base units of the token. */
  readonly amount: bigint;
  /** Unix time in seconds; can be paid strictly before it. */
  readonly validBefore: bigint;
  /** 32 random bytes, so that equal requests differ. */
  readonly salt: Hex;
};

/** What a payer signs to pay (a part of) a request, or its merchant to give it back. */
export type CheckoutSigned = Validity & {
  readonly payer: Address;
  /** What the merchant gets, or the payer gets back. Who signs pays `amount + fee`. */
  readonly amount: bigint;
  readonly fee: bigint;
  readonly feeReceiver: Address;
  readonly salt: Hex;
};

/** Which contract on which chain. */
export type CheckoutPlace = { readonly chainId: number; readonly checkout: Address };

const [uint, account, word] = [{ type: 'uint256' }, { type: 'address' }, { type: 'bytes32' }] as const;

/**
 * The name of a request on chain: the hash of everything that it is about, so that nobody can settle it with anything else. The
 * contract computes the same (`Checkout.referenceOf`).
 */
export function checkoutReference({ chainId, checkout }: CheckoutPlace, terms: CheckoutTerms): Hex {
  const { merchant, token, amount, validBefore, salt } = terms;
  return keccak256(
    encodeAbiParameters(
      [uint, account, account, account, uint, uint, word],
      [BigInt(chainId), checkout, merchant, token, amount, validBefore, salt],
    ),
  );
}

/** The EIP-3009 nonce of a payment through the checkout (`Checkout.paymentNonceOf`). */
export function checkoutPaymentNonce(
  { chainId, checkout }: CheckoutPlace,
  reference: Hex,
  signed: CheckoutSigned,
): Hex {
  const { amount, fee, feeReceiver, validBefore, salt } = signed;
  return keccak256(
    encodeAbiParameters(
      [uint, account, word, uint, uint, account, uint, word],
      [BigInt(chainId), checkout, reference, amount, fee, feeReceiver, validBefore, salt],
    ),
  );
}

const refundTag = keccak256(toBytes('Refund'));

/** The EIP-3009 nonce of a refund through the checkout (`Checkout.refundNonceOf`). */
export function checkoutRefundNonce({ chainId, checkout }: CheckoutPlace, reference: Hex, signed: CheckoutSigned): Hex {
  const { payer, amount, fee, feeReceiver, validBefore, salt } = signed;
  return keccak256(
    encodeAbiParameters(
      [word, uint, account, word, account, uint, uint, account, uint, word],
      [refundTag, BigInt(chainId), checkout, reference, payer, amount, fee, feeReceiver, validBefore, salt],
    ),
  );
}

/** Typed data by which a payer pays a request, or (`refund`) its merchant gives a payment back. */
export function buildCheckoutTypedData(
  domain: TokenDomain,
  checkout: Address,
  {
    kind,
    terms,
    signed,
  }: { readonly kind: 'payment' | 'refund'; readonly terms: CheckoutTerms; readonly signed: CheckoutSigned },
) {
  const place = { chainId: domain.chainId, checkout };
  const reference = checkoutReference(place, terms);
  const nonceOf = kind === 'payment' ? checkoutPaymentNonce : checkoutRefundNonce;
  return buildReceiveTypedData(domain, {
    from: kind === 'payment' ? signed.payer : terms.merchant,
    to: checkout,
    value: signed.amount + signed.fee,
    validAfter: signed.validAfter,
    validBefore: signed.validBefore,
    nonce: nonceOf(place, reference, signed),
  });
}

/**
 * Checks that what is signed for the checkout makes sense and can still be carried out.
 *
 * @param nowSeconds - Chain time.
 * @throws {AppError} AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED.
 */
export function checkCheckoutSigned(
  { amount, fee, feeReceiver, ...validity }: CheckoutSigned,
  nowSeconds: bigint,
): void {
  if (amount <= 0n) throw refuse('nothing to pay');
  if (fee < 0n || amount + fee > uint256Max) throw refuse('amount out of range');
  if (fee > 0n && isAddressEqual(feeReceiver, zeroAddress)) throw refuse('no receiver of the fee');
  checkValidity(validity, nowSeconds);
}

const uint256Max = 2n ** 256n - 1n;
const refuse = (reason: string): AppError =>
  new AppError('AUTHORIZATION_INVALID', 'The contract would not take this authorization.', { details: { reason } });

/**
 * Checks that a payment through the relay makes sense and can still be carried out.
 *
 * @param nowSeconds - Chain time. An authorization that begins later passes: it is a delayed payment.
 * @throws {AppError} AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED, or ADDRESS_IS_TOKEN when the recipient is the token
 * contract itself (people paste the wrong address; the tokens would be lost).
 */
export function checkRelayRequest(request: RelayRequest, nowSeconds: bigint): void {
  if (request.amount <= 0n) throw refuse('nothing to pay');
  if (request.fee < 0n || request.amount + request.fee > uint256Max) throw refuse('amount out of range');
  if (isAddressEqual(request.to, zeroAddress)) throw refuse('no recipient');
  if (request.fee > 0n && isAddressEqual(request.feeReceiver, zeroAddress)) throw refuse('no receiver of the fee');
  if (isAddressEqual(request.to, request.token)) {
    throw new AppError('ADDRESS_IS_TOKEN', 'The recipient is the token contract.');
  }
  checkValidity(request, nowSeconds);
}

/**
 * Checks that a redemption makes sense and can still be carried out.
 *
 * @param unit - The smallest redeemable number of token units: what one unit of cash is worth.
 * @throws {AppError} AUTHORIZATION_INVALID, AUTHORIZATION_EXPIRED.
 */
export function checkRedeemAuthorization(authorization: RedeemAuthorization, unit: bigint, nowSeconds: bigint): void {
  if (authorization.amount <= 0n || authorization.amount > uint256Max) throw refuse('amount out of range');
  if (authorization.amount % unit !== 0n) throw refuse('not a whole number of cash units');
  checkValidity(authorization, nowSeconds);
}

function checkValidity({ validAfter, validBefore }: Validity, nowSeconds: bigint): void {
  if (validAfter < 0n || validBefore > uint256Max) throw refuse('time out of range');
  if (validAfter >= validBefore) throw refuse('ends before it begins');
  // The contract demands block time < validBefore, and the next block is later than now.
  if (validBefore <= nowSeconds)
    throw new AppError('AUTHORIZATION_EXPIRED', 'The authorization can no longer be used.');
}

type AnyTypedData = Parameters<typeof recoverTypedDataAddress>[0] extends infer P ? Omit<P, 'signature'> : never;

/**
 * Checks that `signer` signed the typed data, in the one form that the contracts take: 65 bytes, low s, v 27 or 28.
 *
 * @throws {AppError} SIGNATURE_INVALID.
 */
export async function checkTypedDataSignature(typedData: AnyTypedData, signer: Address, signature: Hex): Promise<void> {
  if (!isCanonicalSignature(signature)) throw new AppError('SIGNATURE_INVALID', 'Not a canonical signature.');
  const recovered = await recoverTypedDataAddress({ ...typedData, signature } as Parameters<
    typeof recoverTypedDataAddress
  >[0]).catch((cause: unknown) => {
    throw new AppError('SIGNATURE_INVALID', 'The signature recovers no signer.', { cause });
  });
  if (!isAddressEqual(recovered, signer))
    throw new AppError('SIGNATURE_INVALID', 'Signed by somebody else, or something else.');
}

// SEC 2: half the order of the secp256k1 group. OpenZeppelin's ECDSA refuses a higher s, as it makes a second signature.
const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** Whether a signature is r, s, v in 65 bytes with the lower s and v 27 or 28, as OpenZeppelin's ECDSA wants it. */
export function isCanonicalSignature(signature: Hex): boolean {
  if (!/^0x[0-9a-fA-F]{128}(?:1b|1c)$/i.test(signature)) return false;
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  return s > 0n && s <= halfOrder;
}
