/** Bodies of the gateway's API (PROTOCOL.md). Amounts are decimal strings of the smallest unit: fen, cents. */
import { z } from 'zod';
import type { Payment, Payout, Refund } from './book.ts';

const numberSchema = z.string().regex(/^[0-9A-Za-z]{8,40}$/);
const currencySchema = z.enum(['CNY', 'USD']);
const amountSchema = z.string().regex(/^[1-9][0-9]{0,17}$/);
const textSchema = z
  .string()
  .min(1)
  .max(140)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);
const urlSchema = z.string().max(2000);

export const createPaymentSchema = z.strictObject({
  orderNumber: numberSchema,
  currency: currencySchema,
  amount: amountSchema,
  description: textSchema,
  returnUrl: urlSchema,
  notificationUrl: urlSchema,
  expiresAt: z.iso.datetime(),
});
export type CreatePayment = z.infer<typeof createPaymentSchema>;

export const createRefundSchema = z.strictObject({
  refundNumber: numberSchema,
  currency: currencySchema,
  amount: amountSchema,
});
export type CreateRefund = z.infer<typeof createRefundSchema>;

export const createPayoutSchema = z.strictObject({
  orderNumber: numberSchema,
  currency: currencySchema,
  amount: amountSchema,
  description: textSchema,
  notificationUrl: urlSchema,
  account: z.strictObject({ holder: z.string().min(1).max(70), number: z.string().regex(/^[0-9A-Z]{6,34}$/) }),
});
export type CreatePayout = z.infer<typeof createPayoutSchema>;

/** A payment as merchants see it. */
export function encodePayment(payment: Payment, publicUrl: string): object {
  const { merchant, orderNumber, reference, status, currency, amount, paid, expiresAt } = payment;
  return {
    merchant,
    orderNumber,
    reference,
    status,
    currency,
    amount,
    paid,
    expiresAt,
    pageUrl: `${publicUrl}/pay/${payment.pageToken}`,
  };
}

/** A refund as merchants see it. */
export function encodeRefund({
  merchant,
  orderNumber,
  refundNumber,
  status,
  currency,
  amount,
  reason,
}: Refund): object {
  return { merchant, orderNumber, refundNumber, status, currency, amount, reason };
}

/** A payout as merchants see it; the account number is not repeated. */
export function encodePayout({ merchant, orderNumber, reference, status, currency, amount, reason }: Payout): object {
  return { merchant, orderNumber, reference, status, currency, amount, reason };
}
