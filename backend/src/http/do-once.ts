import { type Connection, inTransaction, type Pool } from '../database/pool.ts';
import type { Idempotency } from './idempotency.ts';

/**
 * Does something together with the answer that a repeated request will get.
 *
 * @returns what `work` answers; undefined when the request had been answered before, and then nothing was done.
 */
export async function doOnce<T extends { readonly status: number; readonly body: object }>(
  pool: Pool,
  { scope, key, requestHash }: Idempotency,
  work: (connection: Connection) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await inTransaction(pool, async (connection) => {
      const answer = await work(connection);
      const { rows } = await connection.query<{ kept: boolean }>(
        `SELECT answer_keep($1, $2, decode($3, 'hex'), $4, $5) AS kept`,
        [scope, key, requestHash, answer.status, JSON.stringify(answer.body)],
      );
      if (!rows[0]?.kept) throw new AnsweredBefore();
      return answer;
    });
  } catch (error) {
    // 23505 unique_violation: another replica did the same a moment ago.
    if (error instanceof AnsweredBefore || (error as { code?: unknown }).code === '23505') return undefined;
    throw error;
  }
}

class AnsweredBefore extends Error {
  override readonly name = 'AnsweredBefore';
}
