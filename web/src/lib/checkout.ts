import type { CheckoutAuthorization, CheckoutWire } from '@feiqian/domain/api/payments';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import { type Address, getAddress, type Hex } from 'viem';
import { type CheckoutDraft, draftCheckout, readCheckoutDraft } from '../keyring/checkout-draft.ts';
import type { AssetBook } from './assets.ts';
import { randomWord, toTokenDomain } from './relay.ts';

// The service takes an hour at most, by its own clock; the rest is for clocks that differ.
const validitySeconds = 3_000n;

const earlier = (one: bigint, other: bigint): bigint => (other < one ? other : one);

type Terms = {
  /** Whether the payer pays, or the payee gives back. */
  readonly kind: 'payment' | 'refund';
  /** How tokens pay the request. */
  readonly token: CheckoutWire;
  readonly payer: Address;
  /** In base units of the token. */
  readonly amount: Amount;
  readonly nowSeconds: bigint;
};

/**
 * Drafts what pays a payment request in tokens, or gives such a payment back: at once, for less than an hour, and a payment never
 * after the request has ended.
 *
 * @throws {AppError} AUTHORIZATION_INVALID when the request is not the one that its terms name, ASSET_UNKNOWN, TYPED_DATA_INVALID.
 */
export function draftByCheckout(book: AssetBook, { kind, token, payer, amount, nowSeconds }: Terms): CheckoutDraft {
  const { domain } = toTokenDomain(book, token.asset);
  const terms = {
    merchant: getAddress(token.address),
    token: domain.verifyingContract,
    amount: decodeAmount(token.amount),
    validBefore: BigInt(token.validBefore),
    salt: token.salt,
  };
  const usualEnd = nowSeconds + validitySeconds;
  const draft = draftCheckout({
    domain,
    checkout: getAddress(token.contract),
    kind,
    terms,
    signed: {
      payer,
      amount,
      fee: decodeAmount(token.fee),
      feeReceiver: getAddress(token.feeReceiver),
      validAfter: 0n,
      validBefore: kind === 'payment' ? earlier(usualEnd, terms.validBefore) : usualEnd,
      salt: randomWord(),
    },
  });
  if (readCheckoutDraft(draft).reference !== token.reference)
    throw new AppError('AUTHORIZATION_INVALID', 'Its terms are those of another request.');
  return draft;
}

/** What the service is given: read back from what was signed. */
export function toAuthorization(draft: CheckoutDraft, signature: Hex): CheckoutAuthorization {
  const { signed } = readCheckoutDraft(draft);
  return {
    from: signed.payer,
    amount: `${signed.amount}`,
    fee: `${signed.fee}`,
    feeReceiver: signed.feeReceiver,
    validAfter: `${signed.validAfter}`,
    validBefore: `${signed.validBefore}`,
    salt: signed.salt,
    signature,
  };
}
