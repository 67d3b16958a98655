import { escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Connection, Queryable } from '../database/pool.ts';
import { type BackupRecord, type BackupTableEnd, createTableTally } from './records.ts';
import { listMigrationsOf, listTables, prepareCopy } from './tables.ts';

// Small reads of the server become records of a useful size.
const rowsBytes = 262_144;

/**
 * Reads a whole database as of one moment, while others write: every table through COPY inside one REPEATABLE READ snapshot.
 *
 * @param connection - As the owner of the tables; it is used until the last record was read.
 */
export async function* dumpDatabase(connection: Connection): AsyncGenerator<BackupRecord> {
  await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await prepareCopy(connection);
    yield { kind: 'header', header: await readHeader(connection) };
    const ended: BackupTableEnd[] = [];
    for (const table of await listTables(connection)) {
      yield { kind: 'table', table };
      const tally = createTableTally();
      const columns = table.columns.map(escapeIdentifier).join(', ');
      const source = connection.query(copyTo(`COPY ${escapeIdentifier(table.table)} (${columns}) TO STDOUT`));
      for await (const text of gather(source as AsyncIterable<Buffer>)) {
        tally.add(text);
        yield { kind: 'rows', text };
      }
      const tableEnd = { table: table.table, ...tally.end() };
      ended.push(tableEnd);
      yield { kind: 'tableEnd', tableEnd };
    }
    // Sequences stand outside of snapshots: read last, they are at least where the rows need them.
    yield { kind: 'end', end: { tables: ended, sequences: await readSequences(connection) } };
    await connection.query('COMMIT');
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function readHeader(database: Queryable) {
  const { rows } = await database.query<{ at: Date; version: string }>(
    `SELECT now() AS at, current_setting('server_version') AS version`,
  );
  const [row] = rows;
  if (!row) throw new Error('The database does not know the time.');
  return {
    format: 'feiqian backup' as const,
    takenAt: row.at.toISOString(),
    postgresVersion: row.version,
    migrations: await listMigrationsOf(database),
  };
}

async function readSequences(database: Queryable) {
  const { rows: names } = await database.query<{ name: string }>(
    `SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
  );
  const sequences = [];
  for (const { name } of names) {
    const { rows } = await database.query<{ value: string; isCalled: boolean }>(
      `SELECT last_value::text AS value, is_called AS "isCalled" FROM ${escapeIdentifier(name)}`,
    );
    for (const row of rows) sequences.push({ name, ...row });
  }
  return sequences;
}

async function* gather(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < rowsBytes) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}
