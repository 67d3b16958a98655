import { z } from 'zod';
import { ruleSetSchema } from '../monitoring/rules.ts';
import { assetIdSchema, idSchema, instantSchema, moneySchema, noteSchema, pageQuerySchema } from './common.ts';

/** Why a movement waits: the rule that spoke against it, with the figures that it saw (amounts in the smallest unit). Only for staff. */
const reasonSchema = z.object({
  rule: z.enum([
    'amount',
    'sum',
    'count',
    'structuring',
    'new_payee',
    'new_device',
    'dormant',
    'fan_in',
    'fan_out',
    'fast_out',
    'refunds',
    'unusual',
  ]),
  name: z.string(),
  outcome: z.enum(['review', 'block']),
  figures: z.record(z.string(), z.string()),
});
export type HoldReason = z.infer<typeof reasonSchema>;

/** A movement that waits for staff, or did; only staff see it so. */
export const holdSchema = z.object({
  id: idSchema,
  state: z.enum(['open', 'released', 'refused', 'expired']),
  kind: z.enum(['withdrawal', 'cash_transfer', 'payment', 'conversion', 'refund']),
  money: moneySchema,
  person: z.object({ handle: z.string(), email: z.string() }),
  /** Handle of whom the money is for, when it is somebody here. */
  recipient: z.string().nullable(),
  reasons: z.array(reasonSchema),
  /** How far above this person's usual amounts it lies, in tenths of a robust standard deviation. */
  score: z.int(),
  rulesVersion: z.int(),
  /** Whether two different people have to release it. */
  needsTwo: z.boolean(),
  /** Handle of the first of two. */
  approvedBy: z.string().nullable(),
  /** What the asking member of staff can do now. */
  actions: z.array(z.enum(['release', 'refuse'])),
  endedBy: z.string().nullable(),
  endedAt: instantSchema.nullable(),
  note: z.string().nullable(),
  expiresAt: instantSchema,
  createdAt: instantSchema,
});
export type HoldWire = z.infer<typeof holdSchema>;

/** GET /v1/admin/holds: newest first. */
export const holdsQuery = pageQuerySchema.extend({ state: z.enum(['open', 'ended']).default('open') });
export type HoldsQuery = z.infer<typeof holdsQuery>;

/** POST /v1/admin/holds/:id/release and /refuse. */
export const endHoldRequest = z.strictObject({
  /** Why; kept for whoever looks later, never shown to the person. */
  note: noteSchema.min(1),
});
export type EndHoldRequest = z.infer<typeof endHoldRequest>;

/** GET /v1/admin/monitoring/rules: the version that is active; 0 is the one built in. */
export const activeRulesSchema = z.object({
  version: z.int(),
  rules: ruleSetSchema,
  note: z.string().nullable(),
  by: z.string().nullable(),
  createdAt: instantSchema.nullable(),
});
export type ActiveRules = z.infer<typeof activeRulesSchema>;

/** POST /v1/admin/monitoring/rules: the next version, made from one that is active still. */
export const changeRulesRequest = z.strictObject({
  basedOn: z.int().min(0),
  rules: ruleSetSchema,
  note: noteSchema.min(1),
});
export type ChangeRules = z.infer<typeof changeRulesRequest>;

/** POST /v1/admin/monitoring/rules/try: what these rules would have done to what people did lately. Changes nothing. */
export const tryRulesRequest = z.strictObject({ rules: ruleSetSchema });
export const triedRulesSchema = z.object({
  /** How many movements were looked at, and since when. */
  movements: z.int(),
  since: instantSchema.nullable(),
  review: z.int(),
  block: z.int(),
  /** How often each rule spoke, by its name. */
  byRule: z.record(z.string(), z.int()),
  /** The latest that would not have gone through. */
  examples: z.array(
    z.object({
      movementId: idSchema,
      asset: assetIdSchema,
      amount: z.string(),
      outcome: z.enum(['review', 'block']),
      reasons: z.array(reasonSchema),
      at: instantSchema,
    }),
  ),
});
export type TriedRules = z.infer<typeof triedRulesSchema>;
