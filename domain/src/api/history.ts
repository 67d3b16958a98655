import { z } from 'zod';
import {
  amountSchema,
  assetIdSchema,
  bytes32Schema,
  chainIdSchema,
  idSchema,
  instantSchema,
  moneySchema,
  pageQuerySchema,
} from './common.ts';

export const historyKinds = [
  'top_up',
  'withdrawal',
  'conversion',
  'cash_transfer',
  'token_transfer',
  'payment',
  'refund',
] as const;
export const historyStatuses = ['pending', 'completed', 'failed', 'cancelled', 'needs_action'] as const;
/** Who has the money at this moment; said in words beside every pending entry. */
export const holders = ['you', 'operator', 'gateway', 'bank', 'chain', 'counterparty'] as const;

/**
 * One step of an event on one rail. `kind` says which step, so that the wallet can word it:
 * gateway: order, payout, refund · ledger: credit, reserve, debit, release · chain: issue, redeem, transfer, undo, cancel, fee.
 * What waits for a set time has that time in `at`.
 */
export const legSchema = z.object({
  rail: z.enum(['gateway', 'ledger', 'chain']),
  kind: z.enum([
    'order',
    'payout',
    'refund',
    'credit',
    'debit',
    'reserve',
    'release',
    'issue',
    'redeem',
    'transfer',
    'undo',
    'cancel',
    'fee',
  ]),
  status: z.enum(['waiting', 'pending', 'completed', 'failed', 'dropped']),
  asset: assetIdSchema,
  amount: amountSchema,
  /** Gateway order number, ledger transfer id, or transaction hash. */
  reference: z.string().nullable(),
  /** For the gateway rail: which one. */
  gateway: z.string().nullable(),
  chainId: chainIdSchema.nullable(),
  blockNumber: z.string().nullable(),
  at: instantSchema.nullable(),
});
export type LegWire = z.infer<typeof legSchema>;

export const counterpartySchema = z.object({
  kind: z.enum(['person', 'address', 'gateway']),
  /** `@handle` without the @, an EIP-55 address, or a gateway's name. */
  value: z.string(),
});

/** One economic event as one person sees it. */
export const historyEntrySchema = z.object({
  id: idSchema,
  kind: z.enum(historyKinds),
  direction: z.enum(['in', 'out', 'self']),
  status: z.enum(historyStatuses),
  /** The movement's own state, such as `paying` or `issuing`; the wallet has a sentence for each (kind, stage). */
  stage: z.string(),
  holder: z.enum(holders),
  money: moneySchema,
  /** What the money became, when it changed its form (a conversion, a top-up straight to tokens). */
  counterMoney: moneySchema.nullable(),
  fee: moneySchema.nullable(),
  counterparty: counterpartySchema.nullable(),
  note: z.string().nullable(),
  /** Why it failed or waits for somebody, as a stable code. */
  reason: z.string().nullable(),
  movementId: idSchema.nullable(),
  paymentRequestId: idSchema.nullable(),
  txHash: bytes32Schema.nullable(),
  legs: z.array(legSchema),
  occurredAt: instantSchema,
  updatedAt: instantSchema,
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** GET /v1/history, newest first. */
export const historyQuery = pageQuerySchema.extend({
  asset: assetIdSchema.optional(),
  kind: z.enum(historyKinds).optional(),
  status: z.enum(historyStatuses).optional(),
  direction: z.enum(['in', 'out', 'self']).optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  /** Words in the note, the counterparty or a reference. */
  text: z.string().trim().min(1).max(80).optional(),
});
export type HistoryQuery = z.infer<typeof historyQuery>;
export const historyResponse = z.object({ items: z.array(historyEntrySchema), nextCursor: z.string().optional() });

/**
 * GET /v1/history/stream (server-sent events). `event: entry` carries a HistoryEntry as data; `event: removed` carries
 * `{ id }` when a reorg took an entry away; `id:` is the cursor for Last-Event-ID; `event: balances` says that balances should be read again;
 * `event: address-book` that the address book should be, `event: asked` that somebody at a counter asks for a payment.
 */
export const historyRemoved = z.object({ id: idSchema });
