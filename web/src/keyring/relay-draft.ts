import { parseAddress } from '@feiqian/domain/address';
import {
  buildRelayTypedData,
  buildRelayUndoTypedData,
  type RelayRequest,
  type TokenDomain,
} from '@feiqian/domain/authorizations';
import type { Address } from 'viem';
import { readCanonical, readTerms, refuseTerms, type TermKinds, writeDomain, writeTerms } from './terms-json.ts';
import { writeTypedData } from './typed-data.ts';

/** A payment through the relay contract: everything that its authorization's nonce commits to, as canonical JSON. */
export type RelayDraft = { readonly kind: 'relay'; readonly json: string };

/** The end of such a payment before it was carried out: the payment's own terms, from which what is called off is computed. */
export type RelayUndoDraft = { readonly kind: 'relay_undo'; readonly json: string };

/** The parts of a payment through the relay. */
export type RelayPayment = { readonly domain: TokenDomain; readonly relay: Address; readonly request: RelayRequest };

/**
 * Drafts a payment through the relay.
 *
 * @throws {AppError} TYPED_DATA_INVALID when the parts contradict each other.
 */
export function draftRelay(payment: RelayPayment): RelayDraft {
  return Object.freeze({ kind: 'relay', json: writeRelay(payment) });
}

/**
 * Reads a payment through the relay. The typed data to sign is computed from it each time, by the review and by the
 * keyring alike, so its nonce can't belong to other terms than those shown.
 *
 * @throws {AppError} TYPED_DATA_INVALID unless it is in the canonical form of {@link draftRelay}.
 */
export function readRelayDraft({
  json,
}: RelayDraft): RelayPayment & { readonly typedData: ReturnType<typeof buildRelayTypedData> } {
  const payment = readCanonical(json, toPayment, writeRelay);
  return { ...payment, typedData: buildRelayTypedData(payment.domain, payment.relay, payment.request) };
}

/**
 * Drafts the end of a payment that is held.
 *
 * @throws {AppError} TYPED_DATA_INVALID when the parts contradict each other.
 */
export function draftRelayUndo(payment: RelayPayment): RelayUndoDraft {
  return Object.freeze({ kind: 'relay_undo', json: writeRelay(payment) });
}

/** Reads the end of a payment. @throws {AppError} TYPED_DATA_INVALID unless it is in the canonical form of {@link draftRelayUndo}. */
export function readRelayUndoDraft({
  json,
}: RelayUndoDraft): RelayPayment & { readonly typedData: ReturnType<typeof buildRelayUndoTypedData> } {
  const payment = readCanonical(json, toPayment, writeRelay);
  return { ...payment, typedData: buildRelayUndoTypedData(payment.domain, payment.relay, payment.request) };
}

const requestKinds: TermKinds<RelayRequest> = {
  token: 'address',
  from: 'address',
  to: 'address',
  feeReceiver: 'address',
  amount: 'integer',
  fee: 'integer',
  validAfter: 'integer',
  validBefore: 'integer',
  reference: 'word',
  salt: 'word',
};

function writeRelay({ domain, relay, request }: RelayPayment): string {
  const json = JSON.stringify({
    domain: writeDomain(domain),
    relay: parseAddress(relay),
    request: writeTerms(request, requestKinds),
  });
  if (parseAddress(request.token) !== parseAddress(domain.verifyingContract)) throw refuseTerms('two tokens');
  // What is left are the range of the sum and the types of the domain; the typed data checks them.
  writeTypedData(buildRelayTypedData(domain, relay, request));
  return json;
}

const toPayment = ({ domain, relay, request }: Readonly<Record<string, unknown>>): RelayPayment => ({
  domain: domain as TokenDomain,
  relay: relay as Address,
  request: readTerms<RelayRequest>(request, requestKinds),
});
