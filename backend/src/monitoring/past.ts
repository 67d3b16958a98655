import { decodeAmount } from '@feiqian/domain/money';
import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { type PastMovement, type PersonFacts, pastMax } from '@feiqian/domain/monitoring/facts';
import { type RuleSet, ruleSetSchema } from '@feiqian/domain/monitoring/rules';
import type { Queryable } from '../database/pool.ts';

/** What a decision is made from, as of one moment of the database. */
export type Past = {
  readonly facts: PersonFacts;
  /** Of the person's row; 0 while there is none. */
  readonly version: number;
  /** The database's time: the clocks of several replicas may differ. */
  readonly at: Date;
  readonly rules: RuleSet;
  readonly rulesVersion: number;
};

type RawMovement = {
  readonly direction: 'out' | 'in';
  readonly kind: PastMovement['kind'];
  readonly asset: string;
  readonly amount: string;
  readonly party: string | null;
  readonly at: string;
};

type Raw = {
  version: number | null;
  at: Date;
  past: RawMovement[] | null;
  is_known: boolean;
  device_ms: string | null;
  rules_version: number | null;
  rules: unknown;
};

// What staff refused or nobody released has not happened.
const happened = `d.outcome <> 'block' AND NOT EXISTS (SELECT FROM holds h WHERE h.id = d.movement_id AND h.state IN ('refused', 'expired'))`;
const passed = `(d.outcome = 'allow' OR EXISTS (SELECT FROM holds h WHERE h.id = d.movement_id AND h.state = 'released'))`;

// One statement is one snapshot: the version says which past it was. Amounts travel as text, so that none becomes a float.
const text = `
  SELECT now() AS at, (SELECT version FROM monitoring_people WHERE id = $1) AS version,
    (SELECT json_agg(p) FROM (
      (SELECT 'out' AS direction, d.kind, d.asset, d.amount::text AS amount, d.party, d.created_at AS at
       FROM monitoring_decisions d WHERE d.user_id = $1 AND ${happened} ORDER BY d.created_at DESC LIMIT ${pastMax})
      UNION ALL
      (SELECT 'in', d.kind, d.asset, d.amount::text, d.user_id::text, d.created_at
       FROM monitoring_decisions d WHERE d.party = $1::text AND d.created_at > now() - interval '7 days' AND ${passed} ORDER BY d.created_at DESC LIMIT ${pastMax})
      UNION ALL
      (SELECT 'in', 'top_up', m.asset, m.amount::text, NULL, m.updated_at
       FROM movements m WHERE m.user_id = $1 AND m.kind = 'top_up' AND m.state IN ('credited', 'issuing', 'issued') AND m.asset LIKE 'iso4217:%'
         AND m.created_at > now() - interval '14 days' ORDER BY m.created_at DESC LIMIT ${pastMax})
    ) AS p) AS past,
    $2::text IS NULL OR EXISTS (SELECT FROM monitoring_decisions d WHERE d.user_id = $1 AND d.party = $2 AND ${passed}) AS is_known,
    -- Whoever has just registered has no other device.
    (SELECT (extract(epoch FROM now() - max(s.created_at)) * 1000)::bigint::text FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.user_id = $1 AND u.created_at < now() - interval '1 day') AS device_ms,
    r.version AS rules_version, r.rules
  FROM (SELECT 1) AS one LEFT JOIN (SELECT version, rules FROM monitoring_rules ORDER BY version DESC LIMIT 1) AS r ON true`;

/** Reads what is known of a person at the moment they ask to move something to `party`. */
export async function readPast(database: Queryable, userId: string, party: string | undefined): Promise<Past> {
  const { rows } = await database.query<Raw>({ name: 'monitoring_past', text, values: [userId, party ?? null] });
  const [raw] = rows;
  if (!raw) throw new Error('There is always one row.');
  return {
    facts: {
      past: (raw.past ?? []).map(toPast),
      isKnownParty: raw.is_known,
      deviceAgeMs: raw.device_ms === null ? undefined : Number.parseInt(raw.device_ms, 10),
    },
    version: raw.version ?? 0,
    at: raw.at,
    rules: raw.rules_version === null ? defaultRules : ruleSetSchema.parse(raw.rules),
    rulesVersion: raw.rules_version ?? 0,
  };
}

/** A movement of the past as the database tells it. */
const toPast = ({ direction, kind, asset, amount, party, at }: RawMovement): PastMovement => ({
  direction,
  kind,
  asset,
  amount: decodeAmount(amount),
  party: party ?? undefined,
  at: new Date(at),
});
