import type { PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { type Amount, decodeAmount, toAmount, zeroAmount } from '@feiqian/domain/money';

/** What of a payment was not given back and is not being given back, in base units of its asset. */
export function leftOf({ money, refunded, refunding }: PaymentWire): Amount {
  return toAmount(decodeAmount(money.amount) - decodeAmount(refunded) - decodeAmount(refunding));
}

/** What the payee still has of a request beyond its price, in the request's own asset; zero while it is not settled. */
export function excessOf({ state, money, received, refunded }: PaymentRequestWire): Amount {
  const kept = decodeAmount(received) - decodeAmount(refunded);
  const price = decodeAmount(money.amount);
  return state === 'settled' && kept > price ? toAmount(kept - price) : zeroAmount;
}

/** Whether there is money of a request that the payee may keep or give back. */
export function holdsMoney({ received, refunded }: PaymentRequestWire): boolean {
  return decodeAmount(received) > decodeAmount(refunded);
}

/** How much of this payment is too much, in base units of its asset: at most what is left of it. */
export function excessIn(request: PaymentRequestWire, payment: PaymentWire): Amount {
  const { money, token } = request;
  if (!payment.counts) return zeroAmount;
  // At par the two prices say how many units of the token one of the cash is.
  const scale =
    token && payment.money.asset === token.asset ? decodeAmount(token.amount) / decodeAmount(money.amount) : 1n;
  const excess = excessOf(request) * scale;
  const left = leftOf(payment);
  return toAmount(excess < left ? excess : left);
}

/** Whether a part of this payment, and not all that is left of it, is too much. */
export function isPartExcess(request: PaymentRequestWire, payment: PaymentWire): boolean {
  const excess = excessIn(request, payment);
  return excess > 0n && excess < leftOf(payment);
}

/** How a payment can be given back, or why it can't be here. */
export type RefundWay =
  | 'cash'
  | 'gateway'
  | 'token'
  /** Not final yet, or it never came. */
  | 'not_yet'
  /** All of it went back, or is going. */
  | 'nothing_left'
  /** Tokens that did not come through the request's own checkout: they can only be sent back. */
  | 'by_hand';

/** Whether it can be given back here. */
export const canRefund = (way: RefundWay): way is 'cash' | 'gateway' | 'token' =>
  way === 'cash' || way === 'gateway' || way === 'token';

/** Says how a payment can be given back. */
export function refundWayOf({ token }: PaymentRequestWire, payment: PaymentWire): RefundWay {
  if (payment.state !== 'final') return 'not_yet';
  if (leftOf(payment) === 0n) return 'nothing_left';
  if (payment.rail !== 'token') return payment.rail;
  return token && payment.money.asset === token.asset && payment.payer.address !== null ? 'token' : 'by_hand';
}

/** The payment from which what is too much is given back: the latest, which made it too much. */
export function findExcessive(request: PaymentRequestWire, payments: readonly PaymentWire[]): PaymentWire | undefined {
  return payments.findLast((payment) => canRefund(refundWayOf(request, payment)) && excessIn(request, payment) > 0n);
}
