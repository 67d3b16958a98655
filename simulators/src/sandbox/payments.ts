import { randomBytes } from 'node:crypto';
import type { Merchant } from '../config.ts';
import type { Book, Payment, Refund } from './book.ts';
import type { SandboxFaults } from './faults.ts';
import { otherCurrency, writeNotices } from './notices.ts';
import { Refusal } from './refusal.ts';
import type { CreatePayment, CreateRefund } from './wire.ts';

/** The gateway's money in. */
export type Payments = {
  readonly create: (order: CreatePayment) => { readonly payment: Payment; readonly isNew: boolean };
  /** @throws {Refusal} PAYMENT_UNKNOWN. */
  readonly get: (orderNumber: string) => Payment;
  readonly findByToken: (pageToken: string) => Payment | undefined;
  /** The payer agrees. `isLate` lets an expired order be paid, as a slow bank transfer does. */
  readonly pay: (orderNumber: string, options?: { readonly isLate?: boolean }) => void;
  readonly decline: (orderNumber: string) => void;
  readonly expire: (orderNumber: string) => void;
  /** Expires every order whose time is over. */
  readonly expireDue: () => void;
  readonly refund: (orderNumber: string, request: CreateRefund) => Refund;
  /** Decides refunds under way. */
  readonly decideRefunds: () => void;
};

/** The most that one payment or payout may move: 5,000,000.00. */
export const amountMax = 500_000_000n;

/** @param merchant - The one merchant whose orders are taken. */
export function createPayments({
  book,
  faults,
  merchant,
  clock,
}: {
  readonly book: Book;
  readonly faults: SandboxFaults;
  readonly merchant: Merchant;
  readonly clock: () => Date;
}): Payments {
  const byToken = new Map([...book.payments.values()].map((payment) => [payment.pageToken, payment.orderNumber]));
  const get = (orderNumber: string): Payment => {
    const payment = book.payments.get(orderNumber);
    if (!payment) throw new Refusal(404, 'PAYMENT_UNKNOWN');
    return isOver(payment, clock()) ? change(payment, 'expired') : payment;
  };
  const change = (payment: Payment, status: Payment['status'], paid: Payment['paid'] = null): Payment => {
    const changed = { ...payment, status, paid };
    const told = paid ?? payment;
    const notices = writeNotices(
      {
        type: `payment.${status}`,
        staleType: 'payment.waiting',
        merchant: payment.merchant,
        orderNumber: payment.orderNumber,
        currency: told.currency,
        amount: told.amount,
        url: payment.notificationUrl,
      },
      faults,
      clock(),
    );
    book.write({ payments: [changed], notices });
    return changed;
  };
  return {
    create(order) {
      const known = book.payments.get(order.orderNumber);
      if (known)
        return {
          payment: sameOrder(known, order) ? get(order.orderNumber) : refuse(409, 'ORDER_NUMBER_REUSED'),
          isNew: false,
        };
      checkAmount(order.amount);
      checkUrl(order.returnUrl, merchant.origins);
      checkUrl(order.notificationUrl, merchant.origins);
      if (Date.parse(order.expiresAt) <= clock().getTime()) throw new Refusal(422, 'ALREADY_EXPIRED');
      const payment: Payment = {
        ...order,
        merchant: merchant.id,
        reference: `P${randomBytes(8).toString('hex').toUpperCase()}`,
        pageToken: randomBytes(18).toString('base64url'),
        status: 'waiting',
        paid: null,
        createdAt: clock().toISOString(),
      };
      book.write({ payments: [payment] });
      byToken.set(payment.pageToken, payment.orderNumber);
      return { payment, isNew: true };
    },
    get,
    findByToken(pageToken) {
      const orderNumber = byToken.get(pageToken);
      return orderNumber === undefined ? undefined : get(orderNumber);
    },
    pay(orderNumber, { isLate = false } = {}) {
      const payment = get(orderNumber);
      if (payment.status === 'paid') return;
      if (payment.status !== 'waiting' && !(isLate && payment.status === 'expired'))
        throw new Refusal(409, 'PAYMENT_OVER');
      const amount = faults.take('paid_wrong_amount', orderNumber)
        ? String(BigInt(payment.amount) - 1n || 2n)
        : payment.amount;
      const currency = faults.take('paid_wrong_currency', orderNumber)
        ? otherCurrency(payment.currency)
        : payment.currency;
      change(payment, 'paid', { currency, amount, at: clock().toISOString() });
    },
    decline: (orderNumber) => void changeWaiting(get(orderNumber), 'declined', change),
    expire: (orderNumber) => void changeWaiting(get(orderNumber), 'expired', change),
    expireDue() {
      for (const payment of book.payments.values()) if (isOver(payment, clock())) change(payment, 'expired');
    },
    refund: (orderNumber, request) => createRefund(book, get(orderNumber), request, clock()),
    decideRefunds() {
      for (const refund of book.refunds.values()) {
        const payment = book.payments.get(refund.orderNumber);
        if (refund.status === 'processing' && payment)
          decideRefund(refund, payment.notificationUrl, { book, faults, now: clock() });
      }
    },
  };
}

function changeWaiting(
  payment: Payment,
  status: 'declined' | 'expired',
  change: (payment: Payment, status: Payment['status']) => Payment,
): void {
  if (payment.status === status) return;
  if (payment.status !== 'waiting') throw new Refusal(409, 'PAYMENT_OVER');
  change(payment, status);
}

function isOver(payment: Payment, now: Date): boolean {
  return payment.status === 'waiting' && Date.parse(payment.expiresAt) <= now.getTime();
}

function sameOrder(known: Payment, order: CreatePayment): boolean {
  const fields = ['currency', 'amount', 'description', 'returnUrl', 'notificationUrl', 'expiresAt'] as const;
  return fields.every((field) => known[field] === order[field]);
}

/** Accepts exactly the registered origins, written in the one canonical way: no credentials, no other spelling. */
export function checkUrl(text: string, origins: readonly string[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isCanonical =
    url !== undefined && url.href === text && url.username === '' && url.password === '' && url.hash === '';
  if (!isCanonical || !origins.includes(url.origin)) throw new Refusal(422, 'URL_NOT_REGISTERED');
}

/** @throws {Refusal} AMOUNT_TOO_LARGE. */
export function checkAmount(amount: string): void {
  if (BigInt(amount) > amountMax) throw new Refusal(422, 'AMOUNT_TOO_LARGE');
}

function createRefund(book: Book, payment: Payment, request: CreateRefund, now: Date): Refund {
  const known = book.refunds.get(request.refundNumber);
  if (known) {
    const isSame =
      known.orderNumber === payment.orderNumber &&
      known.currency === request.currency &&
      known.amount === request.amount;
    return isSame ? known : refuse(409, 'REFUND_NUMBER_REUSED');
  }
  if (payment.paid === null) throw new Refusal(422, 'PAYMENT_NOT_PAID');
  if (request.currency !== payment.paid.currency) throw new Refusal(422, 'CURRENCY_MISMATCH');
  const earlier = [...book.refunds.values()].filter(
    (refund) => refund.orderNumber === payment.orderNumber && refund.status !== 'failed',
  );
  const total = earlier.reduce((sum, refund) => sum + BigInt(refund.amount), BigInt(request.amount));
  if (total > BigInt(payment.paid.amount)) throw new Refusal(422, 'REFUND_TOO_LARGE');
  const refund: Refund = {
    refundNumber: request.refundNumber,
    orderNumber: payment.orderNumber,
    merchant: payment.merchant,
    currency: request.currency,
    amount: request.amount,
    status: 'processing',
    reason: null,
    createdAt: now.toISOString(),
  };
  book.write({ refunds: [refund] });
  return refund;
}

function decideRefund(
  refund: Refund,
  url: string,
  { book, faults, now }: { book: Book; faults: SandboxFaults; now: Date },
): void {
  const failed = faults.take('refund_fails', refund.orderNumber);
  const status = failed ? 'failed' : 'succeeded';
  const { merchant, orderNumber, refundNumber, currency, amount } = refund;
  const happening = {
    type: `refund.${status}`,
    staleType: 'refund.processing',
    merchant,
    orderNumber,
    refundNumber,
    currency,
    amount,
    url,
  };
  book.write({
    refunds: [{ ...refund, status, reason: failed ? 'ACCOUNT_CLOSED' : null }],
    notices: writeNotices(happening, faults, now),
  });
}

function refuse(status: number, code: string): never {
  throw new Refusal(status, code);
}
