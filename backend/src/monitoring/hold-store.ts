import { type Amount, decodeAmount } from '@feiqian/domain/money';
import type { Reason } from '@feiqian/domain/monitoring/decide';
import type { Queryable } from '../database/pool.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { HeldRoute } from '../ledger/watched.ts';

/** Somebody as staff sees them. */
type Somebody = { readonly id: string; readonly handle: string; readonly email: string };

/** A movement that waits for staff, or did. */
export type Hold = {
  readonly id: string;
  readonly version: number;
  readonly movementVersion: number;
  readonly person: Somebody;
  readonly route: HeldRoute;
  readonly sealedRequest: string;
  readonly idempotency: Idempotency;
  readonly money: { readonly asset: string; readonly amount: Amount };
  readonly party: string | undefined;
  /** Who the money is for, when it is a person here. */
  readonly recipient: string | undefined;
  readonly state: 'open' | 'released' | 'refused' | 'expired';
  readonly reasons: readonly Reason[];
  readonly score: number;
  readonly rulesVersion: number;
  readonly approvedBy: { readonly id: string; readonly handle: string } | undefined;
  readonly endedBy: string | undefined;
  readonly endedAt: Date | undefined;
  readonly note: string | undefined;
  readonly expiresAt: Date;
  readonly createdAt: Date;
};

type Raw = {
  id: string;
  version: number;
  movement_version: number;
  user_id: string;
  handle: string;
  email: string;
  route: HeldRoute;
  request: string;
  scope: string;
  key: string;
  request_hash: string;
  asset: string;
  amount: string;
  party: string | null;
  recipient: string | null;
  state: Hold['state'];
  reasons: Reason[];
  score: number;
  rules_version: number;
  approved_by: string | null;
  approver: string | null;
  ender: string | null;
  ended_at: Date | null;
  note: string | null;
  expires_at: Date;
  created_at: Date;
};

const select = `SELECT h.*, m.version AS movement_version, u.handle, u.email, d.party, c.handle AS recipient, d.reasons, d.score, d.rules_version,
    a.handle AS approver, e.handle AS ender
  FROM holds h JOIN movements m ON m.id = h.id JOIN users u ON u.id = h.user_id
  JOIN monitoring_decisions d ON d.movement_id = h.id AND d.outcome = 'review'
  LEFT JOIN users c ON c.id = m.counterparty_id LEFT JOIN users a ON a.id = h.approved_by LEFT JOIN users e ON e.id = h.ended_by`;

/** Where a page of holds goes on: when the last one began, in microseconds since 1970, and its id. */
export type HoldPlace = { readonly atUs: string; readonly id: string };

/** Reads holds; only ledger commands write them. */
export type HoldStore = ReturnType<typeof createHoldStore>;

export function createHoldStore(database: Queryable) {
  return {
    async find(id: string): Promise<Hold | undefined> {
      const { rows } = await database.query<Raw>(`${select} WHERE h.id = $1`, [id]);
      return rows[0] && toHold(rows[0]);
    },

    /** Newest first. */
    async list(
      state: 'open' | 'ended',
      { limit, after }: { readonly limit: number; readonly after: HoldPlace | undefined },
    ): Promise<{ readonly hold: Hold; readonly place: HoldPlace }[]> {
      const { rows } = await database.query<Raw & { at_us: string }>(
        `${select.replace('SELECT h.*', 'SELECT h.*, (extract(epoch FROM h.created_at) * 1000000)::bigint::text AS at_us')}
         WHERE (h.state = 'open') = ($1 = 'open')
           AND ($3::bigint IS NULL OR (h.created_at, h.id) < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::uuid))
         ORDER BY h.created_at DESC, h.id DESC LIMIT $2`,
        [state, limit, after?.atUs ?? null, after?.id ?? null],
      );
      return rows.map((row) => ({ hold: toHold(row), place: { atUs: row.at_us, id: row.id } }));
    },

    /** Open ones whose time is over, longest over first. */
    async listDue(now: Date, limit: number): Promise<Hold[]> {
      const { rows } = await database.query<Raw>(
        `${select} WHERE h.state = 'open' AND h.expires_at <= $1 ORDER BY h.expires_at LIMIT $2`,
        [now, limit],
      );
      return rows.map(toHold);
    },

    /** Notes that somebody of the staff looked. */
    async noteLook(staffId: string, look: { readonly hold?: string; readonly details?: object }): Promise<void> {
      await database.query(
        'INSERT INTO staff_actions (id, staff_id, action, subject_id, details) VALUES (gen_random_uuid(), $1, $2, $3, $4)',
        [staffId, look.hold === undefined ? 'list' : 'view', look.hold ?? null, { holds: true, ...look.details }],
      );
    },

    async findHandle(id: string): Promise<string | undefined> {
      const { rows } = await database.query<{ handle: string }>('SELECT handle FROM users WHERE id = $1', [id]);
      return rows[0]?.handle;
    },
  };
}

function toHold(raw: Raw): Hold {
  return {
    id: raw.id,
    version: raw.version,
    movementVersion: raw.movement_version,
    person: { id: raw.user_id, handle: raw.handle, email: raw.email },
    route: raw.route,
    sealedRequest: raw.request,
    idempotency: { scope: raw.scope, key: raw.key, requestHash: raw.request_hash },
    money: { asset: raw.asset, amount: decodeAmount(raw.amount) },
    party: raw.party ?? undefined,
    recipient: raw.recipient ?? undefined,
    state: raw.state,
    reasons: raw.reasons,
    score: raw.score,
    rulesVersion: raw.rules_version,
    approvedBy:
      raw.approved_by === null || raw.approver === null ? undefined : { id: raw.approved_by, handle: raw.approver },
    endedBy: raw.ender ?? undefined,
    endedAt: raw.ended_at ?? undefined,
    note: raw.note ?? undefined,
    expiresAt: raw.expires_at,
    createdAt: raw.created_at,
  };
}
