import {
  type ChainWire,
  type MovementWire,
  movementResponse,
  type RelayQuote,
  relayQuoteResponse,
} from '@feiqian/domain/api/chain';
import type { RelayRequest, TokenDomain } from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import { queryOptions } from '@tanstack/react-query';
import { type Address, bytesToHex, getAddress, type Hex } from 'viem';
import { draftRelay, type RelayDraft, readRelayDraft } from '../keyring/relay-draft.ts';
import type { AssetBook } from './assets.ts';
import { sendJson } from './http.ts';
import type { UndoMinutes } from './preferences.ts';
import { sendDurably } from './send-durably.ts';
import type { OpenWallet } from './wallet/wallet-context.tsx';

const minuteSeconds = 60n;
const hourSeconds = 3600n;
const quoteStaleMs = 60_000;

/** What moving a stablecoin without native coin costs now. Asked again before it runs out. */
export const relayQuoteQuery = (asset: string) =>
  queryOptions({
    queryKey: ['quotes', 'relay', asset] as const,
    queryFn: () =>
      sendJson({
        path: '/v1/quotes',
        body: { kind: 'relay', asset },
        schema: relayQuoteResponse,
        idempotencyKey: crypto.randomUUID(),
      }),
    staleTime: quoteStaleMs,
    refetchInterval: quoteStaleMs,
  });

/** A payment through the relay contract, ready to be reviewed, signed and sent. */
export type RelayPaymentDraft = {
  readonly kind: 'relay';
  /** The same for every attempt. */
  readonly idempotencyKey: string;
  readonly quoteId: string;
  /** What is reviewed and signed. */
  readonly signing: RelayDraft;
};

type RelayTerms = {
  readonly quote: RelayQuote;
  readonly from: Address;
  readonly to: Address;
  readonly amount: Amount;
  readonly nowSeconds: bigint;
  /** For how long it can be undone. */
  readonly undoMinutes: UndoMinutes;
};

/** The EIP-712 domain of a token of this deployment. @throws {AppError} ASSET_UNKNOWN for anything but a token. */
export function toTokenDomain(
  book: AssetBook,
  assetId: string,
): { readonly domain: TokenDomain; readonly chain: ChainWire } {
  const { kind, name, chainId, address } = book.get(assetId);
  if (kind !== 'token' || chainId === undefined || address === undefined) {
    throw new AppError('ASSET_UNKNOWN', 'Only tokens have a domain.');
  }
  return {
    domain: { name, version: '1', chainId, verifyingContract: getAddress(address) },
    chain: book.getChain(chainId),
  };
}

/** The relay of a chain. @throws {AppError} ASSET_UNKNOWN where the operator issues nothing. */
export function relayOf({ relay }: ChainWire): Address {
  if (!relay) throw new AppError('ASSET_UNKNOWN', 'There is no relay on that chain.');
  return getAddress(relay);
}

/**
 * Drafts a payment through the relay, by the deployment's own relay contract: at once and for one hour, or, if it can be undone until a
 * time, for one hour from then.
 *
 * @throws {AppError} TYPED_DATA_INVALID, ASSET_UNKNOWN.
 */
export function draftRelayPayment(book: AssetBook, terms: RelayTerms): RelayPaymentDraft {
  const { domain, chain } = toTokenDomain(book, terms.quote.asset);
  const validAfter = validAfterOf(terms.undoMinutes, terms.nowSeconds);
  const request: RelayRequest = {
    token: domain.verifyingContract,
    from: terms.from,
    to: terms.to,
    amount: terms.amount,
    fee: decodeAmount(terms.quote.fee),
    feeReceiver: getAddress(terms.quote.feeReceiver),
    reference: randomWord(),
    validAfter,
    validBefore: (validAfter || terms.nowSeconds) + hourSeconds,
    salt: randomWord(),
  };
  return Object.freeze({
    kind: 'relay',
    idempotencyKey: crypto.randomUUID(),
    quoteId: terms.quote.id,
    signing: draftRelay({ domain, relay: relayOf(chain), request }),
  });
}

/** The end of the time for undoing: a full minute, as it is shown, and never sooner than promised. Before that no block takes the payment. */
export function validAfterOf(undoMinutes: UndoMinutes, nowSeconds: bigint): bigint {
  if (undoMinutes === 0) return 0n;
  const end = nowSeconds + BigInt(undoMinutes) * minuteSeconds;
  return ((end + minuteSeconds - 1n) / minuteSeconds) * minuteSeconds;
}

/** Signs a reviewed payment and hands it to the relayer. What is sent is read back from what was signed. */
export async function sendRelayPayment(wallet: OpenWallet, draft: RelayPaymentDraft): Promise<MovementWire> {
  const signature = await wallet.signTypedData(draft.signing);
  const { domain, request } = readRelayDraft(draft.signing);
  const { token, from, to, feeReceiver, reference, salt } = request;
  return await sendDurably({
    userId: wallet.userId,
    path: '/v1/relays',
    idempotencyKey: draft.idempotencyKey,
    schema: movementResponse,
    body: {
      quoteId: draft.quoteId,
      chainId: domain.chainId,
      token,
      from,
      to,
      amount: `${request.amount}`,
      fee: `${request.fee}`,
      feeReceiver,
      reference,
      validAfter: `${request.validAfter}`,
      validBefore: `${request.validBefore}`,
      salt,
      signature,
    },
  });
}

/** 32 random bytes. */
export function randomWord(): Hex {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(32)));
}
