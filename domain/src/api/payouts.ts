import { z } from 'zod';
import { isTimeZone } from '../time-zone.ts';
import { bankAccountSchema } from './cash.ts';
import { addressSchema, amountSchema, assetIdSchema, idSchema, instantSchema, moneySchema, pageOf } from './common.ts';

/** Where a rule's money goes. */
const targetRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bank'), gateway: z.string().max(40), bankAccount: bankAccountSchema }),
  /** The token that stands at par with the currency, at an address that the person has linked. */
  z.strictObject({ kind: z.literal('token'), token: assetIdSchema, address: addressSchema }),
]);
export type PayoutTargetRequest = z.infer<typeof targetRequest>;

/** When a rule pays out: whenever there is enough, or once a day at a full hour. */
const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at_once') }),
  z.strictObject({
    kind: z.literal('daily'),
    hour: z.int().min(0).max(23),
    /** Of the IANA database. */
    timeZone: z.string().max(64).refine(isTimeZone).default('Asia/Shanghai'),
  }),
]);
export type PayoutSchedule = z.infer<typeof scheduleSchema>;

/**
 * POST /v1/payout-rules: cash of one currency above `keep` is paid out by itself. Replaces the rule that there was for the currency,
 * and is the one request that says where money goes.
 */
export const setPayoutRule = z.strictObject({
  asset: assetIdSchema,
  target: targetRequest,
  /** What stays, zero or more. */
  keep: amountSchema,
  /** The least that is paid out at once. */
  min: amountSchema,
  schedule: scheduleSchema,
});
export type SetPayoutRule = z.infer<typeof setPayoutRule>;

/** PATCH /v1/payout-rules/:id: what is absent stays. Turning it on takes a rule up again that needed attention. */
export const changePayoutRule = z.strictObject({
  keep: amountSchema.optional(),
  min: amountSchema.optional(),
  schedule: scheduleSchema.optional(),
  state: z.enum(['on', 'off']).optional(),
});
export type ChangePayoutRule = z.infer<typeof changePayoutRule>;

/**
 * Why a rule has not paid out: what came of an earlier payout, or the error code of what stood in the way of the next.
 * `RESTORED`: the service came back from a backup, which may not know of the last payouts.
 */
export const payoutRuleReasons = [
  'PAYOUT_RETURNED',
  'TOKENS_NOT_ISSUED',
  'ADDRESS_NOT_LINKED',
  'ASSET_UNKNOWN',
  'BRIDGE_OFF',
  'CASH_FROZEN',
  'CHAIN_HALTED',
  'CHAIN_UNAVAILABLE',
  'GATEWAY_REFUSED',
  'GATEWAY_UNKNOWN',
  'INSUFFICIENT_FUNDS',
  'MOVEMENT_BLOCKED',
  'RESTORED',
] as const;
export type PayoutRuleReason = (typeof payoutRuleReasons)[number];

const targetSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('bank'),
    gateway: z.string(),
    /** Masked but for the last four characters. */
    bankAccount: z.object({ number: z.string() }),
  }),
  z.object({ kind: z.literal('token'), token: assetIdSchema, address: addressSchema }),
]);
export type PayoutTargetWire = z.infer<typeof targetSchema>;

export const payoutRuleSchema = z.object({
  id: idSchema,
  asset: assetIdSchema,
  /** `needs_attention` pays nothing out until its owner sets it anew or turns it on. */
  state: z.enum(['on', 'off', 'needs_attention']),
  /** Of a rule that is on: why it waits a little, and tries again by itself. */
  reason: z.enum(payoutRuleReasons).nullable(),
  target: targetSchema,
  keep: amountSchema,
  min: amountSchema,
  schedule: scheduleSchema,
  /** When a daily rule pays out next; null when it is not on. */
  nextAt: instantSchema.nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type PayoutRuleWire = z.infer<typeof payoutRuleSchema>;
/** GET /v1/payout-rules: at most one for each currency. */
export const payoutRulesResponse = z.object({ items: z.array(payoutRuleSchema) });

/** GET /v1/payouts: what rules have paid out, newest first. */
export const payoutSchema = z.object({
  id: idSchema,
  ruleId: idSchema,
  /** The withdrawal or the conversion that it is. */
  movementId: idSchema,
  historyId: idSchema,
  /** `returned`: the money is back in the person's cash. */
  state: z.enum(['under_way', 'paid', 'returned']),
  /** Why it came back, by the gateway's or the chain's own code. */
  reason: z.string().nullable(),
  money: moneySchema,
  /** Where it went, also when the rule goes elsewhere by now. */
  target: targetSchema,
  createdAt: instantSchema,
});
export type PayoutWire = z.infer<typeof payoutSchema>;
export const payoutsResponse = pageOf(payoutSchema);
