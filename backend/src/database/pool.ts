import pg from 'pg';

/** A pool of connections to PostgreSQL. */
export type Pool = pg.Pool;
/** One connection, inside or outside of a transaction. */
export type Connection = pg.PoolClient;
/** Anything that can run a query. */
export type Queryable = Pick<pg.Pool, 'query'>;

/**
 * Opens a pool. `bigint` columns come as bigint; `numeric` comes as text, for `decodeAmount`.
 *
 * @param onIdleError - Told when an idle connection breaks, such as at a restart of the database; the pool opens another.
 */
export function openPool({
  url,
  max = 10,
  name,
  onIdleError,
}: {
  readonly url: string;
  readonly max?: number;
  readonly name: string;
  readonly onIdleError: (error: Error) => void;
}): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.INT8
          ? BigInt
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  pool.on('error', onIdleError);
  // A connection that breaks while somebody has it must not end the process; whoever has it learns of it from the next query.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}

// 40001 serialization_failure, 40P01 deadlock_detected: the database asks to try again.
const retryableStates = new Set(['40001', '40P01']);
const attemptsMax = 5;

/**
 * Runs `work` in one READ COMMITTED transaction: committed when it returns, rolled back when it throws.
 * Repeats a few times when the database itself asks for it. `work` must not call anything outside of the database.
 */
export async function inTransaction<T>(pool: Pool, work: (connection: Connection) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const connection = await pool.connect();
    let broken: Error | undefined;
    try {
      await connection.query('BEGIN');
      const result = await work(connection);
      await connection.query('COMMIT');
      return result;
    } catch (error) {
      await connection.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      if (attempt >= attemptsMax || !retryableStates.has(String((error as { code?: unknown }).code))) throw error;
    } finally {
      connection.release(broken);
    }
  }
}
