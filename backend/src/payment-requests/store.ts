import type { PaymentException, PaymentRequestState, PaymentState, SettlePoint } from '@feiqian/domain/api/payments';
import { parseAssetId } from '@feiqian/domain/assets';
import type { CheckoutTerms } from '@feiqian/domain/authorizations';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import type { Address, Hash, Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';
import type { Asked, Paid } from './decide.ts';

/** How tokens pay a request. */
export type TokenTerms = {
  readonly asset: string;
  readonly amount: Amount;
  readonly address: Address;
  readonly chainId: number;
  /** Absent for a request of before there was a checkout contract: it takes no tokens any more. */
  readonly checkout: { readonly contract: Address; readonly terms: CheckoutTerms } | undefined;
};

/** A payment request as stored, with its payee's handle. */
export type PaymentRequestRow = Omit<Asked, 'token'> & {
  readonly id: string;
  readonly version: number;
  readonly payeeId: string;
  readonly payeeHandle: string;
  readonly state: PaymentRequestState;
  readonly exception: PaymentException;
  readonly reason: 'CANCELLED' | 'UNCONFIRMED' | undefined;
  readonly description: string;
  readonly token: TokenTerms | undefined;
  /** Names the request on chain. */
  readonly reference: Hex;
  readonly received: Amount;
  readonly coming: Amount;
  readonly refunded: Amount;
  /** In base units of the token, where it takes one. */
  readonly missing: Amount;
  readonly returnUrl: string | undefined;
  readonly orderId: string | undefined;
  readonly settledAt: Date | undefined;
  readonly createdAt: Date;
};

/** A payment as stored, with its payer's handle. */
export type PaymentRow = Paid & {
  readonly id: string;
  readonly version: number;
  readonly requestId: string;
  readonly rail: 'cash' | 'token' | 'gateway';
  readonly payerId: string | undefined;
  readonly payerHandle: string | undefined;
  readonly payerAddress: Address | undefined;
  readonly movementId: string | undefined;
  readonly gateway: string | undefined;
  readonly chainId: number | undefined;
  readonly epoch: number | undefined;
  readonly chainTransactionId: string | undefined;
  readonly txHash: Hash | undefined;
  readonly refunding: Amount;
};

/** A request with all that was paid for it. */
export type Requested = { readonly request: PaymentRequestRow; readonly payments: readonly PaymentRow[] };

type RawRequest = {
  id: string;
  version: number;
  payee_id: string;
  handle: string;
  state: PaymentRequestState;
  exception: PaymentException;
  reason: 'CANCELLED' | 'UNCONFIRMED' | null;
  asset: string;
  amount: string;
  tolerance: number;
  settle_at: SettlePoint;
  description: string;
  token_asset: string | null;
  token_amount: string | null;
  address: Address | null;
  reference: Hex;
  checkout: Address | null;
  checkout_salt: Hex | null;
  checkout_valid_before: string | null;
  received: string;
  coming: string;
  refunded: string;
  missing: string;
  return_url: string | null;
  order_id: string | null;
  expires_at: Date | null;
  monitored_until: Date | null;
  cancelled_at: Date | null;
  accepted_at: Date | null;
  settled_at: Date | null;
  created_at: Date;
};

type RawPayment = {
  id: string;
  version: number;
  request_id: string;
  rail: 'cash' | 'token' | 'gateway';
  state: PaymentState;
  asset: string;
  amount: string;
  payer_id: string | null;
  handle: string | null;
  payer_address: Address | null;
  movement_id: string | null;
  gateway: string | null;
  chain_id: number | null;
  epoch: number | null;
  chain_transaction_id: string | null;
  tx_hash: Hash | null;
  refunding: string;
  refunded: string;
  paid_at: Date;
};

const columns = `r.id, r.version, r.payee_id, u.handle, r.state, r.exception, r.reason, r.asset, r.amount, r.tolerance, r.settle_at, r.description,
  r.token_asset, r.token_amount, r.address, r.reference, r.checkout, r.checkout_salt, r.checkout_valid_before, r.received, r.coming, r.refunded, r.missing,
  r.return_url, r.order_id, r.expires_at, r.monitored_until, r.cancelled_at, r.accepted_at, r.settled_at, r.created_at`;
const source = 'payment_requests r JOIN users u ON u.id = r.payee_id';
const paymentColumns = `p.id, p.version, p.request_id, p.rail, p.state, p.asset, p.amount, p.payer_id, u.handle, p.payer_address, p.movement_id, p.gateway,
  p.chain_id, p.epoch, p.chain_transaction_id, p.tx_hash, p.refunding, p.refunded, p.paid_at`;
const paymentSource = 'payments p LEFT JOIN users u ON u.id = p.payer_id';

/** Where a page of a list begins: after the one named. */
export type After = { readonly createdAt: Date; readonly id: string };

/** Reads payment requests and payments; only ledger commands write them. */
export type PaymentRequestStore = ReturnType<typeof createPaymentRequestStore>;

export function createPaymentRequestStore(database: Queryable) {
  const find = async (id: string): Promise<PaymentRequestRow | undefined> => {
    const { rows } = await database.query<RawRequest>(`SELECT ${columns} FROM ${source} WHERE r.id = $1`, [id]);
    return rows[0] && toRequest(rows[0]);
  };
  const listPayments = async (requestId: string): Promise<PaymentRow[]> => {
    const { rows } = await database.query<RawPayment>(
      `SELECT ${paymentColumns} FROM ${paymentSource} WHERE p.request_id = $1 ORDER BY p.created_at, p.id`,
      [requestId],
    );
    return rows.map(toPayment);
  };
  const findOnePayment = async (where: string, value: string): Promise<PaymentRow | undefined> => {
    const { rows } = await database.query<RawPayment>(
      `SELECT ${paymentColumns} FROM ${paymentSource} WHERE ${where} = $1`,
      [value],
    );
    return rows[0] && toPayment(rows[0]);
  };
  return {
    find,
    listPayments,

    /** The request is read first: a payment that is written afterwards changes its version too. */
    async findWithPayments(id: string): Promise<Requested | undefined> {
      const request = await find(id);
      return request && { request, payments: await listPayments(id) };
    },

    findPayment: (id: string) => findOnePayment('p.id', id),
    findPaymentByTransaction: (transactionId: string) => findOnePayment('p.chain_transaction_id', transactionId),

    /** Those that a clock has moved on since they were written, those first that it moved first. */
    async listOverdue(now: Date, limit: number): Promise<string[]> {
      const { rows } = await database.query<{ id: string }>(
        `(SELECT id FROM payment_requests WHERE state = 'new' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2)
         UNION ALL (SELECT id FROM payment_requests WHERE state = 'processing' AND monitored_until <= $1 ORDER BY monitored_until, id LIMIT $2)`,
        [now, limit],
      );
      return rows.map(({ id }) => id);
    },

    /** A payee's requests, newest first. */
    async list(
      payeeId: string,
      {
        limit,
        after,
        orderId,
      }: { readonly limit: number; readonly after: After | undefined; readonly orderId?: string | undefined },
    ): Promise<PaymentRequestRow[]> {
      const { rows } = await database.query<RawRequest>(
        `SELECT ${columns} FROM ${source}
         WHERE r.payee_id = $1 AND ($3::timestamptz IS NULL OR (r.created_at, r.id) < ($3, $4::uuid)) AND ($5::text IS NULL OR r.order_id = $5)
         ORDER BY r.created_at DESC, r.id DESC LIMIT $2`,
        [payeeId, limit, after?.createdAt ?? null, after?.id ?? null, orderId ?? null],
      );
      return rows.map(toRequest);
    },
  };
}

function toRequest(raw: RawRequest): PaymentRequestRow {
  return {
    id: raw.id,
    version: raw.version,
    payeeId: raw.payee_id,
    payeeHandle: raw.handle,
    state: raw.state,
    exception: raw.exception,
    reason: raw.reason ?? undefined,
    asset: raw.asset,
    amount: decodeAmount(raw.amount),
    tolerance: raw.tolerance,
    settleAt: raw.settle_at,
    description: raw.description,
    token: toTokenTerms(raw),
    reference: raw.reference,
    received: decodeAmount(raw.received),
    coming: decodeAmount(raw.coming),
    refunded: decodeAmount(raw.refunded),
    missing: decodeAmount(raw.missing),
    returnUrl: raw.return_url ?? undefined,
    orderId: raw.order_id ?? undefined,
    expiresAt: raw.expires_at ?? undefined,
    monitoredUntil: raw.monitored_until ?? undefined,
    cancelledAt: raw.cancelled_at ?? undefined,
    acceptedAt: raw.accepted_at ?? undefined,
    settledAt: raw.settled_at ?? undefined,
    createdAt: raw.created_at,
  };
}

function toTokenTerms(raw: RawRequest): TokenTerms | undefined {
  const { token_asset: asset, token_amount: amount, address, checkout: contract, checkout_salt: salt } = raw;
  if (asset === null || amount === null || address === null) return undefined;
  const parts = parseAssetId(asset);
  if (parts.kind !== 'token') throw new Error('A request is paid in a token of a chain.');
  const terms = contract !== null &&
    salt !== null && {
      merchant: address,
      token: parts.address,
      amount: decodeAmount(amount),
      validBefore: BigInt(raw.checkout_valid_before ?? 0),
      salt,
    };
  return {
    asset,
    amount: decodeAmount(amount),
    address,
    chainId: parts.chainId,
    checkout: terms && contract !== null ? { contract, terms } : undefined,
  };
}

function toPayment(raw: RawPayment): PaymentRow {
  return {
    id: raw.id,
    version: raw.version,
    requestId: raw.request_id,
    rail: raw.rail,
    state: raw.state,
    asset: raw.asset,
    amount: decodeAmount(raw.amount),
    payerId: raw.payer_id ?? undefined,
    payerHandle: raw.handle ?? undefined,
    payerAddress: raw.payer_address ?? undefined,
    movementId: raw.movement_id ?? undefined,
    gateway: raw.gateway ?? undefined,
    chainId: raw.chain_id ?? undefined,
    epoch: raw.epoch ?? undefined,
    chainTransactionId: raw.chain_transaction_id ?? undefined,
    txHash: raw.tx_hash ?? undefined,
    refunding: decodeAmount(raw.refunding),
    refunded: decodeAmount(raw.refunded),
    paidAt: raw.paid_at,
  };
}
