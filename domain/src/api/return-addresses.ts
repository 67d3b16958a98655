import { z } from 'zod';
import { idSchema, instantSchema } from './common.ts';

/** POST /v1/return-addresses: an address of the shop's to which payers are sent back. Its answer alone has the secret. */
export const createReturnAddress = z.strictObject({
  url: z.string().max(2000).meta({
    description:
      'https, or http on the payer’s own machine (localhost); no credentials, no fragment, no feiqian_ parameter',
    example: 'https://shop.example/orders/paid',
  }),
});
export type CreateReturnAddress = z.infer<typeof createReturnAddress>;

export const returnAddressSchema = z.object({
  id: idSchema,
  /** As it was given: the `returnUrl` of a payment request is exactly this. */
  url: z.string(),
  createdAt: instantSchema,
});
export type ReturnAddressWire = z.infer<typeof returnAddressSchema>;
export const returnAddressesResponse = z.object({ items: z.array(returnAddressSchema) });

/** `secret` is shown once: null when the same request is repeated. Remove the address and add it again for another. */
export const returnSecretResponse = returnAddressSchema.extend({
  secret: z.string().nullable().meta({ description: 'Shown once', example: 'fqr_…' }),
});
export type ReturnSecretWire = z.infer<typeof returnSecretResponse>;

/** GET /v1/payment-requests/:id/return: where the payer goes now, signed for the shop. */
export const returnResponse = z.object({ url: z.string() });
