import type { PaymentRequestWire } from '@feiqian/domain/api/cash';
import { type Balances, type MovementWire, movementResponse, type RelayQuote } from '@feiqian/domain/api/chain';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import { type Address, getAddress } from 'viem';
import type { AssetBook } from '../../lib/assets.ts';
import { availableOf } from '../../lib/balances.ts';
import { draftRelayPayment, type RelayPaymentDraft, sendRelayPayment } from '../../lib/relay.ts';
import { sendDurably } from '../../lib/send-durably.ts';
import type { OpenWallet } from '../../lib/wallet/wallet-context.tsx';

/** A payment of a link, ready to be reviewed: from cash, or in tokens through the relay. */
export type PayDraft =
  | { readonly kind: 'cash'; readonly idempotencyKey: string; readonly request: PaymentRequestWire }
  | (RelayPaymentDraft & { readonly request: PaymentRequestWire });

/** A way of paying, and whether there is enough. */
export type PayWay = {
  readonly rail: 'cash' | 'token';
  /** Asset id of what is paid with. */
  readonly asset: string;
  readonly amount: Amount;
  readonly available: Amount;
  /** Fee in `asset`; undefined while it is being asked for. Cash is free. */
  readonly fee: Amount | undefined;
  readonly isEnough: boolean;
};

type World = {
  readonly balances: Balances;
  readonly own: Address;
  readonly quote: RelayQuote | undefined;
};

/** The ways in which a link can be paid by this person; tokens first, because they are what a link is for. */
export function listPayWays(request: PaymentRequestWire, { balances, own, quote }: World): PayWay[] {
  const cash = decodeAmount(request.money.amount);
  const cashAvailable = availableOf(balances, request.money.asset);
  const byCash: PayWay = {
    rail: 'cash',
    asset: request.money.asset,
    amount: cash,
    available: cashAvailable,
    fee: 0n as Amount,
    isEnough: cashAvailable >= cash,
  };
  if (!request.token) return [byCash];
  const amount = decodeAmount(request.token.amount);
  const available = availableOf(balances, request.token.asset, own);
  const fee = quote && decodeAmount(quote.fee);
  const byToken: PayWay = {
    rail: 'token',
    asset: request.token.asset,
    amount,
    available,
    fee,
    isEnough: available >= amount + (fee ?? 0n),
  };
  return [byToken, byCash];
}

/** The way that is offered first: the first with enough in it. */
export function preferWay(ways: readonly PayWay[]): PayWay['rail'] {
  return (ways.find(({ isEnough }) => isEnough) ?? ways[0])?.rail ?? 'cash';
}

type Terms = {
  readonly book: AssetBook;
  readonly request: PaymentRequestWire;
  readonly rail: PayWay['rail'];
  readonly own: Address;
  readonly quote: RelayQuote | undefined;
  readonly nowSeconds: bigint;
};

/**
 * Drafts a payment. Tokens carry the link's own reference, by which it is recognised on chain.
 *
 * @throws {AppError} QUOTE_EXPIRED without a quote, PAYMENT_REQUEST_CLOSED when it cannot be paid in tokens.
 */
export function draftPayment({ book, request, rail, own, quote, nowSeconds }: Terms): PayDraft {
  if (rail === 'cash') return Object.freeze({ kind: 'cash', idempotencyKey: crypto.randomUUID(), request });
  if (!request.token) throw new AppError('PAYMENT_REQUEST_CLOSED', 'It takes cash only.');
  if (!quote) throw new AppError('QUOTE_EXPIRED', 'The network fee is not known.');
  const { address, amount, reference } = request.token;
  const draft = draftRelayPayment(book, {
    quote,
    from: own,
    to: getAddress(address),
    amount: decodeAmount(amount),
    reference,
    paymentRequestId: request.id,
    // Late, it would have to be asked back.
    until: request.expiresAt === null ? undefined : BigInt(Math.floor(Date.parse(request.expiresAt) / 1000)),
    nowSeconds,
  });
  return Object.freeze({ ...draft, request });
}

/** Carries out a reviewed payment. */
export function sendPayment(wallet: OpenWallet, draft: PayDraft): Promise<MovementWire> {
  if (draft.kind === 'relay') return sendRelayPayment(wallet, draft);
  return sendDurably({
    userId: wallet.userId,
    path: `/v1/payment-requests/${draft.request.id}/payments`,
    body: { rail: 'cash' },
    schema: movementResponse,
    idempotencyKey: draft.idempotencyKey,
  });
}
