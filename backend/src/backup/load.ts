import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Connection } from '../database/pool.ts';
import { BackupError } from './backup-error.ts';
import type { BackupEnd, BackupHeader, BackupRecord, BackupTable } from './records.ts';
import { listMigrationsOf, listTables, prepareCopy } from './tables.ts';

/** What was restored. */
export type LoadResult = { readonly header: BackupHeader; readonly tables: BackupEnd['tables'] };

/**
 * Writes a backup into an empty database that this version's migrations made: all of it in one transaction, or nothing.
 *
 * @param connection - As the owner of the tables.
 * @param records - Proved, as `decodeRecords` gives them.
 * @param finish - Changes what was restored, in the same transaction.
 * @throws {BackupError} not_empty, other_migrations, and what reading the records throws.
 */
export async function loadDatabase(
  connection: Connection,
  records: AsyncIterable<BackupRecord>,
  finish?: (connection: Connection) => Promise<void>,
): Promise<LoadResult> {
  await connection.query('BEGIN');
  try {
    await prepareCopy(connection);
    const tables = await listTables(connection);
    await requireEmpty(connection, tables);
    // What triggers would derive is in the backup as well.
    for (const { table } of tables)
      await connection.query(`ALTER TABLE ${escapeIdentifier(table)} DISABLE TRIGGER USER`);
    const result = await copyRecords(connection, tables, records);
    for (const { table } of tables)
      await connection.query(`ALTER TABLE ${escapeIdentifier(table)} ENABLE TRIGGER USER`);
    await finish?.(connection);
    await connection.query('COMMIT');
    await connection.query('ANALYZE');
    return result;
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function requireEmpty(connection: Connection, tables: readonly BackupTable[]): Promise<void> {
  for (const { table } of tables) {
    // Nobody writes between this look and the end.
    await connection.query(`LOCK TABLE ${escapeIdentifier(table)} IN ACCESS EXCLUSIVE MODE`);
    const { rowCount } = await connection.query(`SELECT FROM ${escapeIdentifier(table)} LIMIT 1`);
    if (rowCount !== 0)
      throw new BackupError(
        'not_empty',
        `The database is not empty: there is something in ${table}. Nothing was restored.`,
      );
  }
}

async function copyRecords(
  connection: Connection,
  tables: readonly BackupTable[],
  records: AsyncIterable<BackupRecord>,
): Promise<LoadResult> {
  let header: BackupHeader | undefined;
  let target: Writable | undefined;
  let end: BackupEnd | undefined;
  try {
    for await (const record of records) {
      switch (record.kind) {
        case 'header':
          header = record.header;
          await requireSameMigrations(connection, header);
          break;
        case 'table':
          target = openCopy(connection, toCopy(tables, record.table));
          break;
        case 'rows':
          if (target && !target.write(record.text)) await once(target, 'drain');
          break;
        case 'tableEnd':
          if (target) await finished(target.end());
          target = undefined;
          break;
        case 'end':
          end = record.end;
          break;
        default:
          record satisfies never;
      }
    }
  } catch (error) {
    // Tells the server that the copy is off, so that the connection can roll back.
    if (target && !target.destroyed) {
      const closed = once(target, 'close');
      target.destroy(new Error('The backup could not be read.'));
      await closed.catch(() => undefined);
    }
    throw error;
  }
  if (!header || !end) throw new BackupError('cut_off', 'The end of the backup is missing.');
  for (const { name, value, isCalled } of end.sequences)
    await connection.query('SELECT setval($1::regclass, $2::bigint, $3)', [escapeIdentifier(name), value, isCalled]);
  return { header, tables: end.tables };
}

/** A failure of the copy is thrown where it is waited for. */
function openCopy(connection: Connection, text: string): Writable {
  return connection.query(copyFrom(text)).on('error', () => undefined);
}

function toCopy(tables: readonly BackupTable[], { table, columns }: BackupTable): string {
  const known = tables.find((one) => one.table === table);
  if (!known || columns.some((column) => !known.columns.includes(column)))
    throw new BackupError('other_migrations', `The backup has a table ${table} that this version does not have so.`);
  return `COPY ${escapeIdentifier(table)} (${columns.map(escapeIdentifier).join(', ')}) FROM STDIN`;
}

async function requireSameMigrations(connection: Connection, { migrations }: BackupHeader): Promise<void> {
  const here = new Map((await listMigrationsOf(connection)).map(({ name, checksum }) => [name, checksum]));
  const odd = migrations.find(({ name, checksum }) => here.get(name) !== checksum)?.name;
  const more = [...here.keys()].find((name) => migrations.every((migration) => migration.name !== name));
  if (odd !== undefined || more !== undefined)
    throw new BackupError(
      'other_migrations',
      `The backup was made by another version: migration ${odd ?? more} differs. Restore it with that version, then update.`,
    );
}
