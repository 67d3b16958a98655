import { z } from 'zod';
import { languageSchema } from './auth.ts';

/**
 * POST /v1/payment-requests/:id/receipts: a receipt by e-mail, as soon as the request is settled. Nobody has to be logged in for that.
 * Asking again for the same address is asking once, so it needs no Idempotency-Key.
 */
export const receiptRequest = z.strictObject({ email: z.string().max(254), language: languageSchema });

/** The same whatever comes of it, so that nobody learns what others asked for. */
export const receiptResponse = z.strictObject({});
