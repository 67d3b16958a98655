import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { Queryable } from '../database/pool.ts';
import type { ChangeCursor } from './change-cursor.ts';
import { type EntryRow, entryColumns, toEntry } from './entry.ts';

/** An entry that is new or changed, or one that is no more. */
export type HistoryChange = { readonly cursor: ChangeCursor; readonly userId: string } & (
  | { readonly kind: 'entry'; readonly entry: HistoryEntry }
  | { readonly kind: 'removed'; readonly id: string }
);

/** Changes in order. */
export type ChangePage = {
  readonly changes: readonly HistoryChange[];
  /** Where reading goes on: after the last change, or, when there was no more, after everything that can be told yet. */
  readonly next: ChangeCursor;
  /** Whether `limit` cut the page short. */
  readonly hasMore: boolean;
  /** Whether something is written that can't be told yet, because an earlier transaction still runs. */
  readonly isHeldUp: boolean;
};

type SafePoint = { safe: string; is_held_up: boolean };
type ChangeRow = EntryRow & {
  change_id: string;
  user_id: string;
  transaction_id: string;
  sequence: string;
  is_gone: boolean;
};
type Row = SafePoint & (ChangeRow | { readonly change_id: null });

// xid8 values are never used again and the oldest running one only grows, so no change can appear below a point that was safe once.
const statement = `WITH point AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS safe), changes AS MATERIALIZED (
    (SELECT id, user_id, transaction_id, sequence, false AS is_gone FROM history_entries
     WHERE (transaction_id, sequence) > ($1::xid8, $2::bigint) AND transaction_id < (SELECT safe FROM point) AND user_id = ANY ($3::uuid[])
     ORDER BY transaction_id, sequence LIMIT $4)
    UNION ALL
    (SELECT id, user_id, transaction_id, sequence, true FROM history_removals
     WHERE (transaction_id, sequence) > ($1::xid8, $2::bigint) AND transaction_id < (SELECT safe FROM point) AND user_id = ANY ($3::uuid[])
     ORDER BY transaction_id, sequence LIMIT $4)
    ORDER BY transaction_id, sequence LIMIT $4
  )
  SELECT point.safe::text AS safe,
    EXISTS (SELECT FROM history_entries h WHERE h.transaction_id >= point.safe) OR EXISTS (SELECT FROM history_removals r WHERE r.transaction_id >= point.safe) AS is_held_up,
    c.id AS change_id, c.user_id, c.transaction_id::text AS transaction_id, c.sequence::text AS sequence, c.is_gone, ${entryColumns}
  FROM point
  LEFT JOIN changes c ON true
  LEFT JOIN history_entries e ON e.id = c.id AND NOT c.is_gone
  LEFT JOIN users u ON u.id = e.counterparty_id
  ORDER BY c.transaction_id, c.sequence`;

/**
 * Reads what changed for some people after a place, as far as it is commit-safe.
 *
 * @param after - Absent: nothing is read, and `next` is the place after everything so far. The same when it lies in the future, which
 *   happens when the database was set back.
 */
export async function listChanges(
  database: Queryable,
  {
    after,
    userIds,
    limit,
  }: { readonly after: ChangeCursor | undefined; readonly userIds: readonly string[]; readonly limit: number },
): Promise<ChangePage> {
  const from = after ?? { transactionId: 9_223_372_036_854_775_807n, sequence: 0n };
  const { rows } = await database.query<Row>({
    name: 'list_history_changes',
    text: statement,
    values: [`${from.transactionId}`, `${from.sequence}`, userIds, limit + 1],
  });
  const [first] = rows;
  if (!first) throw new Error('The database always knows a safe point.');
  const found = rows.filter((row): row is SafePoint & ChangeRow => row.change_id !== null);
  const changes = found.slice(0, limit).map(toChange);
  const last = changes.at(-1);
  const hasMore = found.length > limit;
  return {
    changes,
    hasMore,
    next: hasMore && last ? last.cursor : { transactionId: BigInt(first.safe), sequence: 0n },
    isHeldUp: first.is_held_up,
  };
}

function toChange(row: ChangeRow): HistoryChange {
  const place = {
    cursor: { transactionId: BigInt(row.transaction_id), sequence: BigInt(row.sequence) },
    userId: row.user_id,
  };
  return row.is_gone
    ? { ...place, kind: 'removed', id: row.change_id }
    : { ...place, kind: 'entry', entry: toEntry(row) };
}
