import type { PayoutSchedule } from '@feiqian/domain/api/payouts';
import type { CashAssetId } from '@feiqian/domain/assets';
import { assert } from '@feiqian/domain/errors';
import { type Amount, decodeAmount, type Money, toAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { Queryable } from '../database/pool.ts';

/** Where money goes, as people may see it. */
export type PayoutTarget =
  | { readonly kind: 'bank'; readonly gateway: string; readonly maskedAccount: string }
  | { readonly kind: 'token'; readonly token: string; readonly address: Address };

/** A rule's target; the account is read only at the moment of paying out. */
export type RuleTarget =
  | (Extract<PayoutTarget, { kind: 'bank' }> & { readonly sealedAccount: string })
  | Extract<PayoutTarget, { kind: 'token' }>;

/** A rule as stored. */
export type PayoutRule = {
  readonly id: string;
  readonly version: number;
  readonly userId: string;
  readonly asset: CashAssetId;
  readonly state: 'on' | 'off' | 'needs_attention';
  readonly reason: string | undefined;
  readonly target: RuleTarget;
  /** Names this target as it was set: another one each time. */
  readonly targetId: string;
  readonly keep: Amount;
  readonly min: Amount;
  readonly schedule: PayoutSchedule;
  /** Nothing is paid out before. */
  readonly dueAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** A rule that may pay out now, and what its owner can spend. */
export type DueRule = { readonly rule: PayoutRule; readonly available: Amount };

/** A payout as stored, with what has become of its movement. */
export type PayoutRow = {
  readonly id: string;
  readonly version: number;
  readonly ruleId: string;
  readonly userId: string;
  readonly money: Money<CashAssetId>;
  readonly target: PayoutTarget;
  readonly targetId: string;
  readonly movementId: string;
  readonly state: 'under_way' | 'paid' | 'returned';
  /** Why it came back. */
  readonly reason: string | undefined;
  readonly createdAt: Date;
};

type RawTarget = {
  target: 'bank' | 'token';
  target_id: string;
  gateway: string | null;
  account_masked: string | null;
  token_asset: string | null;
  address: Address | null;
};

type RawRule = RawTarget & {
  id: string;
  version: number;
  user_id: string;
  asset: CashAssetId;
  state: PayoutRule['state'];
  reason: string | null;
  account_sealed: string | null;
  keep: string;
  min: string;
  schedule: PayoutSchedule['kind'];
  hour: number | null;
  time_zone: string | null;
  due_at: Date;
  created_at: Date;
  updated_at: Date;
};

type RawPayout = RawTarget & {
  id: string;
  version: number;
  rule_id: string;
  user_id: string;
  asset: CashAssetId;
  amount: string;
  movement_id: string;
  ended: PayoutRow['state'];
  reason: string | null;
  created_at: Date;
};

const ruleColumns = `r.id, r.version, r.user_id, r.asset, r.state, r.reason, r.target, r.target_id, r.gateway, r.account_sealed, r.account_masked,
  r.token_asset, r.address, r.keep, r.min, r.schedule, r.hour, r.time_zone, r.due_at, r.created_at, r.updated_at`;

// Whoever waits until there is enough, waits for the payout before, too: what comes meanwhile goes with the next one, and an account
// that takes nothing is tried once. What is paid out once a day is, also when the bank still has what went the day before.
const due = `payout_rules r
  LEFT JOIN ledger_accounts a ON a.name = 'user:' || r.user_id || ':cash' AND a.asset = r.asset
  CROSS JOIN LATERAL (SELECT coalesce(a.credits_posted - a.debits_posted - a.debits_pending, 0) AS available) AS cash
  WHERE r.state = 'on' AND r.due_at <= $1 AND (r.schedule = 'daily' OR cash.available - r.keep >= r.min
    AND NOT EXISTS (SELECT FROM payouts p WHERE p.rule_id = r.id AND p.state = 'under_way'))`;

// What has become of a payout is what has become of its movement, also before it is noted.
const payoutColumns = `p.id, p.version, p.rule_id, p.user_id, p.asset, p.amount, p.target, p.target_id, p.gateway, p.account_masked, p.token_asset, p.address,
  p.movement_id, p.created_at, m.reason,
  CASE WHEN m.state IN ('settled', 'issued') THEN 'paid' WHEN m.state IN ('returned', 'failed') THEN 'returned' ELSE 'under_way' END AS ended`;
const payouts = 'payouts p JOIN movements m ON m.id = p.movement_id';
const hasEnded = `p.state = 'under_way' AND m.state IN ('settled', 'issued', 'returned', 'failed')`;

/** Reads rules and what they paid out; only ledger commands write. */
export type PayoutStore = ReturnType<typeof createPayoutStore>;

export function createPayoutStore(database: Queryable) {
  return { ...readRules(database), ...readPayouts(database) };
}

function readRules(database: Queryable) {
  const findOne = async (condition: string, values: readonly unknown[]): Promise<PayoutRule | undefined> => {
    const { rows } = await database.query<RawRule>(
      `SELECT ${ruleColumns} FROM payout_rules r WHERE r.state <> 'removed' AND ${condition}`,
      [...values],
    );
    return rows[0] && toRule(rows[0]);
  };
  return {
    findRule: (id: string) => findOne('r.id = $1', [id]),

    findOwnRule: (userId: string, id: string) => findOne('r.id = $1 AND r.user_id = $2', [id, userId]),

    async listRules(userId: string): Promise<PayoutRule[]> {
      const { rows } = await database.query<RawRule>(
        `SELECT ${ruleColumns} FROM payout_rules r WHERE r.user_id = $1 AND r.state <> 'removed' ORDER BY r.asset`,
        [userId],
      );
      return rows.map(toRule);
    },

    /** What is in the place of a rule, also a removed one. */
    async findPlace(id: string): Promise<{ readonly version: number; readonly createdAt: Date } | undefined> {
      const { rows } = await database.query<{ version: number; created_at: Date }>(
        'SELECT version, created_at FROM payout_rules WHERE id = $1',
        [id],
      );
      return rows[0] && { version: rows[0].version, createdAt: rows[0].created_at };
    },

    /** A rule that may pay out now; undefined when it may not. */
    async findDue(id: string, now: Date): Promise<DueRule | undefined> {
      const { rows } = await database.query<RawRule & { available: string }>(
        `SELECT ${ruleColumns}, cash.available::text AS available FROM ${due} AND r.id = $2`,
        [now, id],
      );
      return rows[0] && { rule: toRule(rows[0]), available: toAmount(decodeAmount(rows[0].available)) };
    },

    /** Rules that may pay out now or have a payout whose end was not noted, those first that wait longest. */
    async listWaiting(now: Date, limit: number): Promise<string[]> {
      const { rows } = await database.query<{ id: string }>(
        `(SELECT DISTINCT p.rule_id AS id FROM ${payouts} WHERE ${hasEnded} LIMIT $2)
         UNION (SELECT r.id FROM ${due} ORDER BY r.due_at, r.id LIMIT $2)`,
        [now, limit],
      );
      return rows.map(({ id }) => id);
    },
  };
}

function readPayouts(database: Queryable) {
  return {
    /** A person's payouts, newest first, after the one named by `after`. */
    async listPayouts(
      userId: string,
      {
        limit,
        after,
      }: { readonly limit: number; readonly after: { readonly createdAt: Date; readonly id: string } | undefined },
    ): Promise<PayoutRow[]> {
      const { rows } = await database.query<RawPayout>(
        `SELECT ${payoutColumns} FROM ${payouts}
         WHERE p.user_id = $1 AND ($3::timestamptz IS NULL OR (p.created_at, p.id) < ($3, $4::uuid))
         ORDER BY p.created_at DESC, p.id DESC LIMIT $2`,
        [userId, limit, after?.createdAt ?? null, after?.id ?? null],
      );
      return rows.map(toPayout);
    },

    /** The rule whose payout a movement is, when that has ended without a note of it. */
    async findRuleOfEnded(movementId: string): Promise<string | undefined> {
      const { rows } = await database.query<{ rule_id: string }>(
        `SELECT p.rule_id FROM ${payouts} WHERE p.movement_id = $1 AND ${hasEnded}`,
        [movementId],
      );
      return rows[0]?.rule_id;
    },

    /** Payouts of a rule that have ended without a note of it, oldest first. */
    async listEnded(ruleId: string): Promise<PayoutRow[]> {
      const { rows } = await database.query<RawPayout>(
        `SELECT ${payoutColumns} FROM ${payouts} WHERE p.rule_id = $1 AND ${hasEnded} ORDER BY p.created_at, p.id`,
        [ruleId],
      );
      return rows.map(toPayout);
    },
  };
}

function toRule(raw: RawRule): PayoutRule {
  const target = toTarget(raw);
  return {
    id: raw.id,
    version: raw.version,
    userId: raw.user_id,
    asset: raw.asset,
    state: raw.state,
    reason: raw.reason ?? undefined,
    target: target.kind === 'bank' ? { ...target, sealedAccount: raw.account_sealed ?? '' } : target,
    targetId: raw.target_id,
    keep: decodeAmount(raw.keep),
    min: decodeAmount(raw.min),
    schedule: toSchedule(raw),
    dueAt: raw.due_at,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}

function toPayout(raw: RawPayout): PayoutRow {
  return {
    id: raw.id,
    version: raw.version,
    ruleId: raw.rule_id,
    userId: raw.user_id,
    money: { asset: raw.asset, amount: decodeAmount(raw.amount) },
    target: toTarget(raw),
    targetId: raw.target_id,
    movementId: raw.movement_id,
    state: raw.ended,
    reason: raw.ended === 'returned' ? (raw.reason ?? undefined) : undefined,
    createdAt: raw.created_at,
  };
}

function toTarget({
  target,
  gateway,
  account_masked: maskedAccount,
  token_asset: token,
  address,
}: RawTarget): PayoutTarget {
  if (target === 'bank') {
    assert(gateway !== null && maskedAccount !== null, 'a bank is reached by a gateway, at an account');
    return { kind: 'bank', gateway, maskedAccount };
  }
  assert(token !== null && address !== null, 'tokens go to an address');
  return { kind: 'token', token, address };
}

function toSchedule({ schedule, hour, time_zone: timeZone }: RawRule): PayoutSchedule {
  if (schedule === 'at_once') return { kind: 'at_once' };
  assert(hour !== null && timeZone !== null, 'a day has its hour somewhere');
  return { kind: 'daily', hour, timeZone };
}
