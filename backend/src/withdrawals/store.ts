import type { CashAssetId } from '@feiqian/domain/assets';
import { decodeAmount, type Money } from '@feiqian/domain/money';
import type { Queryable } from '../database/pool.ts';

/** Where a withdrawal stands. */
export type WithdrawalState = 'requested' | 'in_review' | 'reserved' | 'sent' | 'settled' | 'returned';

/** A withdrawal as stored. */
export type Withdrawal = {
  readonly id: string;
  readonly version: number;
  readonly userId: string;
  readonly state: WithdrawalState;
  readonly gateway: string;
  readonly money: Money<CashAssetId>;
  readonly reason: string | undefined;
  /** Holder and number, sealed; read only at the moment of paying out. */
  readonly sealedAccount: string;
  /** What people may see of the number. */
  readonly maskedAccount: string;
};

type Raw = {
  id: string;
  version: number;
  user_id: string;
  state: WithdrawalState;
  gateway: string;
  asset: CashAssetId;
  amount: string;
  reason: string | null;
  details: { readonly account: { readonly sealed: string; readonly masked: string } };
};

/** Reads withdrawals; only ledger commands write them. */
export type WithdrawalStore = ReturnType<typeof createWithdrawalStore>;

export function createWithdrawalStore(database: Queryable) {
  return {
    async find(id: string): Promise<Withdrawal | undefined> {
      const { rows } = await database.query<Raw>(
        `SELECT id, version, user_id, state, gateway, asset, amount, reason, details FROM movements WHERE id = $1 AND kind = 'withdrawal'`,
        [id],
      );
      return rows[0] && toWithdrawal(rows[0]);
    },
  };
}

function toWithdrawal(raw: Raw): Withdrawal {
  return {
    id: raw.id,
    version: raw.version,
    userId: raw.user_id,
    state: raw.state,
    gateway: raw.gateway,
    money: { asset: raw.asset, amount: decodeAmount(raw.amount) },
    reason: raw.reason ?? undefined,
    sealedAccount: raw.details.account.sealed,
    maskedAccount: raw.details.account.masked,
  };
}
