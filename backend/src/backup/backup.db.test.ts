import { randomBytes } from 'node:crypto';
import { toAmount } from '@feiqian/domain/money';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { backupTo, restoreFrom } from '../../test/support/backups.ts';
import { anna, ben, cash } from '../../test/support/book-names.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { useForAWhile } from '../../test/support/used-books.ts';
import type { Queryable } from '../database/pool.ts';
import { gatewayReceivable, userCash } from '../ledger/accounts.ts';
import { businessId } from '../ledger/ids.ts';
import { createLedger } from '../ledger/ledger.ts';
import { assertVerified } from '../verify/verify-all.ts';
import { type BackupRecord, decodeRecords } from './records.ts';
import { openBackup } from './seal.ts';
import { listTables } from './tables.ts';

let database: TestDatabase;
const key = randomBytes(32);

beforeAll(async () => {
  database = await createTestDatabase();
  await useForAWhile(database);
  await database.pool.query(
    `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, 'anna@example.org', 'anna', '{}', '\\back\tslash', 'zh', 'CNY')`,
    [anna],
  );
  await database.pool.query(`INSERT INTO address_books (user_id, version, book) VALUES ($1, 7, '{"sealed":"book"}')`, [
    anna,
  ]);
  await database.pool.query(
    `INSERT INTO sessions (token_hash, user_id, user_agent, expires_at) VALUES ('\\x01', $1, '', now() + interval '1 day')`,
    [anna],
  );
});

/** Many people send each other cash until `isOver`; answers how many did. */
async function keepWriting(isOver: () => boolean): Promise<number> {
  const ledger = createLedger({ pool: database.pool });
  let written = 0;
  const write = async (writer: number) => {
    for (let n = 0; !isOver(); n += 1) {
      const id = businessId('writer', `${writer}`, `${n}`);
      const result = await ledger.post({
        transfers: [
          {
            id,
            phase: 'posted',
            debit: userCash(n % 2 === 0 ? anna : ben, cash),
            credit: userCash(n % 2 === 0 ? ben : anna, cash),
            amount: toAmount(1n),
            kind: 'cash_transfer',
            movementId: id,
          },
        ],
        changes: [
          {
            table: 'movements',
            id,
            expectVersion: 0,
            set: {
              kind: 'cash_transfer',
              state: 'posted',
              asset: cash,
              amount: '1',
              user_id: n % 2 === 0 ? anna : ben,
              counterparty_id: n % 2 === 0 ? ben : anna,
            },
          },
        ],
        history: [id],
      });
      expect(result.status).toBe('written');
      written += 1;
    }
  };
  await Promise.all([1, 2, 3, 4].map(write));
  await ledger.close();
  return written;
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000);
}

async function tablesIn(bytes: Buffer): Promise<Record<string, [rows: number, sha256: string]>> {
  for await (const record of decodeRecords(openBackup(key, chunksOf(bytes)))) {
    if (record.kind === 'end')
      return Object.fromEntries(record.end.tables.map(({ table, rows, sha256 }) => [table, [rows, sha256]]));
  }
  throw new Error('It has no end.');
}

/** Every row of every table that a backup holds, in one figure each; without numbers of database transactions. */
async function digestsOf(at: Queryable): Promise<Record<string, string | null>> {
  const digests: Record<string, string | null> = {};
  for (const { table } of await listTables(at)) {
    const { rows } = await at.query<{ digest: string | null }>(
      `SELECT md5(string_agg(line, '|' ORDER BY line)) AS digest FROM (SELECT (to_jsonb(t) - 'transaction_id')::text AS line FROM ${table} t) AS lines`,
    );
    digests[table] = rows[0]?.digest ?? null;
  }
  return digests;
}

const countTransfers = async (of: TestDatabase) =>
  (await of.pool.query<{ n: string }>('SELECT count(*) AS n FROM ledger_transfers')).rows[0]?.n;

