import { z } from 'zod';
import {
  addressSchema,
  amountSchema,
  assetIdSchema,
  bytes32Schema,
  chainIdSchema,
  hexSchema,
  idSchema,
  instantSchema,
  moneySchema,
  noteSchema,
  secondsSchema,
} from './common.ts';

/** What became of a request. `invalid`: taken back, or what came in time was never confirmed. */
export const paymentRequestStates = ['new', 'processing', 'settled', 'expired', 'invalid'] as const;
export type PaymentRequestState = (typeof paymentRequestStates)[number];

/** In what the money differs from what was asked for: not all of it, too much of it, or (all or the rest of it) after the end. */
export const paymentExceptions = ['none', 'partial', 'over', 'late'] as const;
export type PaymentException = (typeof paymentExceptions)[number];

/** When a token payment counts: once it is in a block, which may still be replaced, or once that block is final. */
export const settlePoints = ['mined', 'final'] as const;
export type SettlePoint = (typeof settlePoints)[number];

/** Hundredths of a percent. */
const toleranceMax = 1000;

/** POST /v1/payment-requests: a link that asks for money. Priced in cash, or in a token for its par; payable in either. */
export const createPaymentRequest = z.strictObject({
  money: moneySchema,
  description: z
    .string()
    .trim()
    .min(1)
    .max(140)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u),
  /** Where tokens go; when absent the link takes no tokens. */
  address: addressSchema.optional(),
  /** Seconds from now in which it can be paid, a minute to thirty days; absent: until it is paid or cancelled. */
  expiresIn: z.int().min(60).max(2_592_000).optional(),
  /** Seconds after its end for which what came in time is still waited for, an hour to thirty days; absent: a day. */
  monitorFor: z.int().min(3_600).max(2_592_000).optional(),
  /** How much of the price may be missing, in hundredths of a percent, at most 10 %; absent: nothing. */
  tolerance: z.int().min(0).max(toleranceMax).optional(),
  /** Absent: small amounts count once they are in a block, others once it is final. */
  settleAt: z.enum(settlePoints).optional(),
  /** Where the page sends the payer back to: exactly one of the payee's registered return addresses. */
  returnUrl: z.string().max(2000).optional(),
  /** The shop's own number for it. */
  orderId: z.string().trim().min(1).max(64).optional(),
});
export type CreatePaymentRequest = z.infer<typeof createPaymentRequest>;

/** How tokens pay a request: through the checkout contract, under exactly these terms. */
export const checkoutSchema = z.object({
  asset: assetIdSchema,
  /** The price, in base units of the token. */
  amount: amountSchema,
  /** What is left to pay, in base units of the token. */
  missing: amountSchema,
  /** The payee's. */
  address: addressSchema,
  /** Hash of the terms; names the request on chain. */
  reference: bytes32Schema,
  contract: addressSchema,
  validBefore: secondsSchema,
  salt: bytes32Schema,
  /** What the service takes from the payer for carrying a signed payment, in base units of the token, and who gets it. */
  fee: amountSchema,
  feeReceiver: addressSchema,
});
export type CheckoutWire = z.infer<typeof checkoutSchema>;

/** What anyone who has the link sees. */
export const paymentRequestSchema = z.object({
  id: idSchema,
  state: z.enum(paymentRequestStates),
  exception: z.enum(paymentExceptions),
  /** Why it is invalid: its maker took it back, or what came was not confirmed in time. */
  reason: z.enum(['CANCELLED', 'UNCONFIRMED']).nullable(),
  money: moneySchema,
  /** What has come, what is on its way, and what was given back, in the request's own asset. */
  received: amountSchema,
  coming: amountSchema,
  refunded: amountSchema,
  /** What is left to pay, in the request's own asset. */
  missing: amountSchema,
  description: z.string(),
  payee: z.object({ handle: z.string() }),
  /** How tokens pay it; null when it takes none. */
  token: checkoutSchema.nullable(),
  /** `/pay/:id` on this origin. */
  url: z.string(),
  orderId: z.string().nullable(),
  returnUrl: z.string().nullable(),
  createdAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  settledAt: instantSchema.nullable(),
});
export type PaymentRequestWire = z.infer<typeof paymentRequestSchema>;

