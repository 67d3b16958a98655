import type { ActiveRules, ChangeRules, TriedRules } from '@feiqian/domain/api/monitoring';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount } from '@feiqian/domain/money';
import { decide } from '@feiqian/domain/monitoring/decide';
import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { type PastMovement, pastMax, type WatchedKind } from '@feiqian/domain/monitoring/facts';
import { type RuleSet, ruleSetSchema } from '@feiqian/domain/monitoring/rules';
import type { Pool } from '../database/pool.ts';

/** The versions of the rules: read, tried on what people did, and followed by the next. */
export type RulesService = ReturnType<typeof createRulesService>;

/** A dry run looks at so many movements, the latest. */
const triedMax = 20_000;
const examplesMax = 20;

type RawRules = { version: number; rules: unknown; note: string; handle: string | null; created_at: Date };
type RawTried = {
  movement_id: string;
  user_id: string;
  kind: WatchedKind;
  asset: string;
  amount: string;
  party: string | null;
  created_at: Date;
};

export function createRulesService({ pool }: { readonly pool: Pool }) {
  const get = async (): Promise<ActiveRules> => {
    const { rows } = await pool.query<RawRules>(
      `SELECT r.version, r.rules, r.note, u.handle, r.created_at FROM monitoring_rules r LEFT JOIN users u ON u.id = r.created_by
       ORDER BY r.version DESC LIMIT 1`,
    );
    const [row] = rows;
    if (!row) return { version: 0, rules: defaultRules, note: null, by: null, createdAt: null };
    return {
      version: row.version,
      rules: ruleSetSchema.parse(row.rules),
      note: row.note,
      by: row.handle,
      createdAt: row.created_at.toISOString(),
    };
  };
  const note = (staffId: string, action: 'rules_change' | 'rules_try', details: object) => ({
    text: 'INSERT INTO staff_actions (id, staff_id, action, details) VALUES (gen_random_uuid(), $1, $2, $3)',
    values: [staffId, action, details],
  });
  return {
    get,

    /** Makes the next version, which every movement goes by from then on. @throws {AppError} STATE_CONFLICT when there is one already. */
    async change(staffId: string, { basedOn, rules, note: why }: ChangeRules): Promise<ActiveRules> {
      const version = basedOn + 1;
      const { rowCount } = await pool.query(
        `WITH added AS (
           INSERT INTO monitoring_rules (version, rules, note, created_by)
           SELECT $1, $2, $3, $4 WHERE (SELECT coalesce(max(version), 0) FROM monitoring_rules) = $5
           ON CONFLICT (version) DO NOTHING RETURNING version
         )
         INSERT INTO staff_actions (id, staff_id, action, details)
         SELECT gen_random_uuid(), $4, 'rules_change', jsonb_build_object('version', version, 'note', $3::text) FROM added`,
        [version, JSON.stringify(rules), why, staffId, basedOn],
      );
      if (rowCount !== 1) throw new AppError('STATE_CONFLICT', 'The rules have changed meanwhile.');
      return get();
    },

    /** What rules would have made of the latest movements, each judged by what was before it. Changes nothing. */
    async try(staffId: string, rules: RuleSet): Promise<TriedRules> {
      await pool.query(note(staffId, 'rules_try', { rules: rules.rules.map(({ name }) => name) }));
      const { rows } = await pool.query<RawTried>(
        `SELECT * FROM (
           SELECT movement_id, user_id, kind, asset, amount::text AS amount, party, created_at FROM monitoring_decisions
           WHERE outcome <> 'block' ORDER BY created_at DESC LIMIT $1
         ) AS latest ORDER BY created_at, movement_id`,
        [triedMax],
      );
      return judgeAll(rows, rules);
    },
  };
}

/** Judges movements in the order in which they came. */
function judgeAll(rows: readonly RawTried[], rules: RuleSet): TriedRules {
  const pasts = new Map<string, PastMovement[]>();
  const pastOf = (userId: string): PastMovement[] => {
    const past = pasts.get(userId) ?? [];
    pasts.set(userId, past);
    return past;
  };
  const byRule: Record<string, number> = {};
  const counts = { review: 0, block: 0 };
  const examples: TriedRules['examples'] = [];
  for (const row of rows) {
    const past = pastOf(row.user_id);
    const movement = {
      kind: row.kind,
      asset: row.asset,
      amount: decodeAmount(row.amount),
      party: row.party ?? undefined,
      at: row.created_at,
    };
    const isKnownParty = past.some(({ direction, party }) => direction === 'out' && party === movement.party);
    const { outcome, reasons } = decide(
      movement,
      {
        past: past.slice(-pastMax),
        isKnownParty: movement.party === undefined || isKnownParty,
        deviceAgeMs: undefined,
      },
      rules,
    );
    past.push({ ...movement, direction: 'out' });
    if (movement.party !== undefined) pastOf(movement.party).push({ ...movement, direction: 'in', party: row.user_id });
    if (outcome === 'allow') continue;
    counts[outcome] += 1;
    for (const { name } of reasons) byRule[name] = (byRule[name] ?? 0) + 1;
    examples.push({
      movementId: row.movement_id,
      asset: row.asset,
      amount: row.amount,
      outcome,
      reasons: reasons.map((reason) => ({ ...reason, figures: { ...reason.figures } })),
      at: row.created_at.toISOString(),
    });
  }
  return {
    movements: rows.length,
    since: rows[0]?.created_at.toISOString() ?? null,
    ...counts,
    byRule,
    examples: examples.slice(-examplesMax).reverse(),
  };
}
