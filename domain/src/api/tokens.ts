import { z } from 'zod';
import { assetSchema } from './chain.ts';
import { addressSchema, chainIdSchema } from './common.ts';

/** How many tokens a person can add by hand. */
export const addedTokensMax = 50;

/** A token that the operator does not list, with what its contract says of itself. */
export const addedTokenSchema = assetSchema.omit({ cash: true }).extend({
  kind: z.literal('token'),
  chainId: chainIdSchema,
  address: addressSchema,
  verified: z.literal(false),
});
export type AddedTokenWire = z.infer<typeof addedTokenSchema>;

/** `/v1/tokens/:chainId/:address`: GET looks at the contract, PUT adds it to the person's tokens, DELETE takes it from them. */
export const tokenParams = z.strictObject({
  chainId: z.coerce.number().pipe(chainIdSchema),
  address: addressSchema,
});

/** GET /v1/tokens: what the person has added, oldest first. */
export const addedTokensResponse = z.object({ tokens: z.array(addedTokenSchema) });
export type AddedTokens = z.infer<typeof addedTokensResponse>;
