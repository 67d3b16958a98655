import { z } from 'zod';
import {
  addressSchema,
  amountSchema,
  assetIdSchema,
  bytes32Schema,
  idSchema,
  instantSchema,
  moneySchema,
  noteSchema,
} from './common.ts';

/** GET /v1/gateways?asset=…&amount=…: the gateways that can serve this, cheapest first. */
export const gatewaysQuery = z.object({ asset: assetIdSchema.optional(), amount: amountSchema.optional() });
export const gatewaySchema = z.object({
  name: z.string(),
  /** Shown name in both languages. */
  title: z.object({ zh: z.string(), en: z.string() }),
  assets: z.array(assetIdSchema),
  min: amountSchema,
  max: amountSchema,
  payout: z.boolean(),
});
export const gatewaysResponse = z.object({ gateways: z.array(gatewaySchema) });
export type GatewayWire = z.infer<typeof gatewaySchema>;

/** POST /v1/top-ups: pay in through a gateway; the money becomes cash, or tokens at the person's own address. */
export const topUpRequest = z.strictObject({
  gateway: z.string().max(40),
  money: moneySchema,
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('cash') }),
    z.strictObject({ kind: z.literal('token'), token: assetIdSchema, address: addressSchema }),
  ]),
});
export type TopUpRequest = z.infer<typeof topUpRequest>;
export const topUpStates = [
  'created',
  'paying',
  'paid',
  'credited',
  'issuing',
  'issued',
  'expired',
  'failed',
  'refunded',
  'review',
] as const;
export const topUpResponse = z.object({
  id: idSchema,
  historyId: idSchema,
  state: z.enum(topUpStates),
  money: moneySchema,
  /** Where the person pays: a page of the gateway. Absent once paid or over. */
  redirectUrl: z.url().nullable(),
  expiresAt: instantSchema.nullable(),
});
export type TopUp = z.infer<typeof topUpResponse>;

/** POST /v1/withdrawals: cash to a bank account. */
export const withdrawalRequest = z.strictObject({
  gateway: z.string().max(40),
  money: moneySchema,
  bankAccount: z.strictObject({
    holder: z.string().trim().min(1).max(70),
    /** Card or account number, or IBAN: 6 to 34 letters and digits. */
    number: z.string().regex(/^[0-9A-Z]{6,34}$/),
  }),
});
export type WithdrawalRequest = z.infer<typeof withdrawalRequest>;
export const withdrawalResponse = z.object({
  id: idSchema,
  historyId: idSchema,
  state: z.enum(['requested', 'reserved', 'sent', 'settled', 'returned']),
  money: moneySchema,
  /** Where it goes, masked but for the last four characters. */
  bankAccount: z.object({ number: z.string() }),
});

/** GET /v1/people?query=: exactly one person by e-mail or handle, or 404 RECIPIENT_UNKNOWN. There is no listing. */
export const personQuery = z.object({ query: z.string().min(1).max(254) });
export const personResponse = z.object({ handle: z.string() });

/** POST /v1/cash-transfers: cash to another user, by e-mail or handle. Final at once. */
export const cashTransferRequest = z.strictObject({
  recipient: z.string().min(1).max(254),
  money: moneySchema,
  note: noteSchema.optional(),
});
export type CashTransferRequest = z.infer<typeof cashTransferRequest>;

export const paymentRequestStates = ['open', 'processing', 'paid', 'expired', 'cancelled'] as const;
/** POST /v1/payment-requests: a link that asks for money. Priced in cash; payable in cash or in the token at par with it. */
export const createPaymentRequest = z.strictObject({
  money: moneySchema,
  description: z.string().trim().min(1).max(140),
  /** Where tokens go; when absent the link takes cash only. */
  address: addressSchema.optional(),
  /** Seconds from now in which it can be paid, a minute to thirty days; absent: until it is paid or cancelled. */
  expiresIn: z.int().min(60).max(2_592_000).optional(),
});
/** What anyone who has the link sees. */
export const paymentRequestSchema = z.object({
  id: idSchema,
  state: z.enum(paymentRequestStates),
  money: moneySchema,
  description: z.string(),
  payee: z.object({ handle: z.string() }),
  /** How tokens pay it; null when it takes cash only. `reference` binds the payment to this request. */
  token: z
    .object({ asset: assetIdSchema, amount: amountSchema, address: addressSchema, reference: bytes32Schema })
    .nullable(),
  /** `/pay/:id` on this origin. */
  url: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  paidAt: instantSchema.nullable(),
});
export type PaymentRequestWire = z.infer<typeof paymentRequestSchema>;
/** POST /v1/payment-requests/:id/payments: pays from cash. Tokens pay through POST /v1/relays. */
export const cashPaymentRequest = z.strictObject({ rail: z.literal('cash') });
