import { z } from 'zod';
import { watchedKinds } from './facts.ts';

/** Windows over which movements are added up, with their length in milliseconds. */
export const windows = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
export type Window = keyof typeof windows;

const unitsSchema = z.string().regex(/^(?:0|[1-9][0-9]{0,30})$/);
/** A limit in the smallest unit of each currency; `default` is for those that are not named. */
const limitSchema = z
  .record(z.string().regex(/^(?:default|iso4217:[A-Z]{3})$/), unitsSchema)
  .refine((limits) => limits.default !== undefined, { message: 'A limit has a default.' });
const windowSchema = z.enum(['1h', '24h', '7d']);
const percentSchema = z.int().min(1).max(100);
// More than facts hold is never asked for (see `pastMax`).
const timesSchema = z.int().min(1).max(1500);

const common = {
  /** Names the rule in records; unique within a version. */
  name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  outcome: z.enum(['review', 'block']),
  /** Which movements it looks at; all when absent. */
  kinds: z.array(z.enum(watchedKinds)).min(1).optional(),
};

/**
 * One rule. Its `rule` says what it looks for:
 * amount: a movement above a limit · sum, count: all that leaves within a window, this one included · structuring: several in a window
 * that stay just below a limit · new_payee: a large first payment · new_device: a large one from a device that has just logged in ·
 * dormant: a large one after a long silence · fan_in: much from many people goes on · fan_out: many people paid in a window ·
 * fast_out: money that has just come in leaves · refunds: much of what was taken is given back · unusual: far above what this person
 * usually moves.
 */
export const ruleSchema = z.discriminatedUnion('rule', [
  z.strictObject({ ...common, rule: z.literal('amount'), above: limitSchema }),
  z.strictObject({ ...common, rule: z.literal('sum'), window: windowSchema, above: limitSchema }),
  z.strictObject({ ...common, rule: z.literal('count'), window: windowSchema, above: timesSchema }),
  z.strictObject({
    ...common,
    rule: z.literal('structuring'),
    window: windowSchema,
    /** The limit that somebody may try to stay below. */
    limit: limitSchema,
    /** How close below the limit counts, in percent of it. */
    within: percentSchema,
    times: timesSchema,
  }),
  z.strictObject({ ...common, rule: z.literal('new_payee'), above: limitSchema }),
  z.strictObject({ ...common, rule: z.literal('new_device'), minutes: z.int().min(1).max(43_200), above: limitSchema }),
  z.strictObject({ ...common, rule: z.literal('dormant'), days: z.int().min(1).max(365), above: limitSchema }),
  z.strictObject({
    ...common,
    rule: z.literal('fan_in'),
    window: windowSchema,
    people: timesSchema,
    /** Of what these people sent, how much leaves again. */
    percent: percentSchema,
    above: limitSchema,
  }),
  z.strictObject({ ...common, rule: z.literal('fan_out'), window: windowSchema, people: timesSchema }),
  z.strictObject({
    ...common,
    rule: z.literal('fast_out'),
    window: windowSchema,
    percent: percentSchema,
    above: limitSchema,
  }),
  z.strictObject({
    ...common,
    rule: z.literal('refunds'),
    window: windowSchema,
    times: timesSchema,
    /** Of what was taken in the window, how much is given back. */
    percent: percentSchema,
  }),
  z.strictObject({
    ...common,
    rule: z.literal('unusual'),
    /** How far from the usual, in tenths of a robust standard deviation. */
    tenths: z.int().min(10).max(1000),
    above: limitSchema,
  }),
]);
export type Rule = z.infer<typeof ruleSchema>;
export type RuleKind = Rule['rule'];

/** One version of everything that monitoring goes by. Versions are never edited: a change is the next version. */
export const ruleSetSchema = z.strictObject({
  rules: z
    .array(ruleSchema)
    .max(100)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, {
      message: 'Each rule has a name of its own.',
    }),
  /** How long a held movement waits for staff before its money goes back. */
  holdHours: z.int().min(1).max(720),
  /** Above this, two different people release a held movement. */
  twoPeopleAbove: limitSchema,
});
export type RuleSet = z.infer<typeof ruleSetSchema>;
export type Limit = z.infer<typeof limitSchema>;

/** A limit in a currency, in its smallest unit. */
export function limitIn(limit: Limit, asset: string): bigint {
  const units = limit[asset] ?? limit.default;
  if (units === undefined) throw new Error('A limit has a default.');
  return BigInt(units);
}
