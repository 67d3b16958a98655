import { z } from 'zod';
import {
  addressSchema,
  bytes32Schema,
  chainIdSchema,
  idSchema,
  instantSchema,
  moneySchema,
  noteSchema,
  pageQuerySchema,
} from './common.ts';

/**
 * Why money has no owner yet. At a gateway: another amount or currency than ordered, an order that we don't have, an account that takes
 * nothing more, or an answer about another merchant or order than asked for (then nothing is booked). On chain: tokens redeemed under a
 * reference that nobody announced, tokens issued that nobody ordered. A payout under an order that we don't have took money away.
 */
export const suspenseReasons = [
  'AMOUNT_MISMATCH',
  'CURRENCY_MISMATCH',
  'ORDER_UNKNOWN',
  'ACCOUNT_CLOSED',
  'MERCHANT_MISMATCH',
  'ORDER_MISMATCH',
  'REFERENCE_UNKNOWN',
  'ISSUE_UNKNOWN',
  'PAYOUT_UNKNOWN',
] as const;
export type SuspenseReason = (typeof suspenseReasons)[number];

const personSchema = z.object({ handle: z.string(), email: z.string() });

/** Money that a person has to find the owner of; only staff see it. */
export const suspenseItemSchema = z.object({
  id: idSchema,
  state: z.enum(['open', 'resolved']),
  reason: z.enum(suspenseReasons),
  money: moneySchema,
  /** False for an answer of a gateway that could not be believed: nothing lies in suspense for it, and nothing can be credited. */
  isBooked: z.boolean(),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('gateway'), gateway: z.string(), orderNumber: z.string() }),
    z.object({
      kind: z.literal('chain'),
      chainId: chainIdSchema,
      txHash: bytes32Schema,
      /** Who redeemed, or who got what nobody ordered. */
      address: addressSchema,
      /** The tokens, where `money` is the cash that they stood for. */
      tokens: moneySchema.nullable(),
    }),
  ]),
  /** What had been ordered, where there was an order. */
  ordered: moneySchema.nullable(),
  /** Whose order it was, or who linked the address: a hint, no proof. */
  person: personSchema.nullable(),
  /** What can be done about it here. */
  actions: z.array(z.enum(['credit'])),
  resolution: z
    .object({
      /** `match`: it turned out to be what the books learned of later, without anybody's doing. */
      action: z.enum(['credit', 'match']),
      recipient: personSchema,
      /** Handle of whoever resolved it; null for a match, as is the note. */
      by: z.string().nullable(),
      note: z.string().nullable(),
      at: instantSchema,
    })
    .nullable(),
  createdAt: instantSchema,
});
export type SuspenseItemWire = z.infer<typeof suspenseItemSchema>;

/** GET /v1/admin/suspense: newest first. */
export const suspenseQuery = pageQuerySchema.extend({ state: z.enum(['open', 'resolved']).default('open') });
export type SuspenseQuery = z.infer<typeof suspenseQuery>;

/** POST /v1/admin/suspense/:id/resolve: the money becomes cash of the person with this e-mail or handle. Once, and for good. */
export const resolveSuspenseRequest = z.strictObject({
  action: z.literal('credit'),
  recipient: z.string().min(1).max(254),
  /** Why; kept for whoever looks later, never shown to the person. */
  note: noteSchema.min(1),
});
export type ResolveSuspenseRequest = z.infer<typeof resolveSuspenseRequest>;
