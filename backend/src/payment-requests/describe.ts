import type { PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { type Amount, encodeAmount, toAmount } from '@feiqian/domain/money';
import { countsFor, scaleOf } from './decide.ts';
import { type Deps, isOverdue } from './deps.ts';
import type { PaymentRequestRow, PaymentRow, Requested } from './store.ts';

type Describing = Pick<Deps, 'publicUrl' | 'relayer' | 'fee' | 'clock'>;

/** A request as whoever has its link sees it. One whose time is over says so, also before that is written. */
export function describeRequest(
  { publicUrl, relayer, fee, clock }: Describing,
  row: PaymentRequestRow,
): PaymentRequestWire {
  return {
    id: row.id,
    state: isOverdue(row, clock()) ? 'expired' : row.state,
    exception: row.exception,
    reason: row.reason ?? null,
    money: { asset: row.asset, amount: encodeAmount(row.amount) },
    received: encodeAmount(row.received),
    coming: encodeAmount(row.coming),
    refunded: encodeAmount(row.refunded),
    missing: encodeAmount(missingCash(row)),
    description: row.description,
    payee: { handle: row.payeeHandle },
    token: describeToken(row, { relayer, fee }),
    url: `${publicUrl}/pay/${row.id}`,
    orderId: row.orderId ?? null,
    returnUrl: row.returnUrl ?? null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}

/** What is left to pay in cash: parts of a cash unit count as one. */
export function missingCash(row: Pick<PaymentRequestRow, 'missing' | 'amount' | 'token'>): Amount {
  const scale = scaleOf(row);
  return toAmount((row.missing + scale - 1n) / scale);
}

function describeToken(
  { token, reference, missing }: PaymentRequestRow,
  { relayer, fee }: Pick<Deps, 'relayer' | 'fee'>,
): PaymentRequestWire['token'] {
  if (!token?.checkout) return null;
  const { contract, terms } = token.checkout;
  return {
    asset: token.asset,
    amount: encodeAmount(token.amount),
    missing: encodeAmount(missing),
    address: token.address,
    reference,
    contract,
    validBefore: `${terms.validBefore}`,
    salt: terms.salt,
    fee: encodeAmount(fee),
    feeReceiver: relayer,
  };
}

/** A payment as its payee sees it. */
export function describePayment({ request }: Pick<Requested, 'request'>, row: PaymentRow): PaymentWire {
  return {
    id: row.id,
    requestId: row.requestId,
    rail: row.rail,
    state: row.state,
    money: { asset: row.asset, amount: encodeAmount(row.amount) },
    counts: countsFor(request, row.asset),
    payer: { handle: row.payerHandle ?? null, address: row.payerAddress ?? null },
    gateway: row.gateway ?? null,
    chainId: row.chainId ?? null,
    txHash: row.txHash ?? null,
    refunding: encodeAmount(row.refunding),
    refunded: encodeAmount(row.refunded),
    paidAt: row.paidAt.toISOString(),
  };
}