describe('a backup', () => {
  it('taken while others write restores to the books of one moment', async () => {
    let isOver = false;
    const writing = keepWriting(() => isOver);
    const snapshot = await database.connect('owner', 1).connect();
    let atMoment: unknown;
    const bytes = await backupTo(database, key, async (record, connection) => {
      if (record.kind === 'header') {
        const { rows } = await connection.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
        await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        await snapshot.query(`SET TRANSACTION SNAPSHOT '${rows[0]?.id}'`);
        atMoment = await digestsOf(snapshot);
      }
      // Others write between any two pieces of the backup.
      const before = await countTransfers(database);
      while (record.kind === 'table' && (await countTransfers(database)) === before);
    });
    isOver = true;
    expect(await writing).toBeGreaterThan(10);
    await snapshot.query('COMMIT');
    snapshot.release();

    const restored = await createTestDatabase();
    const { header } = await restoreFrom(restored, key, bytes);
    expect(header.takenAt).toMatch(/^20\d\d-/);
    await assertVerified(restored.pool);
    expect(await digestsOf(restored.connect('owner', 1))).toEqual(atMoment);
    expect(Number(await countTransfers(restored))).toBeLessThan(Number(await countTransfers(database)));
    expect(await tablesIn(await backupTo(restored, key))).toEqual(await tablesIn(bytes));
  });

  it('restores books that can be used at once: the same request is the same transfer, the next one is new', async () => {
    const restored = await createTestDatabase();
    await restoreFrom(restored, key, await backupTo(database, key));
    const ledger = createLedger({ pool: restored.pool });
    const again = (id: string, amount: bigint) =>
      ledger.post({
        transfers: [
          {
            id,
            phase: 'posted',
            debit: gatewayReceivable('sandbox', cash),
            credit: userCash(anna, cash),
            amount: toAmount(amount),
            kind: 'top_up',
            movementId: businessId('test movement', 'cash top-up'),
          },
        ],
      });
    expect(await again(businessId('test transfer', 'cash top-up'), 40n)).toMatchObject({ transfers: ['exists'] });
    await ledger.close();
    const owner = restored.connect('owner', 1);
    const readPlaces = async () =>
      (
        await owner.query<{ isNext: boolean; isVisible: boolean }>(
          `SELECT (SELECT last_value FROM ledger_transfers_sequence_seq) >= max(sequence) AS "isNext",
             bool_and(transaction_id < pg_snapshot_xmin(pg_current_snapshot())) AS "isVisible" FROM ledger_transfers`,
        )
      ).rows;
    // A transaction of any database of this server can hold back what is visible for a moment.
    await vi.waitFor(async () => expect(await readPlaces()).toEqual([{ isNext: true, isVisible: true }]), 20_000);
    // Triggers guard again.
    await expect(owner.query('DELETE FROM ledger_transfers')).rejects.toThrow(/never changes/);
  });

  it('holds no sessions, and every text as it was', async () => {
    const bytes = await backupTo(database, key);
    expect(Object.keys(await tablesIn(bytes))).not.toContain('sessions');
    const restored = await createTestDatabase();
    await restoreFrom(restored, key, bytes);
    expect((await restored.pool.query('SELECT auth_hash FROM users')).rows).toEqual([{ auth_hash: '\\back\tslash' }]);
    expect((await restored.pool.query('SELECT FROM sessions')).rowCount).toBe(0);
  });

  it.each([
    ['with another key', (bytes: Buffer) => bytes, randomBytes(32), 'wrong_key'],
    ['without its end', (bytes: Buffer) => bytes.subarray(0, -100), key, 'cut_off'],
    [
      'with a flipped bit',
      (bytes: Buffer) => {
        const flipped = Buffer.from(bytes);
        flipped[bytes.length - 200] = (flipped[bytes.length - 200] ?? 0) ^ 1;
        return flipped;
      },
      key,
      'damaged',
    ],
  ])('%s is refused, and the database stays empty', async (_, change, withKey, problem) => {
    const restored = await createTestDatabase();
    const bytes = change(await backupTo(database, key));
    await expect(restoreFrom(restored, withKey, bytes)).rejects.toMatchObject({ name: 'BackupError', problem });
    expect(await countTransfers(restored)).toBe('0');
    // Nothing of the attempt is in the way of the next.
    await restoreFrom(restored, key, await backupTo(database, key));
    await assertVerified(restored.pool);
  });

  it('that breaks off in the middle of a table leaves nothing behind', async () => {
    const restored = await createTestDatabase();
    const bytes = await backupTo(database, key);
    async function* breakingOff(): AsyncGenerator<BackupRecord> {
      for await (const record of decodeRecords(openBackup(key, chunksOf(bytes)))) {
        yield record;
        if (record.kind === 'rows') throw new Error('the disk is gone');
      }
    }
    await expect(restoreFrom(restored, key, breakingOff())).rejects.toThrow('the disk is gone');
    await restoreFrom(restored, key, bytes);
  });

  it('that the database does not take leaves nothing behind, and says why', async () => {
    const restored = await createTestDatabase();
    const bytes = await backupTo(database, key);
    async function* spoilt(): AsyncGenerator<BackupRecord> {
      for await (const record of decodeRecords(openBackup(key, chunksOf(bytes)))) {
        yield record;
        // More than a stream holds, so that the writer has to wait for a server that has given up.
        if (record.kind === 'rows')
          for (let n = 0; n < 50; n += 1) yield { kind: 'rows', text: Buffer.from('no such row\n'.repeat(10_000)) };
      }
    }
    await expect(restoreFrom(restored, key, spoilt())).rejects.toMatchObject({ code: '22P02' });
    expect(await countTransfers(restored)).toBe('0');
    await restoreFrom(restored, key, bytes);
  });

  it('is not restored over anything', async () => {
    const bytes = await backupTo(database, key);
    await expect(restoreFrom(database, key, bytes)).rejects.toMatchObject({ problem: 'not_empty' });
  });

  it('is not restored by another version', async () => {
    const restored = await createTestDatabase();
    await restored
      .connect('owner', 1)
      .query(`UPDATE _prisma_migrations SET checksum = 'x' WHERE migration_name LIKE '%_ledger'`);
    await expect(restoreFrom(restored, key, await backupTo(database, key))).rejects.toMatchObject({
      problem: 'other_migrations',
    });
  });
});
