import { z } from 'zod';
import { isTimeZone } from '../time-zone.ts';
import { amountSchema, assetIdSchema, instantSchema } from './common.ts';
import { paymentRequestSchema } from './payments.ts';

/** POST /v1/pay-codes: digits that a payer shows at a counter; another one each time, known to nobody else, good for one scan. */
export const payCodeResponse = z.object({
  /** Eighteen digits. */
  code: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
});
export type PayCodeWire = z.infer<typeof payCodeResponse>;

/** POST /v1/payment-requests/:id/pay-code: the payee has scanned or typed a payer's code and asks that payer. */
export const presentPayCode = z.strictObject({ code: z.string().max(64) });

/** `asked`: the payer sees the request and decides. `paid`: the payer allows this much without being asked. */
export const presentedResponse = z.object({ state: z.enum(['asked', 'paid']) });
export type PresentedWire = z.infer<typeof presentedResponse>;

/** GET /v1/pay-codes/asked: what the codes of this session were last presented for, if that was a moment ago. */
export const askedResponse = z.object({
  request: paymentRequestSchema.nullable(),
  askedAt: instantSchema.nullable(),
  /** Whether it was paid by the one who asks, be it without being asked. */
  isPaidByYou: z.boolean(),
});
export type AskedWire = z.infer<typeof askedResponse>;

/** The most that anybody can allow without being asked, in the smallest unit of cash: 1,000.00 for a payment, 5,000.00 for a day. */
export const payLimitMax = { perPayment: 100_000n, perDay: 500_000n } as const;

/** PUT /v1/pay-limits/:currency: what a counter may take by a pay code without a press. Nought for both switches it off. */
export const setPayLimit = z.strictObject({
  perPayment: amountSchema,
  perDay: amountSchema,
  /** Whose midnight begins a day. */
  timeZone: z.string().max(64).refine(isTimeZone),
});
export type SetPayLimit = z.infer<typeof setPayLimit>;

export const payLimitSchema = z.object({
  asset: assetIdSchema,
  perPayment: amountSchema,
  perDay: amountSchema,
  /** Paid without asking since midnight. */
  spentToday: amountSchema,
});
export type PayLimitWire = z.infer<typeof payLimitSchema>;
/** GET /v1/pay-limits: those that are on. */
export const payLimitsResponse = z.object({ items: z.array(payLimitSchema) });
