/**
 * The inside of a backup: what it was taken of, then each table as PostgreSQL's COPY writes it, then what proves that all of it is there.
 */
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';

const migrationSchema = z.object({ name: z.string(), checksum: z.string() });

const headerSchema = z.object({
  format: z.literal('feiqian backup'),
  /** By the database's clock, when the snapshot was taken; RFC 3339. */
  takenAt: z.iso.datetime(),
  postgresVersion: z.string(),
  migrations: z.array(migrationSchema),
});

const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
const tableEndSchema = z.object({
  table: z.string(),
  rows: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const endSchema = z.object({
  tables: z.array(tableEndSchema),
  sequences: z.array(z.object({ name: z.string(), value: z.string().regex(/^[0-9]+$/), isCalled: z.boolean() })),
});

/** What a backup was taken of. */
export type BackupHeader = z.infer<typeof headerSchema>;
/** A table whose rows follow. */
export type BackupTable = z.infer<typeof tableSchema>;
/** What proves a table: its number of rows and the SHA-256 of its text. */
export type BackupTableEnd = z.infer<typeof tableEndSchema>;
/** What proves the whole, and where the sequences stood. */
export type BackupEnd = z.infer<typeof endSchema>;

/** One piece of a backup. */
export type BackupRecord =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'table'; readonly table: BackupTable }
  | { readonly kind: 'rows'; readonly text: Buffer }
  | { readonly kind: 'tableEnd'; readonly tableEnd: BackupTableEnd }
  | { readonly kind: 'end'; readonly end: BackupEnd };

const codes = { header: 1, table: 2, rows: 3, tableEnd: 4, end: 5 } as const;
const recordBytesMax = 64 * 1024 * 1024;

/** Records as bytes. */
export async function* encodeRecords(records: AsyncIterable<BackupRecord>): AsyncGenerator<Buffer> {
  for await (const record of records) {
    const payload = record.kind === 'rows' ? record.text : Buffer.from(JSON.stringify(toPayload(record)));
    const head = Buffer.alloc(5);
    head.writeUInt8(codes[record.kind], 0);
    head.writeUInt32BE(payload.length, 1);
    yield head;
    yield payload;
  }
}

function toPayload(record: Exclude<BackupRecord, { kind: 'rows' }>): object {
  switch (record.kind) {
    case 'header':
      return record.header;
    case 'table':
      return record.table;
    case 'tableEnd':
      return record.tableEnd;
    case 'end':
      return record.end;
    default:
      return record satisfies never;
  }
}

/**
 * Bytes as records, each proved: tables in order, with the rows and the SHA-256 that they were written with, and an end.
 *
 * @throws {BackupError} damaged, cut_off.
 */
export async function* decodeRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<BackupRecord> {
  const prove = createProof();
  let isOver = false;
  for await (const record of parseRecords(bytes)) {
    if (isOver) throw damaged('something follows its end');
    prove(record);
    isOver = record.kind === 'end';
    yield record;
  }
  if (!isOver) throw new BackupError('cut_off', 'The end of the backup is missing.');
}

async function* parseRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<BackupRecord> {
  let held = Buffer.alloc(0);
  for await (const chunk of bytes) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < 5) break;
      const length = held.readUInt32BE(1);
      if (length > recordBytesMax) throw damaged('a record is too long');
      if (held.length < 5 + length) break;
      yield parseRecord(held.readUInt8(0), held.subarray(5, 5 + length));
      held = held.subarray(5 + length);
    }
  }
  if (held.length > 0) throw new BackupError('cut_off', 'The end of the backup is missing.');
}

function parseRecord(code: number, payload: Buffer): BackupRecord {
  try {
    switch (code) {
      case codes.header:
        return { kind: 'header', header: headerSchema.parse(JSON.parse(payload.toString())) };
      case codes.table:
        return { kind: 'table', table: tableSchema.parse(JSON.parse(payload.toString())) };
      case codes.rows:
        return { kind: 'rows', text: payload };
      case codes.tableEnd:
        return { kind: 'tableEnd', tableEnd: tableEndSchema.parse(JSON.parse(payload.toString())) };
      case codes.end:
        return { kind: 'end', end: endSchema.parse(JSON.parse(payload.toString())) };
      default:
        throw damaged('a record is of no kind that we know');
    }
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError('damaged', 'The backup is damaged: a record cannot be read.', { cause: error });
  }
}

/** Follows records and demands what they must be. */
function createProof(): (record: BackupRecord) => void {
  let isBegun = false;
  let open: { readonly table: string; readonly tally: TableTally } | undefined;
  const ended: BackupTableEnd[] = [];
  return (record) => {
    if (isBegun === (record.kind === 'header')) throw damaged('its header is not where it belongs');
    switch (record.kind) {
      case 'header':
        isBegun = true;
        return;
      case 'table':
        if (open) throw damaged(`${open.table} has no end`);
        open = { table: record.table.table, tally: createTableTally() };
        return;
      case 'rows':
        if (!open) throw damaged('rows belong to no table');
        open.tally.add(record.text);
        return;
      case 'tableEnd': {
        const found = open && { table: open.table, ...open.tally.end() };
        if (!isSame(found, record.tableEnd)) throw damaged(`${record.tableEnd.table} is not what was written`);
        ended.push(record.tableEnd);
        open = undefined;
        return;
      }
      case 'end':
        if (open || !isSame(ended, record.end.tables)) throw damaged('a table is missing');
        return;
      default:
        record satisfies never;
    }
  };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const damaged = (why: string) => new BackupError('damaged', `The backup is damaged: ${why}.`);

/** Counts a table's rows and hashes its text. */
export type TableTally = ReturnType<typeof createTableTally>;

/** COPY's text format has one line per row and no other line breaks. */
export function createTableTally() {
  const hash: Hash = createHash('sha256');
  let rows = 0;
  return {
    add(text: Buffer): void {
      hash.update(text);
      for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) rows += 1;
    },
    end: (): Pick<BackupTableEnd, 'rows' | 'sha256'> => ({ rows, sha256: hash.digest('hex') }),
  };
}
