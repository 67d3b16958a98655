import { z } from 'zod';
import { idSchema, instantSchema, noteSchema } from './common.ts';

/** What an endpoint can be told of. A list may grow: receivers should answer 2xx to types that they don't know. */
export const webhookEventTypes = [
  'payment_request.created',
  'payment_request.processing',
  'payment_request.settled',
  'payment_request.reopened',
  'payment_request.expired',
  'payment_request.cancelled',
  'payment_request.invalid',
  'payment_request.underpaid',
  'payment_request.overpaid',
  'payment_request.paid_late',
  'payment_request.refunded',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

const typesSchema = z
  .array(z.enum(webhookEventTypes))
  .min(1)
  .refine((types) => new Set(types).size === types.length, 'each once')
  .nullable()
  .meta({ description: 'Which events; null for all, also those that are added later' });
const urlSchema = z
  .string()
  .max(2000)
  .meta({ description: 'https, a public address, no credentials', example: 'https://shop.example/feiqian' });

/** POST /v1/webhook-endpoints: somewhere to be told. Its answer alone has the secret. */
export const createWebhookEndpoint = z.strictObject({
  url: urlSchema,
  description: noteSchema.optional(),
  types: typesSchema.optional(),
});
export type CreateWebhookEndpoint = z.infer<typeof createWebhookEndpoint>;

/** PATCH /v1/webhook-endpoints/:id: what is absent stays. Turning off ends what waits; it can be replayed. */
export const changeWebhookEndpoint = z.strictObject({
  url: urlSchema.optional(),
  description: noteSchema.optional(),
  types: typesSchema.optional(),
  state: z.enum(['on', 'off']).optional(),
});
export type ChangeWebhookEndpoint = z.infer<typeof changeWebhookEndpoint>;

export const webhookEndpointSchema = z.object({
  id: idSchema,
  url: z.string(),
  description: z.string(),
  types: z.array(z.enum(webhookEventTypes)).nullable(),
  state: z.enum(['on', 'off']),
  /** Why it is off: by its owner, or because it answered 410 Gone. */
  reason: z.enum(['OWNER', 'ANSWERED_GONE']).nullable(),
  /** While it fails: when it is tried next. */
  retryAt: instantSchema.nullable(),
  /** Until when deliveries are signed with the previous secret as well. */
  previousSecretUntil: instantSchema.nullable(),
  createdAt: instantSchema,
});
export type WebhookEndpointWire = z.infer<typeof webhookEndpointSchema>;

/** `secret` is shown once: null when the same request is repeated. Rotate for a new one. */
export const webhookSecretResponse = webhookEndpointSchema.extend({
  secret: z
    .string()
    .nullable()
    .meta({ description: 'Shown once; null when the same request is repeated', example: 'whsec_…' }),
});
export type WebhookSecretWire = z.infer<typeof webhookSecretResponse>;

/** Why a try failed, or why there was none. */
export const webhookFailures = [
  /** An answer other than 2xx. */
  'STATUS',
  'REDIRECT',
  'TIMEOUT',
  /** The name leads to an address that is not public. */
  'ADDRESS_REFUSED',
  'CONNECTION_FAILED',
  'ENDPOINT_OFF',
  'ENDPOINT_REMOVED',
  /** It waited behind others at an endpoint that failed for the whole schedule. */
  'GIVEN_UP',
] as const;
export type WebhookFailure = (typeof webhookFailures)[number];

export const webhookDeliverySchema = z.object({
  id: idSchema,
  /** What receivers see as `webhook-id`: the same at every attempt and at every endpoint. */
  eventId: idSchema,
  type: z.string(),
  objectId: idSchema,
  state: z.enum(['waiting', 'delivered', 'failed']),
  lastError: z.enum(webhookFailures).nullable(),
  nextAttemptAt: instantSchema.nullable(),
  deliveredAt: instantSchema.nullable(),
  createdAt: instantSchema,
  /** Newest first, at most 20. */
  attempts: z.array(
    z.object({
      at: instantSchema,
      durationMs: z.int(),
      status: z.int().nullable(),
      error: z.enum(webhookFailures).nullable(),
      /** The beginning of what was answered, at most 1 kB. */
      answer: z.string(),
    }),
  ),
});
export type WebhookDeliveryWire = z.infer<typeof webhookDeliverySchema>;
