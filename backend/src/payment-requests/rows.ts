/** Parts of commands: how requests and payments are written. */
import { type Amount, encodeAmount } from '@feiqian/domain/money';
import type { RowChange } from '../ledger/command.ts';
import { decideRequest, type Paid } from './decide.ts';
import type { PaymentRequestRow, PaymentRow, Requested } from './store.ts';

/** A payment that is about to be written. */
export type NewPayment = Omit<PaymentRow, 'version' | 'payerHandle' | 'refunding' | 'refunded'>;

export function insertRequest(row: PaymentRequestRow): RowChange {
  const { token } = row;
  return {
    table: 'payment_requests',
    id: row.id,
    expectVersion: 0,
    set: {
      payee_id: row.payeeId,
      state: row.state,
      asset: row.asset,
      amount: encodeAmount(row.amount),
      missing: encodeAmount(row.missing),
      tolerance: row.tolerance,
      settle_at: row.settleAt,
      description: row.description,
      token_asset: token?.asset ?? null,
      token_amount: token ? encodeAmount(token.amount) : null,
      address: token?.address ?? null,
      reference: row.reference,
      checkout: token?.checkout?.contract ?? null,
      checkout_salt: token?.checkout?.terms.salt ?? null,
      checkout_valid_before: token?.checkout ? `${token.checkout.terms.validBefore}` : null,
      return_url: row.returnUrl ?? null,
      order_id: row.orderId ?? null,
      expires_at: row.expiresAt?.toISOString() ?? null,
      monitored_until: row.monitoredUntil?.toISOString() ?? null,
      created_at: row.createdAt.toISOString(),
    },
  };
}

/**
 * Brings a request to what its payments come to. Every command that writes a payment has this part too: two that pay one request at
 * once meet in the request's version, and the second decides again.
 */
export function followPayments(
  request: PaymentRequestRow,
  payments: readonly Paid[],
  now: Date,
  set: RowChange['set'] = {},
): RowChange {
  const decided = decideRequest(request, payments, now);
  const settledAt = decided.state === 'settled' ? (request.settledAt ?? now).toISOString() : null;
  return {
    table: 'payment_requests',
    id: request.id,
    expectVersion: request.version,
    set: {
      state: decided.state,
      exception: decided.exception,
      reason: decided.reason,
      received: encodeAmount(decided.received),
      coming: encodeAmount(decided.coming),
      refunded: encodeAmount(decided.refunded),
      missing: encodeAmount(decided.missing),
      settled_at: settledAt,
      ...set,
    },
  };
}

export function insertPayment(row: NewPayment): RowChange {
  return {
    table: 'payments',
    id: row.id,
    expectVersion: 0,
    set: {
      request_id: row.requestId,
      rail: row.rail,
      state: row.state,
      asset: row.asset,
      amount: encodeAmount(row.amount),
      payer_id: row.payerId ?? null,
      payer_address: row.payerAddress ?? null,
      movement_id: row.movementId ?? null,
      gateway: row.gateway ?? null,
      chain_id: row.chainId ?? null,
      epoch: row.epoch ?? null,
      chain_transaction_id: row.chainTransactionId ?? null,
      tx_hash: row.txHash ?? null,
      paid_at: row.paidAt.toISOString(),
    },
  };
}

export function changePayment({ id, version }: PaymentRow, set: RowChange['set']): RowChange {
  return { table: 'payments', id, expectVersion: version, set };
}

/** Part of a command: a payment has so much of it given back, or on its way. */
export function changeSums(
  { request, payments }: Requested,
  paymentId: string,
  sums: { readonly refunded: Amount; readonly refunding: Amount },
  now: Date,
): RowChange[] {
  const payment = payments.find(({ id }) => id === paymentId);
  if (!payment) throw new Error('A refund is of a payment.');
  const after = payments.map((one) => (one.id === paymentId ? { ...one, ...sums } : one));
  const set = { refunded: encodeAmount(sums.refunded), refunding: encodeAmount(sums.refunding) };
  return [changePayment(payment, set), followPayments(request, after, now)];
}