/** A payment request as webhooks tell of it: as it was then. What it takes to pay it is asked for. */
export const paymentRequestEvent = paymentRequestSchema.omit({ coming: true, missing: true, returnUrl: true }).extend({
  token: checkoutSchema.pick({ asset: true, amount: true, address: true, reference: true }).nullable(),
});
export type PaymentRequestEventWire = z.infer<typeof paymentRequestEvent>;

/** POST /v1/payment-requests/:id/payments: pays what is missing from cash. */
export const cashPaymentRequest = z.strictObject({ rail: z.literal('cash') });

/**
 * POST /v1/payment-requests/:id/authorizations: a signed EIP-3009 `receiveWithAuthorization` to the checkout contract, which the service
 * carries to the chain. Nobody has to be logged in for that. Its nonce is recomputed from the request's terms and these fields.
 */
export const checkoutAuthorization = z.strictObject({
  from: addressSchema,
  amount: amountSchema,
  fee: amountSchema,
  feeReceiver: addressSchema,
  validAfter: secondsSchema,
  validBefore: secondsSchema,
  salt: bytes32Schema,
  signature: hexSchema,
});
export type CheckoutAuthorization = z.infer<typeof checkoutAuthorization>;

/** `pending`: given to us to carry. `mined`: in a block. `final`: it is the payee's. `failed`: it is not. */
export const paymentStates = ['pending', 'mined', 'final', 'failed'] as const;
export type PaymentState = (typeof paymentStates)[number];

/** A payment as the payee sees it. */
export const paymentSchema = z.object({
  id: idSchema,
  requestId: idSchema,
  rail: z.enum(['cash', 'token', 'gateway']),
  state: z.enum(paymentStates),
  /** What was paid, which need not be what was asked for. */
  money: moneySchema,
  /** Whether it counts for the request: another token does not. */
  counts: z.boolean(),
  /** Who paid, when they have an account here; else their address, when there is one. */
  payer: z.object({ handle: z.string().nullable(), address: addressSchema.nullable() }),
  gateway: z.string().nullable(),
  chainId: chainIdSchema.nullable(),
  txHash: bytes32Schema.nullable(),
  refunding: amountSchema,
  refunded: amountSchema,
  paidAt: instantSchema,
});
export type PaymentWire = z.infer<typeof paymentSchema>;
/** GET /v1/payment-requests/:id/payments: oldest first. */
export const paymentsResponse = z.object({ items: z.array(paymentSchema) });

/** The answer to an authorization: the payment, and for somebody who is logged in what their history calls it. */
export const authorizedPayment = z.object({ paymentId: idSchema, historyId: idSchema.nullable() });
export type AuthorizedPayment = z.infer<typeof authorizedPayment>;

/** POST /v1/payment-requests/:id/gateway-payments: pays what is missing on a gateway's page. Nobody has to be logged in for that. */
export const gatewayPaymentRequest = z.strictObject({ gateway: z.string().max(40) });
export const gatewayPaymentResponse = z.object({
  id: idSchema,
  /** Where to pay. Null when it is paid already, or over. */
  redirectUrl: z.url().nullable(),
  expiresAt: instantSchema.nullable(),
});
export type GatewayPaymentWire = z.infer<typeof gatewayPaymentResponse>;

/**
 * POST /v1/refunds: gives (a part of) a payment back the way it came. A token payment needs the payee's own signature of an EIP-3009
 * `receiveWithAuthorization` to the checkout contract; what came in cash or through a gateway needs none.
 */
export const refundRequest = z.strictObject({
  paymentId: idSchema,
  /** In the asset of the payment; absent: all that is left of it. */
  amount: amountSchema.optional(),
  note: noteSchema.optional(),
  authorization: checkoutAuthorization.omit({ from: true, amount: true }).optional(),
});
export type RefundRequest = z.infer<typeof refundRequest>;

export const refundSchema = z.object({
  id: idSchema,
  historyId: idSchema,
  paymentId: idSchema,
  requestId: idSchema,
  state: z.string(),
  money: moneySchema,
  /** Why it failed. */
  reason: z.string().nullable(),
  createdAt: instantSchema,
});
export type RefundWire = z.infer<typeof refundSchema>;
export const refundsResponse = z.object({ items: z.array(refundSchema) });
