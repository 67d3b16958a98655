import { z } from 'zod';
import {
  addressSchema,
  amountSchema,
  assetIdSchema,
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

/** Where a gateway pays out to. */
export const bankAccountSchema = z.strictObject({
  holder: z.string().trim().min(1).max(70),
  /** Card or account number, or IBAN: 6 to 34 letters and digits. */
  number: z.string().regex(/^[0-9A-Z]{6,34}$/),
});

/** POST /v1/withdrawals: cash to a bank account. */
export const withdrawalRequest = z.strictObject({
  gateway: z.string().max(40),
  money: moneySchema,
  bankAccount: bankAccountSchema,
});
export type WithdrawalRequest = z.infer<typeof withdrawalRequest>;
export const withdrawalResponse = z.object({
  id: idSchema,
  historyId: idSchema,
  state: z.enum(['requested', 'in_review', 'reserved', 'sent', 'settled', 'returned']),
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
