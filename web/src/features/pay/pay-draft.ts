import { type Balances, movementResponse } from '@feiqian/domain/api/chain';
import { authorizedPayment, type PaymentRequestWire } from '@feiqian/domain/api/payments';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { CheckoutDraft } from '../../keyring/checkout-draft.ts';
import type { AssetBook } from '../../lib/assets.ts';
import { availableOf } from '../../lib/balances.ts';
import { draftByCheckout, toAuthorization } from '../../lib/checkout.ts';
import { sendDurably } from '../../lib/send-durably.ts';
import type { OpenWallet } from '../../lib/wallet/wallet-context.tsx';

/** A payment of what is missing, ready to be reviewed: from cash, or in tokens through the checkout. */
export type PayDraft = {
  /** The same for every attempt. */
  readonly idempotencyKey: string;
  /** As it was when the review began. */
  readonly request: PaymentRequestWire;
} & ({ readonly kind: 'cash' } | { readonly kind: 'token'; readonly signing: CheckoutDraft });

/** A payment that the service has taken. */
export type Paid = {
  /** What the person's history calls it; null when it is not in there. */
  readonly historyId: string | null;
};

/** A way of paying, and whether there is enough. */
export type PayWay = {
  readonly rail: 'cash' | 'token';
  /** Asset id of what is paid with. */
  readonly asset: string;
  /** What is missing. */
  readonly amount: Amount;
  readonly available: Amount;
  /** Fee in `asset`. Cash is free. */
  readonly fee: Amount;
  readonly isEnough: boolean;
};

type World = { readonly balances: Balances; readonly own: Address };

/** The ways in which this person can pay what is missing; tokens first, because they are what a link is for. */
export function listPayWays(request: PaymentRequestWire, { balances, own }: World): PayWay[] {
  const { money, missing, token } = request;
  const toWay = (rail: PayWay['rail'], asset: string, { due, fee }: { due: string; fee: string }): PayWay => {
    const amount = decodeAmount(due);
    const available = availableOf(balances, asset, own);
    return {
      rail,
      asset,
      amount,
      available,
      fee: decodeAmount(fee),
      isEnough: available >= amount + decodeAmount(fee),
    };
  };
  const byCash = toWay('cash', money.asset, { due: missing, fee: '0' });
  return token ? [toWay('token', token.asset, { due: token.missing, fee: token.fee }), byCash] : [byCash];
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
  readonly nowSeconds: bigint;
};

/**
 * Drafts a payment of all that is missing.
 *
 * @throws {AppError} PAYMENT_REQUEST_CLOSED when it cannot be paid in tokens, and what `draftByCheckout` throws.
 */
export function draftPayment({ book, request, rail, own, nowSeconds }: Terms): PayDraft {
  const base = { idempotencyKey: crypto.randomUUID(), request };
  if (rail === 'cash') return Object.freeze({ ...base, kind: 'cash' });
  const { token } = request;
  if (!token) throw new AppError('PAYMENT_REQUEST_CLOSED', 'It takes cash only.');
  const amount = decodeAmount(token.missing);
  const signing = draftByCheckout(book, { kind: 'payment', token, payer: own, amount, nowSeconds });
  return Object.freeze({ ...base, kind: 'token', signing });
}

/** Carries out a reviewed payment. What is sent of a signed one is read back from what was signed. */
export async function sendPayment(wallet: OpenWallet, draft: PayDraft): Promise<Paid> {
  const { userId } = wallet;
  const { idempotencyKey, request } = draft;
  const path = `/v1/payment-requests/${request.id}`;
  if (draft.kind === 'cash') {
    const body = { rail: 'cash' };
    return sendDurably({ userId, idempotencyKey, path: `${path}/payments`, body, schema: movementResponse });
  }
  const body = toAuthorization(draft.signing, await wallet.signTypedData(draft.signing));
  return sendDurably({ userId, idempotencyKey, path: `${path}/authorizations`, body, schema: authorizedPayment });
}
