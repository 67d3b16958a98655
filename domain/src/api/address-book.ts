import { z } from 'zod';

/** The largest encrypted address book, in characters. The wallet pads to powers of two up to 512 KiB. */
export const addressBookTextMax = 720_000;

/**
 * PUT /v1/address-book. The service sees only the encrypted text. `follows` is the version that it has, 0 for none; `version`
 * is the one inside the text, any later number.
 */
export const addressBookUpdate = z.strictObject({
  follows: z.int().min(0),
  version: z.int().min(1).max(2_147_483_647),
  book: z.string().min(2).max(addressBookTextMax),
});
export type AddressBookUpdate = z.infer<typeof addressBookUpdate>;

/** GET /v1/address-book; `book: null` and version 0 when nothing is kept yet. */
export const addressBookResponse = z.object({ version: z.int().min(0), book: z.string().nullable() });

/** The answer of PUT: what is kept now. */
export const addressBookKept = z.object({ version: z.int().min(1) });
