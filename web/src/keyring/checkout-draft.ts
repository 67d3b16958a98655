import { parseAddress } from '@feiqian/domain/address';
import {
  buildCheckoutTypedData,
  type CheckoutSigned,
  type CheckoutTerms,
  checkoutReference,
  type TokenDomain,
} from '@feiqian/domain/authorizations';
import type { Address, Hex } from 'viem';
import { readCanonical, readTerms, refuseTerms, type TermKinds, writeDomain, writeTerms } from './terms-json.ts';
import { writeTypedData } from './typed-data.ts';

/** A payment of a payment request through the checkout contract, or its refund: everything that its nonce commits to, as canonical JSON. */
export type CheckoutDraft = { readonly kind: 'checkout'; readonly json: string };

/** The parts of a payment or a refund through the checkout. */
export type CheckoutParts = {
  readonly domain: TokenDomain;
  readonly checkout: Address;
  /** Whether the payer signs, or the payee to give it back. */
  readonly kind: 'payment' | 'refund';
  /** What the request asks for. */
  readonly terms: CheckoutTerms;
  readonly signed: CheckoutSigned;
};

/** What a draft says, and what has to be signed for it. */
export type ReadCheckout = CheckoutParts & {
  /** Hash of the terms: the request's name on chain. */
  readonly reference: Hex;
  readonly typedData: ReturnType<typeof buildCheckoutTypedData>;
};

/**
 * Drafts a payment or a refund through the checkout.
 *
 * @throws {AppError} TYPED_DATA_INVALID when the parts contradict each other.
 */
export function draftCheckout(parts: CheckoutParts): CheckoutDraft {
  return Object.freeze({ kind: 'checkout', json: writeCheckout(parts) });
}

/**
 * Reads a payment or a refund through the checkout. Reference, nonce and typed data are computed from its terms each time, by
 * the review and by the keyring alike, so they can't belong to other terms than those shown.
 *
 * @throws {AppError} TYPED_DATA_INVALID unless it is in the canonical form of {@link draftCheckout}.
 */
export function readCheckoutDraft({ json }: CheckoutDraft): ReadCheckout {
  const parts = readCanonical(json, toParts, writeCheckout);
  const { domain, checkout, terms } = parts;
  return {
    ...parts,
    reference: checkoutReference({ chainId: domain.chainId, checkout }, terms),
    typedData: buildCheckoutTypedData(domain, checkout, parts),
  };
}

const termKinds: TermKinds<CheckoutTerms> = {
  merchant: 'address',
  token: 'address',
  amount: 'integer',
  validBefore: 'integer',
  salt: 'word',
};
const signedKinds: TermKinds<CheckoutSigned> = {
  payer: 'address',
  amount: 'integer',
  fee: 'integer',
  feeReceiver: 'address',
  validAfter: 'integer',
  validBefore: 'integer',
  salt: 'word',
};

function writeCheckout({ domain, checkout, kind, terms, signed }: CheckoutParts): string {
  const json = JSON.stringify({
    domain: writeDomain(domain),
    checkout: parseAddress(checkout),
    kind,
    terms: writeTerms(terms, termKinds),
    signed: writeTerms(signed, signedKinds),
  });
  if (kind !== 'payment' && kind !== 'refund') throw refuseTerms('neither payment nor refund');
  if (parseAddress(terms.token) !== parseAddress(domain.verifyingContract)) throw refuseTerms('two tokens');
  // What is left are the range of the sum and the types of the domain; the typed data checks them.
  writeTypedData(buildCheckoutTypedData(domain, checkout, { kind, terms, signed }));
  return json;
}

const toParts = ({ domain, checkout, kind, terms, signed }: Readonly<Record<string, unknown>>): CheckoutParts => ({
  domain: domain as TokenDomain,
  checkout: checkout as Address,
  kind: kind as CheckoutParts['kind'],
  terms: readTerms<CheckoutTerms>(terms, termKinds),
  signed: readTerms<CheckoutSigned>(signed, signedKinds),
});
