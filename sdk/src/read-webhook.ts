/** Reads what a Feiqian service tells a shop, and believes it only when it is signed (Standard Webhooks). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { idSchema, instantSchema } from '@feiqian/domain/api/common';
import { paymentRequestEvent } from '@feiqian/domain/api/payments';
import { z } from 'zod';

const eventSchema = z.object({ id: idSchema, type: z.string(), timestamp: instantSchema, data: z.unknown() });

/** What happened. `id` is the same at every repetition: what was seen before needs nothing done. */
export type WebhookEvent = z.infer<typeof eventSchema> & {
  /** Present for events about payment requests: the request as it was then. */
  readonly paymentRequest: z.infer<typeof paymentRequestEvent> | undefined;
};

/** A message that must not be believed. Answer 400. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
}

export type WebhookMessage = {
  /** The raw body, exactly as it came. */
  readonly body: string | Uint8Array;
  /** The request's headers, names in lower case as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** `whsec_…` of the endpoint; during a rotation both. */
  readonly secret: string | readonly string[];
  readonly now?: Date;
};

/** How far a sender's clock may be off, or a message be on its way. */
const toleranceSeconds = 300;

/**
 * Checks and reads a delivery.
 *
 * @throws {WebhookRefused} for a missing or wrong signature, a message that is too old or from the future, or no message at all.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function readWebhook({ body, headers, secret, now = new Date() }: WebhookMessage): WebhookEvent {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  });
  if (!id || !timestamp || !signatures) throw new WebhookRefused('A header of the signature is missing.');
  const sentAt = /^[0-9]{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(now.getTime() / 1000 - sentAt) <= toleranceSeconds))
    throw new WebhookRefused('It is too old, or from the future.');
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const given = signatures
    .split(' ')
    .flatMap((one) => (one.startsWith('v1,') ? Buffer.from(one.slice(3), 'base64') : []));
  const expected = [secret].flat().map((one) => sign(one, `${id}.${timestamp}.${text}`));
  const isSigned = expected.some((mac) => given.some((one) => one.length === mac.length && timingSafeEqual(one, mac)));
  if (!isSigned) throw new WebhookRefused('The signature is not right.');
  return readEvent(text);
}

function sign(secret: string, content: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(content, 'utf8').digest();
}

function readEvent(text: string): WebhookEvent {
  try {
    const event = eventSchema.parse(JSON.parse(text));
    const isAboutRequest = event.type.startsWith('payment_request.');
    return { ...event, paymentRequest: isAboutRequest ? paymentRequestEvent.parse(event.data) : undefined };
  } catch (cause) {
    throw new WebhookRefused('It does not have the documented form.', { cause });
  }
}
