import { type Address, getAddress, type Hex, isAddress } from 'viem';
import { z } from 'zod';
import { errorCodes } from '../errors.ts';
import { type Amount, decodeAmount } from '../money.ts';

// The wallet's pages forbid eval; zod must not try to compile schemas there.
z.config({ jitless: true });

/** A canonical decimal string of base units; becomes an {@link Amount}. */
export const amountSchema = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,77})$/, 'AMOUNT_MALFORMED')
  .meta({ description: 'Decimal string of the smallest unit', example: '10000' });

/** Reads a checked wire amount. */
export const toWireAmount = (text: string): Amount => decodeAmount(text);

/** An asset id: `iso4217:CNY` or CAIP-19. */
export const assetIdSchema = z
  .string()
  .regex(
    /^(?:iso4217:[A-Z]{3}|eip155:[1-9][0-9]{0,15}\/(?:erc20:0x[0-9a-fA-F]{40}|slip44:[0-9]{1,10}))$/,
    'ASSET_UNKNOWN',
  )
  .meta({ example: 'iso4217:CNY' });

/** An amount in the smallest unit beside its asset. */
export const moneySchema = z.strictObject({ asset: assetIdSchema, amount: amountSchema });
export type MoneyWire = z.infer<typeof moneySchema>;

/** An EIP-55 address; other spellings are refused so that a typing slip is noticed. */
export const addressSchema = z
  .string()
  .refine(
    (text): text is Address => isAddress(text, { strict: true }) && getAddress(text) === text,
    'ADDRESS_CHECKSUM_WRONG',
  )
  .meta({ example: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' });

/** 32 bytes in lower-case hex. */
export const bytes32Schema = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<Hex, Hex>;
/** Any bytes in lower-case hex, at most 128 kB. */
export const hexSchema = z
  .string()
  .max(262_146)
  .regex(/^0x(?:[0-9a-f]{2})*$/) as unknown as z.ZodType<Hex, Hex>;
/** Chain time in seconds, as a decimal string (it is a uint256 on chain). */
export const secondsSchema = z.string().regex(/^(?:0|[1-9][0-9]{0,17})$/);
export const idSchema = z.uuid();
/** An instant, RFC 3339 UTC. */
export const instantSchema = z.iso.datetime();
export const chainIdSchema = z.int().positive();
/** Up to 140 characters that the other side sees; control characters are refused. */
export const noteSchema = z
  .string()
  .trim()
  .max(140)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);

/** RFC 9457 problem JSON. `code` is present for every expected failure, `requestId` always. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(errorCodes) as [keyof typeof errorCodes]),
  details: z.record(z.string(), z.string()).optional(),
  requestId: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

/** `?cursor=…&limit=…` of every list. */
export const pageQuerySchema = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** A page of a list; `nextCursor` is absent on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });
