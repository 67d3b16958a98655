import type { HistoryQuery } from '@feiqian/domain/api/history';
import { entryColumns } from './entry.ts';
import type { PageCursor } from './page-cursor.ts';

/** What somebody looks for in their history. */
export type HistoryFilter = Omit<HistoryQuery, 'cursor' | 'limit'>;

/** A query and its parameters. */
export type Statement = { readonly text: string; readonly values: readonly unknown[] };

/** Entries that one request looks at when it searches for words; where it stopped it gives a cursor, and the next request goes on. */
export const scanMax = 2_000;
const wordsMax = 8;

/** A page of entries, newest first; `position` and `id` of the last one make the next cursor. */
export function buildPage(
  userId: string,
  filter: HistoryFilter,
  after: PageCursor | undefined,
  limit: number,
): Statement {
  const parameters = createParameters();
  const source = buildSource(parameters, { userId, filter, after, limit });
  return {
    text: `SELECT ${entryColumns} FROM (${source}) AS e LEFT JOIN users u ON u.id = e.counterparty_id
      ORDER BY e.occurred_at DESC, e.id DESC LIMIT ${parameters.add(limit)}`,
    values: parameters.values,
  };
}

/**
 * A page of the entries that have every word, among the next {@link scanMax} that the filter leaves. Gives at least one row:
 * `scanned` says how many were looked at, `last_position` and `last_id` where it stopped; the entry itself is null when there is none.
 */
export function buildSearch(
  userId: string,
  filter: HistoryFilter & { readonly text: string },
  after: PageCursor | undefined,
  limit: number,
): Statement {
  const parameters = createParameters();
  const source = buildSource(parameters, { userId, filter, after, limit: scanMax });
  return {
    text: `WITH scanned AS MATERIALIZED (
        SELECT e.id, e.occurred_at, ${buildMatch(parameters, filter.text)} AS is_match
        FROM (SELECT * FROM (${source}) AS s ORDER BY occurred_at DESC, id DESC LIMIT ${scanMax}) AS e LEFT JOIN users u ON u.id = e.counterparty_id
      ), reached AS (
        SELECT (SELECT count(*)::int FROM scanned) AS scanned, s.id AS last_id,
          to_char(s.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS last_position
        FROM (SELECT 1) AS always LEFT JOIN (SELECT id, occurred_at FROM scanned ORDER BY occurred_at, id LIMIT 1) AS s ON true
      ), found AS (
        SELECT ${entryColumns} FROM (SELECT id FROM scanned WHERE is_match ORDER BY occurred_at DESC, id DESC LIMIT ${parameters.add(limit)}) AS f
        JOIN history_entries e ON e.id = f.id LEFT JOIN users u ON u.id = e.counterparty_id
      )
      SELECT reached.*, found.* FROM reached LEFT JOIN found ON true ORDER BY found.occurred_at DESC, found.id DESC`,
    values: parameters.values,
  };
}

type Parameters = { readonly values: unknown[]; readonly add: (value: unknown) => string };

function createParameters(): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

// Written out and not as parameters: only then do they meet the indexes of the rare ones.
const ofStatus = {
  pending: `status = 'pending'`,
  completed: `status = 'completed'`,
  failed: `status = 'failed'`,
  cancelled: `status = 'cancelled'`,
  needs_action: `status = 'needs_action'`,
} as const satisfies Record<NonNullable<HistoryFilter['status']>, string>;
const ofDirection = {
  in: `direction = 'in'`,
  out: `direction = 'out'`,
  self: `direction = 'self'`,
} as const satisfies Record<NonNullable<HistoryFilter['direction']>, string>;

type Source = {
  readonly userId: string;
  readonly filter: HistoryFilter;
  readonly after: PageCursor | undefined;
  readonly limit: number;
};

/** Entries in order, at most `limit` of each branch. */
function buildSource({ add }: Parameters, { userId, filter, after, limit }: Source): string {
  const conditions = [`user_id = ${add(userId)}`];
  if (filter.kind !== undefined) conditions.push(`kind = ${add(filter.kind)}`);
  if (filter.status !== undefined) conditions.push(ofStatus[filter.status]);
  if (filter.direction !== undefined) conditions.push(ofDirection[filter.direction]);
  if (filter.from !== undefined) conditions.push(`occurred_at >= ${add(filter.from)}`);
  if (filter.to !== undefined) conditions.push(`occurred_at < ${add(filter.to)}`);
  if (after) {
    // The plain comparison beside the row comparison is what an index range begins with.
    const at = `${add(after.occurredAt)}::timestamptz`;
    conditions.push(`occurred_at <= ${at}`, `(occurred_at, id) < (${at}, ${add(after.id)}::uuid)`);
  }
  const bound = add(limit);
  const branches = filter.asset === undefined ? [''] : toAssetBranches(add(filter.asset));
  return branches
    .map(
      (branch) =>
        `(SELECT * FROM history_entries WHERE ${conditions.join(' AND ')}${branch} ORDER BY occurred_at DESC, id DESC LIMIT ${bound})`,
    )
    .join(' UNION ALL ');
}

/** What the money was and what it became have an index each. */
function toAssetBranches(asset: string): string[] {
  return [` AND asset = ${asset}`, ` AND counter_asset = ${asset} AND asset <> ${asset}`];
}

/** Every word in the note, the name of the other side or a reference. Short words without a digit are no references, which saves reading the legs. */
function buildMatch({ add }: Parameters, text: string): string {
  const words = text
    .split(/\s+/)
    .slice(0, wordsMax)
    .map((word) => word.replace(/^@(?=.)/, ''));
  const mayBeReference = words.some((word) => word.length >= 4 && /\d/.test(word));
  const references = mayBeReference ? `, e.tx_hash, jsonb_path_query_array(e.legs, '$[*].reference')::text` : '';
  const haystack = `lower(concat_ws(' ', e.note, u.handle, e.counterparty_value${references}) COLLATE "pg_c_utf8")`;
  return words
    .map((word) => `position(lower(${add(word)}::text COLLATE "pg_c_utf8") IN ${haystack}) > 0`)
    .join(' AND ');
}
