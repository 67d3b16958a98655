import { type Amount, decodeAmount } from '@feiqian/domain/money';
import type { Queryable } from '../database/pool.ts';

/** A refund as stored: a movement that gives (a part of) a payment back. */
export type RefundRow = {
  readonly id: string;
  readonly version: number;
  readonly payeeId: string;
  readonly paymentId: string;
  readonly requestId: string;
  readonly state: string;
  readonly asset: string;
  readonly amount: Amount;
  readonly gateway: string | undefined;
  readonly reason: string | undefined;
  readonly createdAt: Date;
};

type Raw = {
  id: string;
  version: number;
  user_id: string;
  payment_id: string;
  payment_request_id: string;
  state: string;
  asset: string;
  amount: string;
  gateway: string | null;
  reason: string | null;
  created_at: Date;
};

const columns =
  'id, version, user_id, payment_id, payment_request_id, state, asset, amount, gateway, reason, created_at';
/** Refunds that have given their money back, and those that may still. The others never will. */
const done = ['posted', 'settled', 'final'];
const underWay = ['reserved', 'sent', 'submitted', 'mined'];

/** Reads refunds; only ledger commands write them. */
export type RefundStore = ReturnType<typeof createRefundStore>;

export function createRefundStore(database: Queryable) {
  return {
    async find(id: string): Promise<RefundRow | undefined> {
      const { rows } = await database.query<Raw>(`SELECT ${columns} FROM movements WHERE id = $1 AND kind = 'refund'`, [
        id,
      ]);
      return rows[0] && toRow(rows[0]);
    },

    /** Of one request, oldest first. */
    async list(requestId: string): Promise<RefundRow[]> {
      const { rows } = await database.query<Raw>(
        `SELECT ${columns} FROM movements WHERE payment_request_id = $1 AND kind = 'refund' ORDER BY created_at, id`,
        [requestId],
      );
      return rows.map(toRow);
    },

    /** What of a payment has gone back, and what is on its way. */
    async addUp(paymentId: string): Promise<{ readonly refunded: Amount; readonly refunding: Amount }> {
      const { rows } = await database.query<{ refunded: string; refunding: string }>(
        `SELECT coalesce(sum(amount) FILTER (WHERE state = ANY ($2)), 0) AS refunded, coalesce(sum(amount) FILTER (WHERE state = ANY ($3)), 0) AS refunding
         FROM movements WHERE payment_id = $1 AND kind = 'refund'`,
        [paymentId, done, underWay],
      );
      const [row] = rows;
      return { refunded: decodeAmount(row?.refunded ?? '0'), refunding: decodeAmount(row?.refunding ?? '0') };
    },

    /** The order of the payment that a refund at a gateway gives back. */
    async findRefundedOrder(id: string): Promise<string | undefined> {
      const { rows } = await database.query<{ order_number: string | null }>(
        `SELECT details->>'paidOrder' AS order_number FROM movements WHERE id = $1 AND kind = 'refund'`,
        [id],
      );
      return rows[0]?.order_number ?? undefined;
    },

    /** The order under which a movement was paid at its gateway. */
    async findPaidOrder(
      movementId: string,
    ): Promise<{ readonly gateway: string; readonly orderNumber: string } | undefined> {
      const { rows } = await database.query<{ gateway: string; order_number: string }>(
        `SELECT gateway, order_number FROM gateway_attempts WHERE movement_id = $1 AND direction = 'payment' AND state = 'succeeded'`,
        [movementId],
      );
      return rows[0] && { gateway: rows[0].gateway, orderNumber: rows[0].order_number };
    },
  };
}

const toRow = (raw: Raw): RefundRow => ({
  id: raw.id,
  version: raw.version,
  payeeId: raw.user_id,
  paymentId: raw.payment_id,
  requestId: raw.payment_request_id,
  state: raw.state,
  asset: raw.asset,
  amount: decodeAmount(raw.amount),
  gateway: raw.gateway ?? undefined,
  reason: raw.reason ?? undefined,
  createdAt: raw.created_at,
});
