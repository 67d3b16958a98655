import type { Pool } from '../database/pool.ts';
import { inTransaction } from '../database/pool.ts';

/** An entry that is stored otherwise than the facts say. */
export type HistoryDifference = {
  /** `not stored`: the facts say this row. `not in the facts`: it is stored. A row that differs shows as both. */
  readonly problem: 'not stored' | 'not in the facts';
  readonly id: string;
  readonly userId: string;
  readonly movementId: string | null;
  readonly chain: { readonly chainId: number; readonly epoch: number; readonly txHash: string } | null;
  /** The whole row as JSON. */
  readonly row: string;
};

/** Both sides of the comparison, over one snapshot. */
export type HistoryComparison = {
  readonly stored: number;
  readonly projected: number;
  readonly differences: readonly HistoryDifference[];
};

type Counted = { stored: number; projected: number };
type DifferenceRow = {
  problem: HistoryDifference['problem'];
  id: string;
  user_id: string;
  movement_id: string | null;
  chain_id: number | null;
  epoch: number | null;
  tx_hash: string | null;
  row: string;
};

/** Projects everybody's history from the facts again and compares it with what is stored. */
export async function compareHistory(pool: Pool): Promise<HistoryComparison> {
  return inTransaction(pool, async (connection) => {
    await connection.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const { rows: counts } = await connection.query<Counted>(
      'SELECT (SELECT count(*)::int FROM history_stored) AS stored, (SELECT count(*)::int FROM history_projection) AS projected',
    );
    const { rows } = await connection.query<DifferenceRow>(
      'SELECT problem, id, user_id, movement_id, chain_id, epoch, tx_hash, to_jsonb(d)::text AS row FROM history_differences d ORDER BY id, problem',
    );
    return { ...(counts[0] ?? { stored: 0, projected: 0 }), differences: rows.map(toDifference) };
  });
}

function toDifference(row: DifferenceRow): HistoryDifference {
  const { chain_id: chainId, epoch, tx_hash: txHash } = row;
  return {
    problem: row.problem,
    id: row.id,
    userId: row.user_id,
    movementId: row.movement_id,
    chain: chainId !== null && epoch !== null && txHash !== null ? { chainId, epoch, txHash } : null,
    row: row.row,
  };
}

// Few enough that a repair never holds locks for long.
const chunkSize = 500;

/** Brings what differs to what the facts say, beside a running service, the same way in which every fact does it. */
export async function repairHistory(pool: Pool, differences: readonly HistoryDifference[]): Promise<void> {
  const movementIds = [...new Set(differences.flatMap(({ movementId }) => movementId ?? []))].sort();
  for (const chunk of chunksOf(movementIds)) {
    await inTransaction(pool, (connection) => connection.query('SELECT history_refresh($1::uuid[])', [chunk]));
  }
  const onChain = differences.flatMap(({ movementId, chain }) => (movementId === null && chain ? [chain] : []));
  for (const [, group] of Map.groupBy(onChain, ({ chainId, epoch }) => `${chainId}:${epoch}`)) {
    const [{ chainId, epoch } = { chainId: 0, epoch: 0 }] = group;
    for (const chunk of chunksOf([...new Set(group.map(({ txHash }) => txHash))].sort())) {
      await inTransaction(pool, (connection) =>
        connection.query('SELECT history_refresh_chain($1, $2, $3::text[])', [chainId, epoch, chunk]),
      );
    }
  }
  // What no fact speaks of (any more) has no subject to be refreshed by.
  const { rows } = await pool.query<{ id: string }>(
    'SELECT s.id FROM history_stored s WHERE NOT EXISTS (SELECT FROM history_projection p WHERE p.id = s.id) ORDER BY s.id',
  );
  for (const chunk of chunksOf(rows.map(({ id }) => id))) {
    await pool.query(`SELECT history_write('{}', $1::uuid[])`, [chunk]);
  }
}

function chunksOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / chunkSize) }, (_, index) =>
    items.slice(index * chunkSize, (index + 1) * chunkSize),
  );
}
