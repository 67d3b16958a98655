import { z } from 'zod';
import {
  addressSchema,
  amountSchema,
  assetIdSchema,
  bytes32Schema,
  chainIdSchema,
  hexSchema,
  idSchema,
  instantSchema,
  moneySchema,
  secondsSchema,
} from './common.ts';

/** One asset of this deployment with everything needed to show and move it. */
export const assetSchema = z.object({
  id: assetIdSchema,
  kind: z.enum(['cash', 'token', 'native']),
  symbol: z.string(),
  name: z.string(),
  decimals: z.int().min(0).max(36),
  chainId: chainIdSchema.optional(),
  address: addressSchema.optional(),
  cash: assetIdSchema.optional(),
  /** Only ever false: what a contract says of itself, and nobody has checked. */
  verified: z.literal(false).optional(),
});
export type AssetWire = z.infer<typeof assetSchema>;

export const chainSchema = z.object({
  chainId: chainIdSchema,
  name: z.string(),
  native: z.object({ symbol: z.string(), decimals: z.int() }),
  finality: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('tag') }),
    z.object({ kind: z.literal('depth'), blocks: z.int() }),
  ]),
  /** The operator's contracts on this chain; null where no stablecoin is issued there. */
  relay: addressSchema.nullable(),
  checkout: addressSchema.nullable(),
  /** `following` when the service sees the head; `unavailable` and `halted` mean that chain movements wait. */
  status: z.enum(['following', 'unavailable', 'halted']),
  head: z.string().nullable(),
  finalized: z.string().nullable(),
});
export type ChainWire = z.infer<typeof chainSchema>;

/** GET /v1/chains: public configuration of the deployment. */
export const chainsResponse = z.object({
  chains: z.array(chainSchema),
  assets: z.array(assetSchema),
  /** Whether cash becomes tokens here and back. */
  bridge: z.boolean(),
  /** Whether this deployment sends e-mail; where it does not, nothing that needs it is offered. */
  mail: z.boolean(),
});
export type Chains = z.infer<typeof chainsResponse>;

/** GET /v1/balances. Cash is the operator's promise; tokens and coins are read from the chain for the linked addresses. */
export const balancesResponse = z.object({
  cash: z.array(z.object({ asset: assetIdSchema, available: amountSchema, pending: amountSchema })),
  onChain: z.array(z.object({ asset: assetIdSchema, address: addressSchema, amount: amountSchema })),
  /** Of what is on chain: promised to payments, with their fees, that are held and can still be undone. */
  held: z.array(z.object({ asset: assetIdSchema, address: addressSchema, amount: amountSchema })),
  /** Chains whose balances could not be read just now; what is shown for them is absent, not zero. */
  unavailable: z.array(chainIdSchema),
});
export type Balances = z.infer<typeof balancesResponse>;

/** POST /v1/quotes: what moving a stablecoin without native coin costs, held until `expiresAt`. */
export const relayQuoteRequest = z.strictObject({ kind: z.literal('relay'), asset: assetIdSchema });
export const relayQuoteResponse = z.object({
  id: idSchema,
  asset: assetIdSchema,
  fee: amountSchema,
  feeReceiver: addressSchema,
  relay: addressSchema,
  expiresAt: instantSchema,
});
export type RelayQuote = z.infer<typeof relayQuoteResponse>;

/** POST /v1/relays: a signed EIP-3009 `receiveWithAuthorization` to the relay contract; its nonce is recomputed from these fields. */
export const relayRequest = z.strictObject({
  quoteId: idSchema,
  chainId: chainIdSchema,
  token: addressSchema,
  from: addressSchema,
  to: addressSchema,
  amount: amountSchema,
  fee: amountSchema,
  feeReceiver: addressSchema,
  reference: bytes32Schema,
  validAfter: secondsSchema,
  validBefore: secondsSchema,
  salt: bytes32Schema,
  signature: hexSchema,
});
export type RelayWire = z.infer<typeof relayRequest>;

/** GET /v1/relays/:id (of a movement): a payment that is held, as it was signed, so that the wallet can call off exactly that one. */
export const heldRelayResponse = relayRequest.omit({ quoteId: true }).extend({
  /** No block takes it before. Until it is on its way it can be undone. */
  heldUntil: instantSchema,
});
export type HeldRelay = z.infer<typeof heldRelayResponse>;

/** POST /v1/relays/:id/undo: the payer's EIP-3009 `cancelAuthorization`. */
export const undoRequest = z.strictObject({ signature: hexSchema });

/** POST /v1/transactions: a signed raw transaction (EIP-2718 or legacy) to broadcast. */
export const broadcastRequest = z.strictObject({ chainId: chainIdSchema, raw: hexSchema });

/**
 * GET /v1/transactions/:id (of a movement): a payment that waits for a block, as its sender signed it, and what is to take its place.
 * Absent where there is none, or none any more.
 */
export const openTransactionResponse = z.object({
  open: z.object({ chainId: chainIdSchema, payment: hexSchema, cancels: z.array(hexSchema) }).nullable(),
});
export type OpenTransactionWire = NonNullable<z.infer<typeof openTransactionResponse>['open']>;

/** GET /v1/transactions/nonce: the number after those of an address's transactions that wait here, also where a node does not count them. */
export const nextNonceQuery = z.strictObject({
  chainId: z.coerce.number().pipe(chainIdSchema),
  address: addressSchema,
});
export const nextNonceResponse = z.object({
  next: z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,19})$/)
    .nullable(),
});

/** A movement that began; its progress is the history entry `historyId`. */
export const movementResponse = z.object({
  id: idSchema,
  historyId: idSchema,
  kind: z.enum(['top_up', 'withdrawal', 'conversion', 'cash_transfer', 'token_send', 'payment', 'refund']),
  state: z.string(),
  money: moneySchema,
  txHash: bytes32Schema.nullable(),
});
export type MovementWire = z.infer<typeof movementResponse>;

/** POST /v1/conversions: cash to tokens at par, or tokens to cash by a signed `RedeemWithAuthorization`. */
export const conversionRequest = z.discriminatedUnion('direction', [
  z.strictObject({
    direction: z.literal('issue'),
    /** Cash to turn into the token that stands at par with it. */
    money: moneySchema,
    token: assetIdSchema,
    address: addressSchema,
  }),
  z.strictObject({
    direction: z.literal('redeem'),
    chainId: chainIdSchema,
    token: addressSchema,
    holder: addressSchema,
    reference: bytes32Schema,
    amount: amountSchema,
    validAfter: secondsSchema,
    validBefore: secondsSchema,
    signature: hexSchema,
  }),
]);
export type ConversionRequest = z.infer<typeof conversionRequest>;
