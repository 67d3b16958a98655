/** Reads what the sandbox gateway says. Fields that we don't know are ignored: gateways add them at any time. */
import type { CashAssetId } from '@feiqian/domain/assets';
import { decodeAmount } from '@feiqian/domain/money';
import { z } from 'zod';
import type { GatewayNotification, Integrity, PaymentAnswer, PayoutAnswer, RefundAnswer } from '../gateway.ts';

const currency = z.string().regex(/^[A-Z]{3}$/);
const amount = z.string().regex(/^[1-9][0-9]{0,17}$/);
const name = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);
const reason = z.string().max(64).nullable();
const integrity = { merchant: name, orderNumber: name, currency, amount };
// Where browsers are sent: never to a script or a file.
const pageUrl = z.url({ protocol: /^https?$/ });

const paymentSchema = z.object({
  ...integrity,
  reference: name,
  status: z.enum(['waiting', 'paid', 'declined', 'expired']),
  paid: z.object({ currency, amount }).nullable(),
  pageUrl,
});
const payoutSchema = z.object({
  ...integrity,
  reference: name,
  status: z.enum(['processing', 'settled', 'returned']),
  reason,
});
const refundSchema = z.object({
  ...integrity,
  refundNumber: name,
  status: z.enum(['processing', 'succeeded', 'failed']),
  reason,
});
const notificationSchema = z.object({
  ...integrity,
  eventId: z.uuid(),
  type: z.string().regex(/^(?:payment|payout|refund)\.[a-z_]{1,32}$/),
});
const refusalSchema = z.object({ code: z.string().regex(/^[A-Z_]{1,64}$/) });

/** @throws {Error} when it is not a payment as documented. */
export function readPayment(body: unknown): PaymentAnswer {
  const payment = paymentSchema.parse(body);
  const { reference } = payment;
  switch (payment.status) {
    case 'waiting':
      return { ...toIntegrity(payment), state: 'open', reference, redirectUrl: payment.pageUrl };
    case 'paid':
      if (payment.paid === null) throw new Error('A paid payment does not say what was paid.');
      return { ...toIntegrity({ ...payment, ...payment.paid }), state: 'paid', reference };
    case 'declined':
      return { ...toIntegrity(payment), state: 'failed', reference, reason: 'DECLINED' };
    case 'expired':
      return { ...toIntegrity(payment), state: 'expired', reference };
    default:
      return payment.status satisfies never;
  }
}

/** @throws {Error} when it is not a payout as documented. */
export function readPayout(body: unknown): PayoutAnswer {
  const payout = payoutSchema.parse(body);
  const { reference, status } = payout;
  if (status === 'returned')
    return { ...toIntegrity(payout), state: status, reference, reason: payout.reason ?? 'UNKNOWN' };
  return { ...toIntegrity(payout), state: status, reference };
}

/** @throws {Error} when it is not a refund as documented. */
export function readRefund(body: unknown): RefundAnswer {
  const refund = refundSchema.parse(body);
  const { refundNumber, status } = refund;
  if (status === 'failed')
    return { ...toIntegrity(refund), refundNumber, state: status, reason: refund.reason ?? 'UNKNOWN' };
  return { ...toIntegrity(refund), refundNumber, state: status };
}

/** @throws {Error} when it is not a notification as documented. */
export function readNotification(body: unknown): GatewayNotification {
  const notification = notificationSchema.parse(body);
  const [subject] = notification.type.split('.') as [GatewayNotification['subject']];
  return { ...toIntegrity(notification), eventId: notification.eventId, subject };
}

/** The reason that a refusal gives; `UNKNOWN` when it gives none. */
export function readRefusal(body: unknown): string {
  const refusal = refusalSchema.safeParse(body);
  return refusal.success ? refusal.data.code : 'UNKNOWN';
}

function toIntegrity(said: { merchant: string; orderNumber: string; currency: string; amount: string }): Integrity {
  const asset: CashAssetId = `iso4217:${said.currency}`;
  return {
    merchant: said.merchant,
    orderNumber: said.orderNumber,
    money: { asset, amount: decodeAmount(said.amount) },
  };
}
