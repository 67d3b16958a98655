import { type Amount, decodeAmount } from '@feiqian/domain/money';
import type { Address, Hex } from 'viem';
import type { Queryable } from '../database/pool.ts';

export type PaymentRequestState = 'open' | 'processing' | 'paid' | 'expired' | 'cancelled';

/** A payment request as stored, with its payee's handle. */
export type PaymentRequestRow = {
  readonly id: string;
  readonly version: number;
  readonly payeeId: string;
  readonly payeeHandle: string;
  readonly state: PaymentRequestState;
  readonly asset: string;
  readonly amount: Amount;
  readonly description: string;
  /** How tokens pay it; absent when it takes cash only. */
  readonly token: { readonly asset: string; readonly amount: Amount; readonly address: Address } | undefined;
  /** Binds a token payment to this request. */
  readonly reference: Hex;
  readonly movementId: string | undefined;
  readonly expiresAt: Date | undefined;
  readonly paidAt: Date | undefined;
  readonly createdAt: Date;
};

type Raw = {
  id: string;
  version: number;
  payee_id: string;
  handle: string;
  state: PaymentRequestState;
  asset: string;
  amount: string;
  description: string;
  token_asset: string | null;
  token_amount: string | null;
  address: Address | null;
  reference: Hex;
  movement_id: string | null;
  expires_at: Date | null;
  paid_at: Date | null;
  created_at: Date;
};

const columns = `r.id, r.version, r.payee_id, u.handle, r.state, r.asset, r.amount, r.description, r.token_asset, r.token_amount, r.address,
  r.reference, r.movement_id, r.expires_at, r.paid_at, r.created_at`;
const source = 'payment_requests r JOIN users u ON u.id = r.payee_id';

/** Reads payment requests; only ledger commands write them. */
export type PaymentRequestStore = ReturnType<typeof createPaymentRequestStore>;

export function createPaymentRequestStore(database: Queryable) {
  return {
    async find(id: string): Promise<PaymentRequestRow | undefined> {
      const { rows } = await database.query<Raw>(`SELECT ${columns} FROM ${source} WHERE r.id = $1`, [id]);
      return rows[0] && toRow(rows[0]);
    },

    async findByMovement(movementId: string): Promise<PaymentRequestRow | undefined> {
      const { rows } = await database.query<Raw>(`SELECT ${columns} FROM ${source} WHERE r.movement_id = $1`, [
        movementId,
      ]);
      return rows[0] && toRow(rows[0]);
    },

    /** Open ones whose time is over, those first that were to end first. */
    async listOverdue(now: Date, limit: number): Promise<PaymentRequestRow[]> {
      const { rows } = await database.query<Raw>(
        `SELECT ${columns} FROM ${source} WHERE r.state = 'open' AND r.expires_at <= $1 ORDER BY r.expires_at, r.id LIMIT $2`,
        [now, limit],
      );
      return rows.map(toRow);
    },

    /** A payee's requests, newest first, after the one named by `after`. */
    async list(
      payeeId: string,
      {
        limit,
        after,
      }: { readonly limit: number; readonly after: { readonly createdAt: Date; readonly id: string } | undefined },
    ): Promise<PaymentRequestRow[]> {
      const { rows } = await database.query<Raw>(
        `SELECT ${columns} FROM ${source}
         WHERE r.payee_id = $1 AND ($3::timestamptz IS NULL OR (r.created_at, r.id) < ($3, $4::uuid))
         ORDER BY r.created_at DESC, r.id DESC LIMIT $2`,
        [payeeId, limit, after?.createdAt ?? null, after?.id ?? null],
      );
      return rows.map(toRow);
    },
  };
}

function toRow(raw: Raw): PaymentRequestRow {
  const { token_asset: tokenAsset, token_amount: tokenAmount, address } = raw;
  return {
    id: raw.id,
    version: raw.version,
    payeeId: raw.payee_id,
    payeeHandle: raw.handle,
    state: raw.state,
    asset: raw.asset,
    amount: decodeAmount(raw.amount),
    description: raw.description,
    token:
      tokenAsset !== null && tokenAmount !== null && address !== null
        ? { asset: tokenAsset, amount: decodeAmount(tokenAmount), address }
        : undefined,
    reference: raw.reference,
    movementId: raw.movement_id ?? undefined,
    expiresAt: raw.expires_at ?? undefined,
    paidAt: raw.paid_at ?? undefined,
    createdAt: raw.created_at,
  };
}
