import { z } from 'zod';
import { idSchema, instantSchema, moneySchema } from './common.ts';

/** More than a counter can show; a shop with more has a till of its own. */
export const itemsMax = 200;

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)
  .meta({ description: '1 to 80 characters', example: 'Latte' });
const placeSchema = z
  .int()
  .min(0)
  .max(itemsMax - 1)
  .meta({ description: 'Where it stands among the others; 0 is first' });

/** POST /v1/items: something that a shop sells again and again, added at the end of its list. Priced in cash. */
export const createItemRequest = z.strictObject({ name: nameSchema, money: moneySchema });
export type CreateItemRequest = z.infer<typeof createItemRequest>;

/** PATCH /v1/items/:id: what is absent stays. A place beyond the last one is the last one. */
export const changeItemRequest = z.strictObject({
  name: nameSchema.optional(),
  money: moneySchema.optional(),
  place: placeSchema.optional(),
});
export type ChangeItemRequest = z.infer<typeof changeItemRequest>;

/** What a shop sells again and again: a name and a price. What was asked for with it before stays as it was. */
export const itemSchema = z.object({
  id: idSchema,
  name: z.string(),
  money: moneySchema,
  place: z.int().min(0),
  createdAt: instantSchema,
});
export type ItemWire = z.infer<typeof itemSchema>;
