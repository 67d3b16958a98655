import type { CashAssetId } from '@feiqian/domain/assets';
import { type Amount, decodeAmount, type Money } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { Queryable } from '../database/pool.ts';
import type { Idempotency } from '../http/idempotency.ts';

/** Where a top-up stands. */
export type TopUpState =
  | 'created'
  | 'paying'
  | 'paid'
  | 'credited'
  | 'issuing'
  | 'issued'
  | 'expired'
  | 'failed'
  | 'refunded'
  | 'review';

/** A top-up as stored. */
export type TopUp = {
  readonly id: string;
  readonly version: number;
  readonly userId: string;
  readonly state: TopUpState;
  readonly gateway: string;
  readonly money: Money<CashAssetId>;
  /** What the cash is to become; undefined when it stays cash. */
  readonly tokens: { readonly assetId: string; readonly amount: Amount; readonly address: Address } | undefined;
  readonly reason: string | undefined;
  readonly expiresAt: Date | undefined;
  /** The payment request that it pays, of this very user's, by whom if they were logged in; undefined for a top-up of one's own. */
  readonly sale: { readonly requestId: string; readonly payerId: string | undefined } | undefined;
  /** The request that began it or its last attempt; undefined for one that began by a second payment. */
  readonly request: Idempotency | undefined;
};

type Raw = {
  id: string;
  version: number;
  user_id: string;
  state: TopUpState;
  gateway: string;
  asset: CashAssetId;
  amount: string;
  counter_asset: string | null;
  counter_amount: string | null;
  address: Address | null;
  reason: string | null;
  expires_at: Date | null;
  payment_request_id: string | null;
  counterparty_id: string | null;
  details: { readonly request?: Idempotency };
};

const columns =
  'id, version, user_id, state, gateway, asset, amount, counter_asset, counter_amount, address, reason, expires_at, payment_request_id, counterparty_id, details';

/** Reads top-ups; only ledger commands write them. */
export type TopUpStore = ReturnType<typeof createTopUpStore>;

export function createTopUpStore(database: Queryable) {
  return {
    async find(id: string): Promise<TopUp | undefined> {
      const { rows } = await database.query<Raw>(`SELECT ${columns} FROM movements WHERE id = $1 AND kind = 'top_up'`, [
        id,
      ]);
      return rows[0] && toTopUp(rows[0]);
    },

    /** Top-ups whose cash was credited and is still to become tokens, although that was to be tried before `before`. */
    async listAwaitingTokens(before: Date, limit: number): Promise<string[]> {
      const { rows } = await database.query<{ id: string }>(
        `SELECT id FROM movements WHERE kind = 'top_up' AND state = 'credited' AND counter_asset IS NOT NULL AND reason IS NULL AND updated_at <= $1 LIMIT $2`,
        [before, limit],
      );
      return rows.map(({ id }) => id);
    },
  };
}

function toTopUp(raw: Raw): TopUp {
  const { counter_asset: assetId, counter_amount: amount, address } = raw;
  return {
    id: raw.id,
    version: raw.version,
    userId: raw.user_id,
    state: raw.state,
    gateway: raw.gateway,
    money: { asset: raw.asset, amount: decodeAmount(raw.amount) },
    tokens:
      assetId !== null && amount !== null && address !== null
        ? { assetId, amount: decodeAmount(amount), address }
        : undefined,
    reason: raw.reason ?? undefined,
    expiresAt: raw.expires_at ?? undefined,
    sale:
      raw.payment_request_id === null
        ? undefined
        : { requestId: raw.payment_request_id, payerId: raw.counterparty_id ?? undefined },
    request: raw.details.request,
  };
}
